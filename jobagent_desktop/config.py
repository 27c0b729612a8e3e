"""Typed settings, strictly loaded, and paths. Never a secret."""

from __future__ import annotations

import difflib
import math
import os
import re
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Protocol

from jobagent_desktop.domain.errors import ConfigError

APP_NAME = "JobMarketAgent"
ENV_PREFIX = "JOBAGENT_"
DATA_DIR_ENV = "JOBAGENT_DATA_DIR"
TEST_PREFIX = "JOBAGENT_TEST_"
"""Variables of the tests; the program does not look at them."""
MAX_FILE_BYTES = 65_536

Value = str | int | float | bool


def resource(*parts: str) -> Path:
    """A file or folder of the program's own resources: in a checkout, a wheel or a frozen program."""
    here = Path(__file__).resolve().parent
    frozen = getattr(sys, "_MEIPASS", None)
    candidates = ([Path(frozen) / "resources"] if frozen else []) + [here / "_resources", here.parent / "resources"]
    root = next((folder for folder in candidates if folder.is_dir()), candidates[-1])
    return root.joinpath(*parts)


# --- what a value may be -----------------------------------------------------------------------------------------------------


class _Rule(Protocol):
    """What a setting may be. `read` gives the normalised value, or None when it is not allowed."""

    @property
    def allowed(self) -> str: ...

    def read(self, value: object) -> Value | None: ...

    def read_text(self, text: str) -> Value | None: ...


@dataclass(frozen=True, slots=True)
class _Choice:
    options: tuple[str, ...]

    @property
    def allowed(self) -> str:
        return f"one of {', '.join(self.options)}"

    def read(self, value: object) -> str | None:
        return value if isinstance(value, str) and value in self.options else None

    def read_text(self, text: str) -> str | None:
        return self.read(text.strip().lower())


@dataclass(frozen=True, slots=True)
class _Flag:
    allowed: str = "true or false"

    def read(self, value: object) -> bool | None:
        return value if isinstance(value, bool) else None

    def read_text(self, text: str) -> bool | None:
        return {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}.get(
            text.strip().lower()
        )


@dataclass(frozen=True, slots=True)
class _Whole:
    low: int
    high: int

    @property
    def allowed(self) -> str:
        return f"a whole number from {self.low} to {self.high}"

    def read(self, value: object) -> int | None:
        return value if isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high else None

    def read_text(self, text: str) -> int | None:
        # Not int(): that also takes "1_0" and digits of other scripts.
        return self.read(int(text)) if re.fullmatch(r"\s*[+-]?[0-9]{1,9}\s*", text) else None


@dataclass(frozen=True, slots=True)
class _Number:
    low: float
    high: float

    @property
    def allowed(self) -> str:
        return f"a number from {self.low:g} to {self.high:g}"

    def read(self, value: object) -> float | None:
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
            return None
        return float(value) if self.low <= value <= self.high else None

    def read_text(self, text: str) -> float | None:
        return self.read(float(text)) if re.fullmatch(r"\s*[+-]?[0-9]{1,9}(\.[0-9]{1,9})?\s*", text) else None


def _setting(default: Any, rule: _Rule) -> Any:
    return field(default=default, metadata={"rule": rule})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, in force for this run.

    Attributes:
        close_to_tray: closing the window leaves the program working in the tray.
        search_interval_h: hours between two runs of the saved searches.
        parallel_previews: how many previews are prepared at a time.
        host_delay_s: seconds between two requests to the same site.
        preview_min_score: a posting that scores below it (0-100) gets no preview by itself.
        request_timeout_s: seconds until a request is given up.
        pinned: keys fixed by the environment or the settings file, so that the window cannot change them.
    """

    log_level: str = _setting("info", _Choice(("debug", "info", "warning", "error")))
    theme: str = _setting("system", _Choice(("system", "light", "dark")))
    close_to_tray: bool = _setting(default=True, rule=_Flag())
    notifications: bool = _setting(default=True, rule=_Flag())
    search_interval_h: int = _setting(24, _Whole(1, 168))
    parallel_previews: int = _setting(1, _Whole(1, 4))
    host_delay_s: float = _setting(1.0, _Number(0, 60))
    preview_min_score: int = _setting(0, _Whole(0, 100))
    request_timeout_s: float = _setting(30.0, _Number(1, 300))
    pinned: frozenset[str] = frozenset()


RULES: Mapping[str, _Rule] = {part.name: part.metadata["rule"] for part in fields(Settings) if "rule" in part.metadata}
"""What each setting may be, by its key."""


# --- secrets -----------------------------------------------------------------------------------------------------------------

_SECRET_NAME = re.compile(
    # Not "tokens": max_tokens and prompt_tokens are counts.
    r"password|passwd|passphrase|passcode|\b(pass|pwd|auth|authorization)\b|secrets?\b|token\b|credentials?\b|bearer|cookies?\b"
    r"|(api|access|private|signing|encryption|client|session|auth|openai|anthropic|appwrite|gemini|mistral|llm)keys?\b"
)


def names_a_secret(key: str) -> bool:
    """Whether something called like this (`api_key`, `OPENAI_API_KEY`, `x-auth-token`, `clientSecret`) holds a secret."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", key)
    words = re.sub(r"[^A-Za-z0-9]+", " ", words).lower().strip()
    return bool(_SECRET_NAME.search(words) or _SECRET_NAME.search(words.replace(" ", "")))


