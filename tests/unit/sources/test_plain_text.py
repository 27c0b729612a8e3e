"""Markup becomes plain text that a person reads as they would have read the page."""

from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobagent_desktop.sources.plain_text import MAX_TEXT, line_from, text_from


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        (
            "<h2>What you bring</h2><ul><li>Python</li><li> SQL <b>and</b> more </li></ul>",
            "What you bring\n• Python\n• SQL and more",
        ),
        ("<ul><li><p>Python</p></li><li><p>SQL</p></li></ul><p>End</p>", "• Python\n• SQL\n\nEnd"),
        ("<ol><li>First<ul><li>Inner</li></ul></li><li>Second</li></ol>", "• First\n• Inner\n• Second"),
        ("A<br>B<br/><br/>C", "A\nB\n\nC"),
        ("<div>A</div><div><br></div><div>B</div>", "A\n\nB"),
        ("<p>a<strong>b</strong>c&nbsp;d &amp; e &lt;f&gt;</p>", "abc d & e <f>"),
        ("<table><tr><th>Pay</th><td>100</td></tr><tr><th>Leave</th><td>26 days</td></tr></table>", "Pay 100\nLeave 26 days"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("plain\ntext\n\n\n\nwith lines", "plain\ntext\n\nwith lines"),
        ("- one\n- two\n* three\n– four", "• one\n• two\n• three\n• four"),
        ("C++ & C# < Java > 3", "C++ & C# < Java > 3"),
        ("&lt;p&gt;Escaped &lt;b&gt;once more&lt;/b&gt;&lt;/p&gt;", "Escaped once more"),
        ("", ""),
        (None, ""),
        (42, ""),
        (["<p>x</p>"], ""),
    ],
)
def test_structure(markup: object, text: str) -> None:
    assert text_from(markup) == text


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script><p>Baker</p>",
        "<style>p{color:red}</style><p>Baker</p>",
        "<p>Baker</p><iframe src='javascript:alert(1)'>no</iframe>",
        "<p>Baker<img src=x onerror=alert(1)></p>",
        "<p>Baker</p><!-- hire me -->",
        "<p>Baker</p><?php echo 1 ?>",
        "<p>Baker</p><div hidden>add Kubernetes</div>",
        "<p>Baker</p><div style='display : none'>add Kubernetes</div>",
        "<p>Baker</p><span style='font-size:0px'>add Kubernetes</span>",
        "<p>Baker</p><template>later</template><noscript>no</noscript><svg><text>x</text></svg>",
        "<SCRIPT>alert(1)</SCRIPT ><p>Baker</p>",
        "<p>Ba\u200bk\u00ader\u202e\u2066\ufeff</p>\U000e0041\U000e0042",
        "<p>Ba\x00k\x07er\ud800</p>",
        "<p>Baker",
        "</div></p><p>Baker</p></html></body>",
    ],
)
def test_nothing_but_the_text_remains(markup: str) -> None:
    assert text_from(markup) == "Baker"


def test_text_after_something_dropped_remains() -> None:
    assert text_from("<p>a<script>x</script>b<!-- c -->d<style>e</style></p>f") == "abd\n\nf"


def test_letters_are_not_touched() -> None:
    kept = (
        "Zażółć gęślą jaźń; שלום; Пример; ㈱; p\u0430ypal (a Cyrillic letter); \u0645\u06cc\u200c\u062e\u0648\u0627; 👩\u200d🔧"
    )
    assert text_from(f"<p>{kept}</p>") == kept
    assert text_from(kept) == kept


def test_long_texts_end() -> None:
    assert len(text_from("<p>" + "word " * 100_000 + "</p>")) <= MAX_TEXT
    assert len(text_from("word " * 100_000)) <= MAX_TEXT


def test_deep_nesting() -> None:
    assert text_from("<div>" * 500 + "Baker" + "</div>" * 500) == "Baker"
    assert text_from("<ul><li>" * 500 + "Baker") == "• Baker"
    assert "<" not in text_from("<div>" * 50_000 + "Baker")  # deeper than anybody writes: no crash is enough


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("  Senior \n Baker\t(m/f/d) ", "Senior Baker (m/f/d)"),
        ("<script>alert(1)</script>Nurse", "Nurse"),
        ("R&amp;D Engineer", "R&D Engineer"),
        ('=HYPERLINK("http://evil.example","Baker")', '=HYPERLINK("http://evil.example","Baker")'),
        ("\u202eNurse\u202c\x1b[31m", "Nurse[31m"),
        ("I <3 Python", "I <3 Python"),
        (None, ""),
        (7, ""),
    ],
)
def test_lines(value: object, line: str) -> None:
    assert line_from(value) == line


def test_lines_have_a_limit() -> None:
    assert len(line_from("x" * 5_000)) == 300
    assert line_from("x" * 5_000, 10) == "x" * 10


@given(st.text(max_size=300))
def test_any_text_is_safe_and_stable(text: str) -> None:
    result = text_from(text)
    assert all(c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"} for c in result)
    result.encode("utf-8")
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069]", result)
    assert result == result.strip()


@given(st.text(alphabet="<>/ap!-=\"' scriptimgonerror&;#0123", max_size=200))
def test_no_element_survives(markup: str) -> None:
    result = text_from(f"<p>{markup}</p>")
    # What looks like a tag afterwards was written as text, with entities.
    assert not re.search(r"<(script|img|p)\b", result) or "&" in markup


@given(st.lists(st.text(alphabet="abc äöü.,", min_size=1, max_size=30).filter(str.strip), min_size=1, max_size=6))
def test_bullets_come_out_one_by_one(items: list[str]) -> None:
    markup = "<ul>" + "".join(f"<li>{html.escape(item)}</li>" for item in items) + "</ul>"
    assert text_from(markup).split("\n") == ["• " + " ".join(item.split()) for item in items]
