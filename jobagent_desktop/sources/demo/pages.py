"""The demo board's pages as a person sees them in a browser. Hostile postings are shown as their plain text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from typing import Any

from jobagent_desktop.sources.plain_text import line_from, text_from

SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_STYLE = """
:root{color-scheme:light dark;--ink:#1d2733;--soft:#5a6878;--line:#dfe5ec;--paper:#fff;--ground:#f4f6f9;--accent:#1f6feb}
@media(prefers-color-scheme:dark){:root{--ink:#e6ebf1;--soft:#9aa7b6;--line:#2c3744;--paper:#18202a;--ground:#10161d;--accent:#6aa6ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.6 system-ui,"Segoe UI",Roboto,sans-serif}
main{max-width:46rem;margin:2.5rem auto;padding:2.5rem 3rem;background:var(--paper);border:1px solid var(--line);
border-radius:14px}
h1{font-size:1.75rem;line-height:1.25;margin:0 0 .3rem}
h2{font-size:1.05rem;margin:1.8rem 0 .4rem}
.company{color:var(--soft);margin:0 0 1.6rem}
ul{padding-left:1.2rem;margin:.4rem 0}li{margin:.25rem 0}
a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
.jobs{list-style:none;padding:0}
.jobs li{display:flex;justify-content:space-between;gap:1rem;padding:.55rem 0;border-top:1px solid var(--line)}
.jobs span,.foot{color:var(--soft)}.foot{margin-top:2.2rem;padding-top:1rem;border-top:1px solid var(--line);font-size:.9rem}
"""


def _page(title: str, body: str, head: str = "") -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style>{head}</head>'
        f'<body><main>{body}<p class="foot">Demo job board. The companies and jobs on it are invented.</p></main></body></html>'
    )


def index(title: str, jobs: Iterable[tuple[str, str, str]]) -> str:
    """A list of links: address, title and company of every job."""
    items = "".join(
        f'<li><a href="{escape(address)}">{escape(line_from(job))}</a><span>{escape(line_from(company))}</span></li>'
        for address, job, company in jobs
    )
    return _page(title, f'<h1>{escape(title)}</h1><ul class="jobs">{items}</ul>')


def posting(title: str, company: str, place: str, markup: str, json_ld: dict[str, Any] | None = None) -> str:
    """A posting's page; with `json_ld` it also describes the job for machines, as such pages do."""
    head = ""
    if json_ld is not None:
        data = json.dumps(json_ld, ensure_ascii=False).replace("</", r"<\/")
        head = f'<script type="application/ld+json">{data}</script>'
    where = " · ".join(filter(None, (escape(line_from(company)), escape(line_from(place)))))
    body = f'<h1>{escape(line_from(title))}</h1><p class="company">{where}</p>{_readable(text_from(markup))}'
    return _page(f"{line_from(title)} - {line_from(company)}", body, head)


def not_found() -> str:
    return _page("Not found", "<h1>This job is no longer online</h1><p>The page you asked for does not exist.</p>")


def _readable(text: str) -> str:
    pieces: list[str] = []
    bullets: list[str] = []
    lines = text.split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("• "):
            bullets.append(f"<li>{escape(line[2:])}</li>")
            continue
        if bullets:
            pieces.append(f"<ul>{''.join(bullets)}</ul>")
            bullets = []
        if line:
            tag = "h2" if (len(line) < 60 and line[-1] not in ".!?:;,") or following.startswith("• ") else "p"
            pieces.append(f"<{tag}>{escape(line)}</{tag}>")
    if bullets:
        pieces.append(f"<ul>{''.join(bullets)}</ul>")
    return "".join(pieces)