def _refuse_secret(key: str, place: str) -> ConfigError:
    return ConfigError(
        f"{key} stands in {place}, but secrets are kept only in the system's keyring. Please remove it there and "
        "enter it in the window under Settings."
    )


# --- loading -----------------------------------------------------------------------------------------------------------------


def _unknown(key: str, place: str, spelled: Mapping[str, str]) -> ConfigError:
    """`spelled` maps each known key to how it is written in that place."""
    close = difflib.get_close_matches(key.removeprefix(ENV_PREFIX).lower(), spelled, n=1)
    hint = f"Did you mean {spelled[close[0]]}?" if close else f"Known settings are {', '.join(spelled.values())}."
    return ConfigError(f"{key} in {place} is not a setting of this program. {hint}")


def _malformed(key: str, place: str, rule: _Rule, value: object) -> ConfigError:
    shown = repr(value)
    but = f", not {shown}" if len(shown) <= 40 else ""
    return ConfigError(f"{key} in {place} must be {rule.allowed}{but}.")


def check_setting(key: str, value: object) -> Value:
    """The normalised value of one setting, given as its type or as text.

    Raises `ConfigError` for an unknown key, a value that is not allowed, and a secret.
    """
    place = "the settings"
    if names_a_secret(key):
        raise _refuse_secret(key, place)
    if key not in RULES:
        raise _unknown(key, place, {name: name for name in RULES})
    rule = RULES[key]
    checked = rule.read_text(value) if isinstance(value, str) else rule.read(value)
    if checked is None:
        raise _malformed(key, place, rule, value)
    return checked


def _from_environment(env: Mapping[str, str]) -> dict[str, Value]:
    spelled = {key: ENV_PREFIX + key.upper() for key in RULES}
    by_name = {name: key for key, name in spelled.items()}
    values: dict[str, Value] = {}
    for name, text in env.items():
        if not name.startswith(ENV_PREFIX) or name.startswith(TEST_PREFIX) or name == DATA_DIR_ENV:
            continue
        if names_a_secret(name):
            raise _refuse_secret(name, "the environment")
        key = by_name.get(name)
        if key is None:
            raise _unknown(name, "the environment", spelled | {"data_dir": DATA_DIR_ENV})
        value = RULES[key].read_text(text)
        if value is None:
            raise _malformed(name, "the environment", RULES[key], text)
        values[key] = value
    return values


def _secret_in(table: Mapping[str, Any], prefix: str = "") -> str | None:
    """The first key in a TOML table, at any depth, that names a secret."""
    for key, value in table.items():
        if names_a_secret(key):
            return prefix + key
        for part in value if isinstance(value, list) else [value]:  # pyright: ignore[reportUnknownVariableType]
            found = _secret_in(part, f"{prefix}{key}.") if isinstance(part, dict) else None  # pyright: ignore[reportUnknownArgumentType]
            if found:
                return found
    return None


def _from_file(path: Path) -> dict[str, Value]:
    place = f"the settings file {path}"
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(f"The settings file {path} could not be read: {error.strerror}.") from error
    if len(raw) > MAX_FILE_BYTES:
        raise ConfigError(f"The settings file {path} is larger than {MAX_FILE_BYTES // 1024} KB, so it cannot be one.")
    try:
        table = tomllib.loads(raw.decode("utf-8-sig"))  # Windows' Notepad may write a byte order mark
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The settings file {path} is not valid TOML: {error}.") from error
    secret = _secret_in(table)
    if secret:
        raise _refuse_secret(secret, place)
    values: dict[str, Value] = {}
    for key, found in table.items():
        if key == "data_dir":
            raise ConfigError(
                f"data_dir cannot stand in {place}, which lies in that folder. Please use --data-dir or {DATA_DIR_ENV}."
            )
        if key not in RULES:
            raise _unknown(key, place, {name: name for name in RULES})
        value = RULES[key].read(found)
        if value is None:
            raise _malformed(key, place, RULES[key], found)
        values[key] = value
    return values


