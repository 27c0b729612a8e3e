"""Block pages are told from ordinary ones by their structure; words alone are not enough."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.sources.blocks import is_login_redirect, refusal
from jobagent_desktop.sources.json_ld import posting_from_html
from jobagent_desktop.sources.markup import elements, seen_text_is_shorter_than
from tests.job_board.faulty_board import CHALLENGE_PAGE, LOGIN_PAGE

PARAGRAPH = "<p>We look for people who like to work with others and who say what they think, kindly and early.</p>" * 20


def page(title: str, body: str) -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>"


BLOCKED = {
    "cloudflare challenge": CHALLENGE_PAGE,
    "cloudflare block": page(
        "Attention Required! | Cloudflare", '<div id="cf-error-details"><h1>Sorry, you have been blocked</h1></div>'
    ),
    "access denied": page(
        "Access Denied", "<h1>Access Denied</h1>You don't have permission. Reference #18.2d <p>errors.edgesuite.net</p>"
    ),
    "perimeterx": page("Access to this page has been denied.", '<div id="px-captcha"></div><p>Press &amp; Hold</p>'),
    "datadome": page(
        "example.org", '<script src="https://geo.captcha-delivery.com/captcha/?initialCid=A"></script><p>Please wait</p>'
    ),
    "incapsula": page(
        "", '<iframe src="/_Incapsula_Resource?CWUDNSAI=9">Request unsuccessful. Incapsula incident ID: 1-2</iframe>'
    ),
    "security check": page("Security check", "<p>Please solve this puzzle so we know you are a real person.</p>"),
    "robot check": page("Robot Check", "<p>Enter the characters you see below</p>"),
    "are you a robot": page("Are you a robot?", "<p>Confirm below.</p>"),
    "pardon": page("Pardon Our Interruption", "<p>As you were browsing something about your browser made us think...</p>"),
    "linkedin authwall": page("", "<script>window.location.href = 'https://www.linkedin.com/authwall?trk=x'</script>"),
    "sign-in wall": page("Sign in | LinkedIn", '<form><input type="password"></form>'),
    "login page": LOGIN_PAGE,
    "hcaptcha": page("Human Verification", '<iframe src="https://newassets.hcaptcha.com/captcha/v1/x"></iframe>'),
    "aws waf": page(
        "Human Verification", "<script>window.awsWafCookieDomainList = [];</script><noscript>Enable JavaScript</noscript>"
    ),
}

ORDINARY = {
    "mentions a captcha": page("Frontend Engineer", f"<p>You will build our captcha and challenge pages.</p>{PARAGRAPH}"),
    "works at cloudflare": page(
        "Engineer, Bot Management | Cloudflare", f"<p>Just a moment... challenge, Access denied</p>{PARAGRAPH}"
    ),
    "has a sign-in link": page("Careers", '<a href="/login">Sign in</a><p>Open jobs: Nurse, Baker</p>'),
    "short page about security": page("Security Engineer", "<p>Perform security checks. Access denied is not our style.</p>"),
    "cloudflare's script on every page": page(
        "Careers at Acme", "<p>Three open jobs</p><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"
    ),
    "contact form with recaptcha": page(
        "Apply: Baker", '<form><input name="email"></form><script src="https://www.google.com/recaptcha/api.js"></script>'
    ),
    "title starts alike": page("Access Denied: a history of doors", PARAGRAPH),
    "job called human verification": page("Human Verification Specialist", "<p>Verify documents.</p>"),
    "join us": page("Join us", "<p>We are hiring.</p>"),
    "login form on a long page": page("Sign in", f'<input type="password">{PARAGRAPH}'),
    "posting as data": page(
        "Just a moment...", '<script type="application/ld+json">{"@type": "JobPosting", "title": "Comedian"}</script>'
    ),
    "number 429": page("Room 429", "<p>429 jobs found</p>"),
    "empty": "",
    "json": '{"jobs": [], "note": "captcha"}',
}


@pytest.mark.parametrize("name", BLOCKED)
def test_block_pages_are_found(name: str) -> None:
    assert refusal(BLOCKED[name], {})


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_pages_are_not_blocks(name: str) -> None:
    assert refusal(ORDINARY[name], {}) == ""


def test_cloudflare_says_so_in_a_header() -> None:
    assert refusal("", {"cf-mitigated": "challenge"}) == "challenge"


@pytest.mark.parametrize(
    ("asked", "landed", "login"),
    [
        ("https://a.example/jobs/1", "https://a.example/login?next=/jobs/1", True),
        ("https://a.example/jobs/1", "https://login.a.example/", True),
        ("https://a.example/jobs/1", "https://a.example/users/sign_in", True),
        ("https://www.linkedin.com/jobs/view/1", "https://www.linkedin.com/authwall?x", True),
        ("https://a.example/jobs/1", "https://a.example/jobs/login-engineer", False),
        ("https://a.example/jobs/1", "https://jobs.a.example/1", False),
        ("https://a.example/login", "https://a.example/signin", False),
        ("https://a.example/jobs", "https://a.example/jobs", False),
    ],
)
def test_login_redirects(asked: str, landed: str, login: bool) -> None:
    assert is_login_redirect(asked, landed) is login


@pytest.mark.parametrize(
    "piece",
    ["<script>", "<title>", "<!--", "<", "<style ", "<scriptx>", "</script>", "İ<script>", "<noscript><template>", "x<p>"],
)
def test_hostile_pages_take_no_longer_than_others(piece: str) -> None:
    page_of_them = piece * (2_000_000 // len(piece))  # minutes, if the time grew with the square of the length
    assert refusal(page_of_them, {}) == ""
    with pytest.raises(Permanent):
        posting_from_html(page_of_them, "https://a.example/", datetime(2026, 3, 2, tzinfo=UTC))


def test_elements() -> None:
    found = list(elements("<SCRIPT type=a>one</Script ><scripture>x</scripture><script>two</script><script>three", "script"))
    assert found == [(" type=a", "one"), ("", "two")]


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        ("<p>abc</p> <b>d e</b>", 5),
        ("<script>xxxx</script>ab<!-- yyyy -->c<style>z</style>", 3),
        ("a<p", 1),
        ("", 0),
        ("abc", 3),
    ],
)
def test_seen_text(html: str, seen: int) -> None:
    assert seen_text_is_shorter_than(html, seen + 1)
    assert not seen_text_is_shorter_than(html, seen)
