"""Reads a CV file of any known format into a resume; runs in the worker process."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from jobagent_desktop.documents.glyphs import left_out
from jobagent_desktop.documents.intake.docx_lines import docx_lines
from jobagent_desktop.documents.intake.json_resume import read_json_resume
from jobagent_desktop.documents.intake.pdf_lines import pdf_lines
from jobagent_desktop.documents.intake.text_lines import text_lines
from jobagent_desktop.documents.parsing import parse_resume
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.domain.resume import ImportedCv

MAX_BYTES = 20 * 1024 * 1024
_FORMATS = "Save the CV as PDF, DOCX, plain text or JSON Resume and import that file."
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .doc, and of password-protected DOCX files
_MAX_TEXT = 400_000


def read_cv(path: str) -> ImportedCv:
    """Raises `Permanent` with a sentence that says what is wrong with the file and what to do about it."""
    imported = _read(Path(path))
    resume = imported.resume
    basics = resume.basics
    told = left_out((basics.name, basics.label, *(text for _, text in resume.sources()), *resume.skill_names()))
    return imported if told is None else imported.model_copy(update={"unread": (*imported.unread, told)})


def _read(file: Path) -> ImportedCv:
    """The content decides what a file is; its name only settles what the content leaves open."""
    data = file_bytes(file)
    if b"%PDF-" in data[:1024]:
        return parse_resume(pdf_lines(data))
    if data.startswith(b"PK\x03\x04"):
        return parse_resume(docx_lines(_word_document(data)))
    if data.startswith(_OLE):
        raise Permanent(
            f"{file.name} is an old Word document (.doc) or protected by a password; neither can be read. {_FORMATS}"
        )
    if data.startswith(_PICTURES):
        raise Permanent(f"{file.name} is a picture; there is no text in it to read. {_FORMATS}")
    if data.startswith(b"{\\rtf"):
        raise Permanent(f"{file.name} is an RTF document, which cannot be read. {_FORMATS}")
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}:
        return read_json_resume(data)
    if file.suffix.lower() in {".pdf", ".docx"}:
        raise Permanent(
            f"{file.name} is damaged: its content is not what its name says. Export the CV again and import the new file."
        )
    return parse_resume(text_lines(_decoded(data, file.name)))


def _word_document(data: bytes) -> bytes:
    """The same data, if the archive is a DOCX."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise Permanent(
            "The DOCX file is damaged and could not be read. Save it again in a word processor and import the new file."
        ) from error
    if "word/document.xml" in names:
        return data
    kind = "an OpenDocument text" if "content.xml" in names else "an archive, not a Word document"
    raise Permanent(f"This file is {kind}, which cannot be read. {_FORMATS}")


def _decoded(data: bytes, name: str) -> str:
    """Text in UTF-8, UTF-16 or the Windows code pages of Europe."""
    has_mark = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ("utf-16",) if has_mark else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        strange = sum(1 for character in text if ord(character) < 32 and character not in "\n\r\t\f\v")
        if strange <= len(text) // 500 and len(text) <= _MAX_TEXT:
            return text
    raise Permanent(f"{name} is neither a text nor a document that can be read. {_FORMATS}")


def file_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise Permanent(f"The file {path.name} is not there. Check where it is and choose it again.") from error
    except IsADirectoryError as error:
        raise Permanent(f"{path.name} is a folder. Choose the CV file itself.") from error
    except OSError as error:
        raise Permanent(
            f"The file {path.name} could not be opened: {error.strerror or error}. Close other programs that use it, "
            f"or copy it elsewhere."
        ) from error
    if not data.strip():
        raise Permanent(f"The file {path.name} is empty. Save the CV again and import the new file.")
    if len(data) > MAX_BYTES:
        raise Permanent(
            f"The file {path.name} is larger than 20 MB, which no CV needs. Export it again without large pictures."
        )
    return data
