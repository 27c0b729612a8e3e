"""The user's profile: a JSON Resume, with what could not be read marked, and what the user looks for.

Field names are JSON Resume's (https://jsonresume.org/schema), read with or without camel case. A *source id* is a
path into the resume (`work.0.highlights.2`, `basics.summary`); every generated sentence names the one it came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

MAX_LIST = 400
MAX_TEXT = 20_000


# Control characters but line end and tab, overrides of the writing direction, lone surrogates: none of it is text, and each
# spoils a terminal, a file name, a line of the log or the database.
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _clean(text: str) -> str:
    return _NO_TEXT.sub("", text).strip()[:MAX_TEXT]


Text = Annotated[str, AfterValidator(_clean)]
"""Text from outside: control characters and direction overrides removed, at most 20,000 characters."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


class Location(_Part):
    address: Text = ""
    postal_code: Text = ""
    city: Text = ""
    country_code: Text = ""
    region: Text = ""


class OnlineProfile(_Part):
    network: Text = ""
    username: Text = ""
    url: Text = ""


class Basics(_Part):
    name: Text = ""
    label: Text = ""
    email: Text = ""
    phone: Text = ""
    url: Text = ""
    summary: Text = ""
    location: Location = Location()
    profiles: tuple[OnlineProfile, ...] = Field(default=(), max_length=MAX_LIST)


class Work(_Part):
    """A position. Dates are ISO 8601 at the precision the CV gives: `2021`, `2021-03` or `2021-03-01`.

    An empty `end_date` with a start means "until today".
    """

    name: Text = ""
    position: Text = ""
    location: Text = ""
    url: Text = ""
    start_date: Text = ""
    end_date: Text = ""
    summary: Text = ""
    highlights: tuple[Text, ...] = Field(default=(), max_length=MAX_LIST)


class Education(_Part):
    institution: Text = ""
    area: Text = ""
    study_type: Text = ""
    start_date: Text = ""
    end_date: Text = ""
    score: Text = ""
    courses: tuple[Text, ...] = Field(default=(), max_length=MAX_LIST)


class Skill(_Part):
    """A skill, or a named group of skills with `keywords` ("Databases": PostgreSQL, Redis)."""

    name: Text = ""
    level: Text = ""
    keywords: tuple[Text, ...] = Field(default=(), max_length=MAX_LIST)


class Certificate(_Part):
    name: Text = ""
    date: Text = ""
    issuer: Text = ""
    url: Text = ""


class Language(_Part):
    language: Text = ""
    fluency: Text = ""


class Project(_Part):
    name: Text = ""
    description: Text = ""
    highlights: tuple[Text, ...] = Field(default=(), max_length=MAX_LIST)
    start_date: Text = ""
    end_date: Text = ""
    url: Text = ""


class Resume(_Part):
    basics: Basics = Basics()
    work: tuple[Work, ...] = Field(default=(), max_length=MAX_LIST)
    education: tuple[Education, ...] = Field(default=(), max_length=MAX_LIST)
    skills: tuple[Skill, ...] = Field(default=(), max_length=MAX_LIST)
    certificates: tuple[Certificate, ...] = Field(default=(), max_length=MAX_LIST)
    languages: tuple[Language, ...] = Field(default=(), max_length=MAX_LIST)
    projects: tuple[Project, ...] = Field(default=(), max_length=MAX_LIST)

    def sources(self) -> Iterator[tuple[str, str]]:
        """Every sentence the user wrote, as `(source id, text)`, in the order of the CV."""
        if self.basics.summary:
            yield "basics.summary", self.basics.summary
        for i, work in enumerate(self.work):
            if work.summary:
                yield f"work.{i}.summary", work.summary
            for j, text in enumerate(work.highlights):
                yield f"work.{i}.highlights.{j}", text
        for i, project in enumerate(self.projects):
            if project.description:
                yield f"projects.{i}.description", project.description
            for j, text in enumerate(project.highlights):
                yield f"projects.{i}.highlights.{j}", text

    def skill_names(self) -> tuple[str, ...]:
        """Each skill once, groups unfolded, in the user's order."""
        names: dict[str, None] = {}
        for skill in self.skills:
            for name in skill.keywords or (skill.name,):
                if name:
                    names.setdefault(name)
        return tuple(names)


class Unread(_Part):
    """A piece of the CV that could not be placed; shown to the user, never guessed."""

    text: Text
    reason: Text
    page: int | None = None


class ImportedCv(_Part):
    """What a CV file gave: the resume, what could not be placed, and what is missing altogether."""

    resume: Resume
    unread: tuple[Unread, ...] = ()
    missing: tuple[Text, ...] = ()


class Preferences(_Part):
    """What the user looks for. Empty means "no wish", never "nothing".

    `salary_floor` is gross per year in `currency` (ISO 4217).
    """

    titles: tuple[Text, ...] = ()
    places: tuple[Text, ...] = ()
    remote: bool = True
    salary_floor: int | None = Field(default=None, ge=0)
    currency: Text = "EUR"


class Profile(_Part):
    """One person's profile as stored. `base_file` is the id of the CV file it was read from."""

    id: str
    resume: Resume
    preferences: Preferences = Preferences()
    unread: tuple[Unread, ...] = ()
    missing: tuple[Text, ...] = ()
    base_file: str = ""
