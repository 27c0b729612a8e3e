"""What the demo board answers: the stored postings with their dates filled in, in the vendors' formats and as pages."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from jobagent_desktop.sources.demo import pages
from jobagent_desktop.sources.vendors import GREENHOUSE, LEVER

GREENHOUSE_HOST = "boards.demo.example"
LEVER_HOST = "jobs.demo.example"
PAGES_HOST = "careers.demo.example"
DEMO_HOSTS = frozenset({GREENHOUSE_HOST, LEVER_HOST, PAGES_HOST})
"""Hosts in the demo's addresses, under a domain reserved for examples (RFC 2606): a posting's identity holds no port."""

_JSON = "application/json; charset=utf-8"
_HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content_type: str
    body: str


NOT_FOUND_PAGE = Answer(404, _HTML, pages.not_found())


class DemoContent:
    """Answers by path. `folder` holds one JSON file per company, and one for the single pages; `now` gives the time."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._now = now
        boards = [cast("dict[str, Any]", json.loads(file.read_text("utf-8"))) for file in sorted(folder.glob("*.json"))]
        self._greenhouse = {str(b["token"]): b for b in boards if b["kind"] == GREENHOUSE}
        self._lever = {str(b["site"]): b for b in boards if b["kind"] == LEVER}
        self._pages = {str(p["path"]): p for b in boards if b["kind"] == "pages" for p in b["pages"]}

    @property
    def boards(self) -> list[tuple[str, str]]:
        """Vendor and tenant of every board, in the order in which they are listed."""
        return [(GREENHOUSE, token) for token in self._greenhouse] + [(LEVER, site) for site in self._lever]

    def answer(self, path: str, query: Mapping[str, str]) -> Answer:
        """The answer to a GET of this path."""
        parts = [part for part in path.split("/") if part]
        match parts:
            case []:
                return Answer(200, _HTML, pages.index("Demo job board", self._links()))
            case ["careers"]:
                return Answer(200, _HTML, pages.index("Careers", self._page_links()))
            case ["v1", "boards", token, "jobs", *rest] if token in self._greenhouse and len(rest) < 2:
                return self._greenhouse_api(token, rest, query)
            case ["v0", "postings", site, *rest] if site in self._lever and len(rest) < 2:
                return self._lever_api(site, rest)
            case [token, "jobs", job_id] if token in self._greenhouse:
                return self._greenhouse_page(token, job_id)
            case [site, posting_id] if site in self._lever:
                return self._lever_page(site, posting_id)
            case ["careers", *rest] if "/".join(rest) in self._pages:
                return self._single_page("/".join(rest))
            case ["v1" | "v0", *_]:
                return Answer(404, _JSON, '{"status":404,"error":"Not found"}')
            case _:
                return NOT_FOUND_PAGE

    def _links(self) -> Iterator[tuple[str, str, str]]:
        for token, board in self._greenhouse.items():
            for job in board["jobs"]:
                yield f"/{token}/jobs/{job['id']}", str(job["title"]), str(board["name"])
        for site, board in self._lever.items():
            for job in board["postings"]:
                yield f"/{site}/{job['id']}", str(job["text"]), str(board["name"])
        yield from self._page_links()

    def _page_links(self) -> Iterator[tuple[str, str, str]]:
        for path, page in self._pages.items():
            yield f"/careers/{path}", str(page["posting"]["title"]), str(page["posting"]["hiringOrganization"]["name"])

    def _day(self, days: int) -> datetime:
        return (self._now() + timedelta(days=days)).replace(hour=9, minute=0, second=0, microsecond=0)

    def _greenhouse_job(self, token: str, stored: dict[str, Any]) -> dict[str, Any]:
        job = {name: value for name, value in stored.items() if name not in {"days_ago", "closes_in_days"}}
        published = self._day(-stored["days_ago"]).isoformat()
        closes = stored.get("closes_in_days")
        job.setdefault("absolute_url", f"https://{GREENHOUSE_HOST}/{token}/jobs/{stored['id']}")
        job |= {
            "company_name": self._greenhouse[token]["name"],
            "first_published": published,
            "updated_at": published,
            "application_deadline": None if closes is None else self._day(closes).isoformat(),
            # The real interface escapes the markup once more.
            "content": html.escape(stored["content"]),
        }
        return job

    def _greenhouse_api(self, token: str, rest: list[str], query: Mapping[str, str]) -> Answer:
        jobs = [self._greenhouse_job(token, stored) for stored in self._greenhouse[token]["jobs"]]
        if rest:
            found = next((job for job in jobs if str(job["id"]) == rest[0]), None)
            if found is None:
                return Answer(404, _JSON, '{"status":404,"error":"Job not found"}')
            if query.get("pay_transparency") != "true":
                found.pop("pay_input_ranges", None)
            return Answer(200, _JSON, json.dumps(found))
        hidden = {"pay_input_ranges"} | (set() if query.get("content") == "true" else {"content", "departments", "offices"})
        listed = [{name: value for name, value in job.items() if name not in hidden} for job in jobs]
        return Answer(200, _JSON, json.dumps({"jobs": listed, "meta": {"total": len(listed)}}))

    def _lever_posting(self, site: str, stored: dict[str, Any]) -> dict[str, Any]:
        posting = {name: value for name, value in stored.items() if name not in {"days_ago", "filler_kb"}}
        if "filler_kb" in stored:  # a hostile posting: far longer than anybody would write
            posting["additional"] += "<div>The statement goes on and on. </div>" * (stored["filler_kb"] * 1_000 // 41)
        hosted = f"https://{LEVER_HOST}/{site}/{stored['id']}"
        return {
            "hostedUrl": hosted,
            "applyUrl": f"{hosted}/apply",
            "createdAt": int(self._day(-stored["days_ago"]).timestamp() * 1000),
            **posting,
        }

    def _lever_api(self, site: str, rest: list[str]) -> Answer:
        postings = [self._lever_posting(site, stored) for stored in self._lever[site]["postings"]]
        if not rest:
            return Answer(200, _JSON, json.dumps(postings))
        found = next((posting for posting in postings if posting["id"] == rest[0]), None)
        if found is None:
            return Answer(404, _JSON, '{"ok":false,"error":"Document not found"}')
        return Answer(200, _JSON, json.dumps(found))

    def _greenhouse_page(self, token: str, job_id: str) -> Answer:
        board = self._greenhouse[token]
        job = next((job for job in board["jobs"] if str(job["id"]) == job_id), None)
        if job is None:
            return NOT_FOUND_PAGE
        return Answer(200, _HTML, pages.posting(job["title"], board["name"], job["location"]["name"], job["content"]))

    def _lever_page(self, site: str, posting_id: str) -> Answer:
        board = self._lever[site]
        job = next((job for job in board["postings"] if job["id"] == posting_id), None)
        if job is None:
            return NOT_FOUND_PAGE
        lists = "".join(f"<h3>{part['text']}</h3><ul>{part['content']}</ul>" for part in job["lists"])
        markup = f"{job['description']}{lists}{job['additional']}"
        return Answer(200, _HTML, pages.posting(job["text"], board["name"], job["categories"]["location"], markup))

    def _single_page(self, path: str) -> Answer:
        stored = self._pages[path]
        closes = stored.get("closes_in_days")
        job = {
            "@context": "https://schema.org/",
            "@type": "JobPosting",
            **stored["posting"],
            "datePosted": self._day(-stored["days_ago"]).date().isoformat(),
            **({} if closes is None else {"validThrough": self._day(closes).isoformat()}),
        }
        data = {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "Careers"}, job]}
        place = ", ".join(re.findall(r'"address(?:Locality|Region)": "([^"]+)"', json.dumps(job, ensure_ascii=False)))
        company = str(stored["posting"]["hiringOrganization"]["name"])
        page = pages.posting(job["title"], company, place, job["description"], json_ld=data if stored.get("graph") else job)
        return Answer(200, _HTML, page)
