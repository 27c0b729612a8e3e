"""Secrets go to the keyring and nowhere else: long ones in parts, failures as sentences, the real Secret Service once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from jobagent_desktop.desktop.keyring import MAX_PARTS, PART_CHARACTERS, Secrets
from jobagent_desktop.desktop.redaction import HIDDEN, Redactor
from jobagent_desktop.domain.errors import Bug, NeedsUser
from tests.fakes.memory_keyring import MemoryKeyring

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[MemoryKeyring]]:
    """The in-memory keyring, found by keyring itself through the environment."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.fakes.memory_keyring.MemoryKeyring")
    before = keyring.core._keyring_backend
    keyring.core.init_backend()
    MemoryKeyring.reset()
    yield MemoryKeyring
    MemoryKeyring.reset()
    keyring.core._keyring_backend = before


@pytest.fixture
def secrets(memory: type[MemoryKeyring]) -> Secrets:
    del memory
    return Secrets(Redactor())


def test_a_secret_comes_back_and_can_be_forgotten(secrets: Secrets, memory: type[MemoryKeyring]) -> None:
    assert secrets.get("llm.api_key") is None
    secrets.set("llm.api_key", "sk-one")
    assert memory.entries == {("JobMarketAgent", "llm.api_key"): "sk-one"}
    assert secrets.get("llm.api_key") == "sk-one"
    secrets.delete("llm.api_key")
    secrets.delete("llm.api_key")
    assert secrets.get("llm.api_key") is None
    assert memory.entries == {}


@pytest.mark.parametrize("length", [PART_CHARACTERS, PART_CHARACTERS + 1, 5000, MAX_PARTS * PART_CHARACTERS])
def test_a_long_secret_of_wide_characters_is_kept_in_parts_and_leaves_nothing(
    secrets: Secrets, memory: type[MemoryKeyring], length: int
) -> None:
    value = "😀" * length
    secrets.set("certificate", value)
    assert secrets.get("certificate") == value
    secrets.delete("certificate")
    assert memory.entries == {}


def test_replacing_a_long_secret_leaves_no_part_of_the_old_one(secrets: Secrets, memory: type[MemoryKeyring]) -> None:
    for value in ("a" * 2000, "b" * 1300, "c" * 2600, "short", "d" * 700):
        secrets.set("key", value)
        assert secrets.get("key") == value
        leftovers = [name for (_, name), part in memory.entries.items() if part[0] != value[0] and name != "key"]
        assert leftovers == []
    assert len(memory.entries) == 1 + 2


def test_an_interrupted_replacement_leaves_the_old_secret_whole(
    secrets: Secrets, memory: type[MemoryKeyring], monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets.set("key", "a" * 2000)
    writing, writes = MemoryKeyring.set_password, [0]

    def third_write_fails(self: MemoryKeyring, service: str, username: str, password: str) -> None:
        writes[0] += 1
        if writes[0] == 3:
            raise OSError("the keyring went away")
        writing(self, service, username, password)

    monkeypatch.setattr(memory, "set_password", third_write_fails)
    with pytest.raises(NeedsUser):
        secrets.set("key", "b" * 2000)
    assert secrets.get("key") == "a" * 2000


def test_a_part_removed_by_hand_is_no_secret_rather_than_half_of_one(secrets: Secrets, memory: type[MemoryKeyring]) -> None:
    secrets.set("key", "a" * 2000)
    del memory.entries["JobMarketAgent", "key#a1"]
    assert secrets.get("key") is None
    secrets.delete("key")
    assert memory.entries == {}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=1500) | st.from_regex(r"in-parts:1:.*"))
def test_any_text_is_kept_as_it_is(secrets: Secrets, value: str) -> None:
    secrets.set("key", value)
    assert secrets.get("key") == value


def test_what_cannot_be_a_secret_is_refused(secrets: Secrets, memory: type[MemoryKeyring]) -> None:
    with pytest.raises(NeedsUser, match="empty"):
        secrets.set("key", "")
    with pytest.raises(NeedsUser, match="longer than"):
        secrets.set("key", "x" * (MAX_PARTS * PART_CHARACTERS + 1))
    for name in ("", "Key", "a b", "a#b0", "../x"):
        with pytest.raises(Bug):
            secrets.set(name, "x")
        with pytest.raises(Bug):
            secrets.get(name)
    assert memory.entries == {}


def test_a_locked_keyring_is_a_sentence(secrets: Secrets, memory: type[MemoryKeyring]) -> None:
    memory.locked = True
    for call in (lambda: secrets.get("key"), lambda: secrets.set("key", "hunter2"), lambda: secrets.delete("key")):
        with pytest.raises(NeedsUser, match="locked"):
            call()


def test_a_keyring_that_forgets_is_noticed(secrets: Secrets, memory: type[MemoryKeyring]) -> None:
    memory.forgetful = True
    with pytest.raises(NeedsUser, match="did not keep"):
        secrets.set("key", "hunter2")


@pytest.mark.parametrize(
    ("backend", "sentence"),
    [
        (fail.Keyring, "no keyring"),
        (null.Keyring, "did not keep"),
        (type("PlaintextKeyring", (MemoryKeyring,), {}), "plain file"),
    ],
)
def test_no_usable_keyring_is_a_sentence(secrets: Secrets, backend: type[KeyringBackend], sentence: str) -> None:
    keyring.set_keyring(backend())
    with pytest.raises(NeedsUser, match=sentence) as caught:
        secrets.set("key", "hunter2")
    assert "hunter2" not in str(caught.value)


def test_a_backend_that_does_not_exist_is_a_sentence(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "nowhere.Keyring")
    keyring.core._keyring_backend = None
    with pytest.raises(NeedsUser, match="did not answer"):
        secrets.get("key")


def test_secrets_that_passed_are_known_to_the_redactor_and_never_shown(memory: type[MemoryKeyring]) -> None:
    redactor = Redactor()
    secrets = Secrets(redactor)
    secrets.set("key", "correct horse")
    assert redactor.text("wrote correct horse to x") == f"wrote {HIDDEN} to x"
    memory.entries["JobMarketAgent", "other"] = "battery staple"
    secrets.get("other")
    assert redactor.text("battery staple") == HIDDEN
    for shown in (repr(secrets), repr(redactor), str(vars(secrets))):
        assert "correct" not in shown
        assert "battery" not in shown


IN_A_REAL_KEYRING = """
import keyring
from jobagent_desktop.desktop.keyring import Secrets
from jobagent_desktop.desktop.redaction import Redactor
print(type(keyring.get_keyring()).__module__)
secrets = Secrets(Redactor())
assert secrets.get("key") is None
secrets.set("key", "k\\u00e4se" * 500)
secrets.set("key", "k\\u00e4se" * 600)
assert Secrets(Redactor()).get("key") == "k\\u00e4se" * 600
secrets.delete("key")
assert secrets.get("key") is None
print("kept")
"""


@pytest.mark.skipif(
    not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
    reason="needs gnome-keyring and dbus-run-session (apt-get install gnome-keyring dbus)",
)
def test_the_real_secret_service(tmp_path: Path) -> None:
    """Its own session bus and its own home, so that nobody's keyring is touched."""
    env = {
        name: value for name, value in os.environ.items() if not name.startswith(("DBUS_", "XDG_", "GNOME_", "PYTHON_KEYRING"))
    }
    env |= {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    unlocked = 'printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" -c "$1"'
    done = subprocess.run(
        ["dbus-run-session", "--", "bash", "-c", unlocked, sys.executable, IN_A_REAL_KEYRING],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split() == ["keyring.backends.SecretService", "kept"], done.stdout + done.stderr
