"""Reads a JSON Resume file (https://jsonresume.org/schema)."""

from __future__ import annotations

import json

from pydantic import ValidationError

from jobagent_desktop.documents.parsing.findings import missing_parts
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.domain.resume import ImportedCv, Resume, Unread

# Sections of the schema that the profile has no place for; their presence is shown to the user.
_NOT_KEPT = ("volunteer", "awards", "publications", "interests", "references")
_EXPECTED = {
    "string_type": "it must be a text",
    "tuple_type": "it must be a list",
    "model_type": "it must be an object with fields",
    "model_attributes_type": "it must be an object with fields",
    "too_long": "the list is far longer than a CV's can be",
    "string_unicode": "it holds characters that are none",
}
"""Pydantic's kinds of mistakes, in words for the user."""
_SECTIONS = frozenset(("basics", "work", "education", "skills", "languages", "certificates", "projects"))


def read_json_resume(data: bytes) -> ImportedCv:
    """Raises `Permanent`; the sentence names the key that is wrong."""
    try:
        value: object = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # also numbers of thousands of digits
        where = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise Permanent(
            f"The file is not valid JSON: there is a mistake{where}. Correct it, or import the CV as PDF or DOCX."
        ) from error
    if not isinstance(value, dict) or not _SECTIONS & value.keys():
        raise Permanent(
            "The file is JSON but not a JSON Resume: it has none of the sections basics, work, education, skills. "
            "See jsonresume.org for the format, or import the CV as PDF or DOCX."
        )
    try:
        resume = Resume.model_validate({key: part for key, part in value.items() if part is not None})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(step) for step in first["loc"])
        raise Permanent(
            f"The JSON Resume has a mistake at {key}: {_EXPECTED.get(first['type'], first['msg'])}. Correct this entry and "
            "import the file again."
        ) from error
    unread = [
        Unread(text=json.dumps(value[key], ensure_ascii=False), reason=f'The profile has no place for "{key}" yet.')
        for key in _NOT_KEPT
        if value.get(key)
    ]
    return ImportedCv(resume=resume, unread=tuple(unread), missing=missing_parts(resume))
