"""PDF files that are locked, endless, or far larger inside than outside, made byte by byte."""

from __future__ import annotations

import hashlib
import zlib

PAGE_TEXT = b"BT /F 12 Tf 50 700 Td (Experience of a person who writes very long documents) Tj ET"


def pdf(content: bytes, pages: int = 1, filters: bytes = b"", encrypt: bytes = b"") -> bytes:
    """A PDF whose pages all show the same content stream. `encrypt` is an encryption dictionary."""
    kids = b" ".join(b"%d 0 R" % (5 + page) for page in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), filters, content),
        *[b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>/Contents 4 0 R>>"] * pages,
        *([encrypt] if encrypt else []),
    ]
    body, offsets = b"%PDF-1.4\n", list[int]()
    for number, text in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj%sendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    locked = b"/Encrypt %d 0 R/ID[<00><00>]" % len(objects) if encrypt else b""
    trailer = b"trailer<</Root 1 0 R/Size %d%s>>startxref\n%d\n%%%%EOF" % (len(objects) + 1, locked, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table) + trailer


def rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def _digest(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def encrypted(user_password: bytes) -> bytes:
    """A PDF that opens with this password (ISO 32000-1, 7.6.3: revision 2, 40 bits)."""
    padding = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    padded = (user_password + padding)[:32]
    owner = rc4(_digest((b"owner" + padding)[:32])[:5], padded)
    key = _digest(padded + owner + (-44).to_bytes(4, "little", signed=True) + b"\x00")[:5]
    of_content = _digest(key + (4).to_bytes(3, "little") + b"\x00\x00")[:10]
    dictionary = b"<</Filter/Standard/V 1/R 2/P -44/O<%s>/U<%s>>>" % (owner.hex().encode(), rc4(key, padding).hex().encode())
    return pdf(rc4(of_content, PAGE_TEXT), encrypt=dictionary)


def bomb(megabytes: int) -> bytes:
    """A file of a few kilobytes with one stream that unpacks to this much."""
    packer = zlib.compressobj(9)
    blanks = bytes(1 << 20)
    first, again = (packer.compress(blanks) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return pdf(zlib.compress(first + again * megabytes, 9), filters=b"/Filter[/FlateDecode/FlateDecode]")
