"""No secret reaches a log or a crash report, and ordinary text reaches it unharmed."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobagent_desktop.desktop.redaction import HIDDEN, MAX_TEXT, Redactor

SECRET = "hunter2hunter2"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {SECRET}",
        f"authorization: Basic {SECRET}",
        f"'Authorization': 'Bearer {SECRET}'",
        f"X-Appwrite-Key: 1, api_key={SECRET}",
        f"api_key = '{SECRET} with spaces'",
        f'{{"password": "{SECRET}", "user": "me"}}',
        f"{{'clientSecret': '{SECRET}'}}",
        f"OPENAI_API_KEY={SECRET} jobagent",
        f"--token={SECRET}",
        f"access_token => {SECRET}",
        f"the server said bearer {SECRET}.",
        f"https://me:{SECRET}@example.org/path",
        f"postgres://me:{SECRET}@db/x",
        f"GET https://example.org/jobs?page=2&access_token={SECRET}&x=1",
        f"https://example.org/cb#id_token={SECRET}",
        f"https://example.org/signed?Signature={SECRET}",
        f"https://example.org/cb?code={SECRET}",
        f"Set-Cookie: session={SECRET}; HttpOnly",
        f"sk-proj-{SECRET}{SECRET}",
        f"ghp_{SECRET}{SECRET}",
        f"eyJhbGciOiJIUzI1NiJ9.eyJ{SECRET}.{SECRET}",
        f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\n-----END RSA PRIVATE KEY-----",
        f"-----BEGIN PRIVATE KEY-----\n{SECRET}",
    ],
)
def test_text_that_holds_a_secret_loses_it(text: str) -> None:
    redacted = Redactor().text(text)
    assert SECRET not in redacted
    assert HIDDEN in redacted


@pytest.mark.parametrize(
    "text",
    [
        "The step render of task 01j9 took 340 ms: max_tokens=4000, prompt_tokens: 12",
        "GET https://boards.example.org/jobs?page=2&keyword=python#apply",
        "Wrote to erika.mustermann@example.org about the position of bearer of good news",
        "Keyboard layout: de, author: Ada, key=value, sort_key: title",
        "C:\\Users\\me\\AppData\\Local\\JobMarketAgent\\logs",
        "Basic knowledge of Authorization concepts; passwords are hashed",
        "12:30 - 13:00, ratio 3:4",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert Redactor().text(text) == text


def test_the_rest_of_a_line_with_a_secret_stays() -> None:
    redacted = Redactor().text(f"GET https://me:{SECRET}@example.org/a?token={SECRET}&page=2 -> 403")
    assert redacted == f"GET https://{HIDDEN}@example.org/a?token={HIDDEN}&page=2 -> 403"


def test_values_under_a_secrets_name_are_hidden_at_any_depth_and_counts_stay() -> None:
    value = {"llm": [{"api_key": SECRET, "model": "m", "token": 7}], "cookies": {"sid": SECRET}, "headers": (("a", "b"),)}
    assert Redactor().value(value) == {
        "llm": [{"api_key": HIDDEN, "model": "m", "token": 7}],
        "cookies": HIDDEN,
        "headers": [["a", "b"]],
    }
    assert Redactor().value(SECRET, "password") == HIDDEN


def test_a_known_secret_is_found_in_any_shape_also_escaped_and_inside_another() -> None:
    redactor = Redactor()
    for secret in ("open/sesame", "open/sesame!now", "short"):
        redactor.hide(secret)
    assert redactor.text("x open/sesame!now y") == f"x {HIDDEN} y"
    assert redactor.text("cannot sign in with open%2Fsesame") == f"cannot sign in with {HIDDEN}"
    assert redactor.text("a short word") == "a short word"


def test_any_object_becomes_json_and_nothing_raises() -> None:
    class Odd:
        def __repr__(self) -> str:
            raise RuntimeError("no")

    deep: list[object] = []
    deep.append(deep)
    value = {"odd": Odd(), "deep": deep, "nan": float("nan"), "set": {1}, "bytes": b"x", 5: None, "lone": "\udc80"}
    shown = json.loads(json.dumps(Redactor().value(value), allow_nan=False))
    assert shown["odd"] == "<Odd whose repr raises RuntimeError>"
    assert shown["nan"] == "nan"
    assert "..." in str(shown["deep"])


def test_long_text_is_cut() -> None:
    assert Redactor().text("x" * (MAX_TEXT + 7)) == "x" * MAX_TEXT + " [7 more characters]"


@pytest.mark.parametrize(
    "piece",
    ["a", "token ", "a=", "authorization:", "://", "bearer ", "password='", "eyJ", "-----BEGIN PRIVATE KEY-----", "?a="],
)
def test_hostile_text_cannot_make_it_slow(piece: str) -> None:
    """It takes a tenth of a second at most; matching that goes back again and again would take minutes."""
    redactor = Redactor()
    hostile = (piece * MAX_TEXT)[:MAX_TEXT]
    started = time.perf_counter()
    redactor.text(hostile)
    assert time.perf_counter() - started < 2.0


@settings(max_examples=40)
@given(
    st.recursive(
        st.none() | st.text() | st.integers() | st.floats() | st.binary(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_whatever_it_is_given_the_result_is_json(value: object) -> None:
    json.dumps(Redactor().value(value), allow_nan=False)
