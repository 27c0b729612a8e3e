"""Finds pieces of a page without parsing it, in time that grows only with its length.

Regular expressions such as `<script.*?</script>` take minutes on a page made of a million opening tags; hostile pages are.
"""

from __future__ import annotations

from collections.abc import Iterator

_UNSEEN = ("script", "style", "noscript", "template", "title")


def elements(page: str, tag: str) -> Iterator[tuple[str, str]]:
    """Attributes and content of every element of this name, as written. One that is not closed ends the search."""
    lowered = page.lower() if len(page.lower()) == len(page) else page
    opening, closing = f"<{tag}", f"</{tag}"
    at = lowered.find(opening)
    while at >= 0:
        after = at + len(opening)
        end = lowered.find(">", after)
        close = lowered.find(closing, end)
        if end < 0 or close < 0:
            return
        if lowered[after] in "> \t\r\n/":
            yield page[after:end], page[end + 1 : close]
        at = lowered.find(opening, close)


def seen_text_is_shorter_than(page: str, limit: int) -> bool:
    """True if a reader of the page sees fewer than `limit` characters, not counting blanks."""
    lowered = page.lower() if len(page.lower()) == len(page) else page
    seen = at = 0
    while seen < limit:
        start = lowered.find("<", at)
        seen += len("".join(page[at : start if start >= 0 else len(page)].split()))
        if start < 0:
            break
        if lowered.startswith("<!--", start):
            end = lowered.find("-->", start)
        else:
            unseen = next((tag for tag in _UNSEEN if lowered.startswith(f"<{tag}", start)), None)
            end = lowered.find(f"</{unseen}", start) if unseen else start
        at = lowered.find(">", end) + 1 if end >= 0 else 0
        if not at:
            break  # not closed: the rest is no text
    return seen < limit