def load_settings(env: Mapping[str, str], file_path: Path | None, stored: Mapping[str, Any]) -> Settings:
    """The settings in force: environment over file over what the window stored over the defaults.

    `stored` may hold keys of other kinds, and of newer versions on other machines: those are left alone. A stored value that
    the environment or the file overrides is not looked at, so a broken one can always be got round.

    Raises `ConfigError` naming the key and where it stands.
    """
    values: dict[str, Value] = {}
    pinned = _from_file(file_path) if file_path else {}
    pinned |= _from_environment(env)
    for key, rule in RULES.items():
        if key in pinned:
            values[key] = pinned[key]
        elif key in stored:
            value = rule.read(stored[key])
            if value is None:
                raise _malformed(key, "the stored settings", rule, stored[key])
            values[key] = value
    return Settings(**values, pinned=frozenset(pinned))  # pyright: ignore[reportArgumentType]  each value passed its rule


# --- paths -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DataPaths:
    """Where things lie in the data folder."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "jobagent.db"

    @property
    def settings_file(self) -> Path:
        return self.root / "settings.toml"

    @property
    def files(self) -> Path:
        """Documents, by the hash of their content."""
        return self.root / "files"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def workers(self) -> Path:
        """Lock files of the processes that work the queue."""
        return self.root / "workers"

    @property
    def crashes(self) -> Path:
        return self.root / "crashes"

    @property
    def backups(self) -> Path:
        """Copies of the database, one a day."""
        return self.root / "backups"

    @property
    def quarantine(self) -> Path:
        """Damaged databases, kept as they were found."""
        return self.root / "quarantine"

    @property
    def ballast(self) -> Path:
        """Space that is given free when the disk is full."""
        return self.root / "ballast"

    def make(self) -> None:
        """Creates the folders, for this user's eyes only. Raises `ConfigError` when it cannot."""
        for folder in (self.files, self.logs, self.workers, self.crashes, self.backups, self.quarantine):
            _make_folder(folder)


def _make_folder(path: Path) -> None:
    try:
        # mkdir gives `mode` to the last folder only, and parents the user's own umask, as it should be for ~/.local/share.
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError as error:
        raise ConfigError(
            f"The data folder needs the place {error.filename or path}, but a file is there. Please move it away."
        ) from error
    except OSError as error:
        raise ConfigError(
            f"The folder {path} could not be created: {error.strerror}. Please choose another data folder."
        ) from error


def _is_remote(path: Path) -> bool:
    """Whether a path lies on another machine. Only Windows can tell cheaply; elsewhere the answer is no."""
    if sys.platform != "win32":
        return False
    if path.drive.startswith("\\\\"):
        return True
    import ctypes

    drive_remote = 4  # DRIVE_REMOTE, GetDriveTypeW in fileapi.h
    return ctypes.windll.kernel32.GetDriveTypeW(path.anchor) == drive_remote


def data_dir(argument: str | Path | None, env: Mapping[str, str]) -> Path:
    """The data folder: the argument, else the environment, else the system's place. It is made (0700) and tried for writing.

    Raises `ConfigError` when it cannot be created or written, or lies on another machine: SQLite's locks do not hold there.
    """
    named = str(argument) if argument is not None else env.get(DATA_DIR_ENV)
    if named is None:
        import platformdirs

        path = Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))
    elif not named.strip():
        raise ConfigError(f"The data folder is empty. Please give --data-dir or {DATA_DIR_ENV} the path of a folder.")
    else:
        try:
            path = Path(named).expanduser().absolute()
        except RuntimeError as error:
            raise ConfigError(f"There is no home folder for the data folder {named}. Please give its full path.") from error
    if _is_remote(path):
        raise ConfigError(f"The data folder {path} lies on another machine. Please choose one on a disk of this machine.")
    _make_folder(path)
    try:
        descriptor, probe = tempfile.mkstemp(prefix=".writable-", dir=path)
        os.close(descriptor)
        Path(probe).unlink()
    except OSError as error:
        raise ConfigError(
            f"The data folder {path} cannot be written to: {error.strerror}. "
            "Allow your user to write there, or choose another folder. Nothing in it was changed."
        ) from error
    return path
