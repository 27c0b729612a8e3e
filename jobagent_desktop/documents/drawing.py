"""Draws PDF pages as PNG pictures; runs in the worker process."""

from __future__ import annotations

import struct
import zlib

from jobagent_desktop.domain.errors import Permanent

MAX_PAGES = 20
WIDTHS = (100, 3000)
# A page taller than this many times its width is not paper, and would cost gigabytes to draw.
_MAX_ASPECT = 4.0
_RGB = 2


def draw_pages(pdf: bytes, width: int) -> tuple[bytes, ...]:
    """PNG bytes of the first 20 pages, `width` pixels wide (100-3000). Raises `Permanent` when it is not a readable PDF."""
    import pypdfium2 as pdfium

    pixels = max(WIDTHS[0], min(WIDTHS[1], width))
    try:
        with pdfium.PdfDocument(pdf) as document:
            return tuple(_draw(document[index], pixels) for index in range(min(len(document), MAX_PAGES)))
    except pdfium.PdfiumError as error:
        raise Permanent("The document could not be drawn: the stored PDF is damaged. Prepare the application again.") from error


def _draw(page: object, width: int) -> bytes:
    import pypdfium2 as pdfium

    if not isinstance(page, pdfium.PdfPage):
        raise TypeError(f"not a page: {page!r}")
    page_width, page_height = page.get_size()
    if page_width <= 0 or page_height / page_width > _MAX_ASPECT:
        raise Permanent("The document could not be drawn: one of its pages has an impossible size.")
    # pdfium rounds the width up.
    bitmap = page.render(scale=(width - 0.01) / page_width, rev_byteorder=True, prefer_bgrx=False)
    try:
        return png(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))
    finally:
        bitmap.close()
        page.close()


def png(width: int, height: int, stride: int, rgb: bytes) -> bytes:
    """An 8-bit RGB picture as PNG (ISO/IEC 15948). `stride` is bytes a row."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)  # filter type "none"
        rows += rgb[y * stride : y * stride + width * 3]
    header = struct.pack(">IIBBBBB", width, height, 8, _RGB, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(bytes(rows), 6)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
