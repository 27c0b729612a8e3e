"""What the user can ask the engine to do. A command's outcome is again an event; a refusal is an `AgentError`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobagent_desktop.domain.resume import Preferences


@dataclass(frozen=True, slots=True)
class ImportCv:
    """Read a CV file and make it the profile. Answers with the `Profile`."""

    path: str


@dataclass(frozen=True, slots=True)
class SetPreferences:
    preferences: Preferences


@dataclass(frozen=True, slots=True)
class SearchNow:
    """Search the given careers URLs and boards, or all enabled searches when both are empty.

    Answers with the number of searches queued.
    """

    careers_urls: tuple[str, ...] = ()
    boards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddUrl:
    """Take one posting by its address. Answers with the application id."""

    url: str


@dataclass(frozen=True, slots=True)
class Approve:
    application_id: str


@dataclass(frozen=True, slots=True)
class Unapprove:
    application_id: str


@dataclass(frozen=True, slots=True)
class Skip:
    application_id: str


@dataclass(frozen=True, slots=True)
class Unskip:
    """Undo a skip: the application is again what it was."""

    application_id: str


@dataclass(frozen=True, slots=True)
class MarkApplied:
    application_id: str


@dataclass(frozen=True, slots=True)
class UnmarkApplied:
    application_id: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Start a failed or cancelled preview again, at the step where it stopped."""

    application_id: str


@dataclass(frozen=True, slots=True)
class CancelPreview:
    """Answers with the number of tasks cancelled: 0 when none was open."""

    application_id: str


@dataclass(frozen=True, slots=True)
class CancelPreviews:
    """Cancel every preview that waits or runs. Answers with their number."""


@dataclass(frozen=True, slots=True)
class CancelSearches:
    """Cancel every search that waits or runs. Answers with their number."""


@dataclass(frozen=True, slots=True)
class EditDraft:
    """Replace text in a draft and render the documents again.

    `edits` maps places in the draft (`cv.summary.0`, `cv.work.1.lines.2`, `letter.paragraphs.0.1`, `letter.greeting`) to new
    text; empty text removes the sentence.
    """

    application_id: str
    edits: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SaveDocuments:
    """Copy CV and letter into a folder of the user's. Answers with the paths written."""

    application_id: str
    folder: str


@dataclass(frozen=True, slots=True)
class OpenPosting:
    """Answers with the address at which a browser can show the posting now."""

    application_id: str


@dataclass(frozen=True, slots=True)
class RenderPages:
    """Draw a stored PDF. `kind` is `cv` or `letter`; `width` in device pixels, 100-3000. Answers with PNG bytes per page."""

    application_id: str
    kind: str
    width: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Claim nothing new until resumed; running steps finish."""


@dataclass(frozen=True, slots=True)
class Resume:
    pass


@dataclass(frozen=True, slots=True)
class GoOn:
    """End the hold of a program that was started with care: from now on it claims tasks. Paused stays paused."""


@dataclass(frozen=True, slots=True)
class TryNow:
    """End a breaker's wait: one probe may go at once."""

    scope: str


@dataclass(frozen=True, slots=True)
class SetSetting:
    """Change one user setting by its key, checked as in the settings file."""

    key: str
    value: str | int | bool


Command = (
    ImportCv
    | SetPreferences
    | SearchNow
    | AddUrl
    | Approve
    | Unapprove
    | Skip
    | Unskip
    | MarkApplied
    | UnmarkApplied
    | Retry
    | CancelPreview
    | CancelPreviews
    | CancelSearches
    | EditDraft
    | SaveDocuments
    | OpenPosting
    | RenderPages
    | Pause
    | Resume
    | GoOn
    | TryNow
    | SetSetting
)
