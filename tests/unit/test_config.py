"""Settings are loaded strictly: precedence, each kind of mistake by its key and place, secrets refused; and the data folder."""

from __future__ import annotations

import os
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobagent_desktop.config import RULES, DataPaths, Settings, check_setting, data_dir, load_settings, names_a_secret
from jobagent_desktop.domain.errors import ConfigError


def written(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(env: dict[str, str] | None = None, file_path: Path | None = None, stored: dict[str, object] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load_settings(env or {}, file_path, stored or {})
    return caught.value.sentence


def test_nothing_set_gives_the_defaults_and_pins_nothing(tmp_path: Path) -> None:
    assert load_settings({"PATH": "/bin"}, tmp_path / "absent.toml", {}) == Settings()
    assert Settings().pinned == frozenset()


def test_environment_wins_over_file_over_stored_over_default(tmp_path: Path) -> None:
    path = written(tmp_path, 'theme = "dark"\nsearch_interval_h = 12\n')
    stored = {"theme": "system", "search_interval_h": 6, "notifications": False}
    settings = load_settings({"JOBAGENT_THEME": "light"}, path, stored)
    assert (settings.theme, settings.search_interval_h, settings.notifications, settings.close_to_tray) == (
        "light",
        12,
        False,
        True,
    )
    assert settings.pinned == {"theme", "search_interval_h"}


@pytest.mark.parametrize(
    ("name", "text", "key", "value"),
    [
        ("JOBAGENT_CLOSE_TO_TRAY", "no", "close_to_tray", False),
        ("JOBAGENT_NOTIFICATIONS", "1", "notifications", True),
        ("JOBAGENT_PARALLEL_PREVIEWS", " 4 ", "parallel_previews", 4),
        ("JOBAGENT_HOST_DELAY_S", "0", "host_delay_s", 0.0),
        ("JOBAGENT_HOST_DELAY_S", "2.5", "host_delay_s", 2.5),
        ("JOBAGENT_LOG_LEVEL", "DEBUG", "log_level", "debug"),
        ("JOBAGENT_PREVIEW_MIN_SCORE", "100", "preview_min_score", 100),
    ],
)
def test_environment_is_read_as_text(name: str, text: str, key: str, value: object) -> None:
    assert getattr(load_settings({name: text}, None, {}), key) == value


def test_variables_of_the_tests_are_not_looked_at() -> None:
    assert load_settings({"JOBAGENT_TEST_ANYTHING": "x", "JOBAGENT_TEST_API_KEY": "y"}, None, {}) == Settings()


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        ('theme = "pink"', "one of system, light, dark, not 'pink'"),
        ("theme = 1", "one of system, light, dark, not 1"),
        ('close_to_tray = "yes"', "true or false"),
        ("search_interval_h = 0", "a whole number from 1 to 168, not 0"),
        ("search_interval_h = 169", "a whole number from 1 to 168, not 169"),
        ("search_interval_h = 1.5", "a whole number"),
        ("parallel_previews = true", "a whole number from 1 to 4, not True"),
        ("host_delay_s = nan", "a number from 0 to 60"),
        ("host_delay_s = inf", "a number from 0 to 60"),
        ("request_timeout_s = 0.5", "a number from 1 to 300, not 0.5"),
        ("request_timeout_s = true", "a number from 1 to 300, not True"),
    ],
)
def test_a_malformed_value_in_the_file_names_key_place_and_what_is_allowed(tmp_path: Path, line: str, allowed: str) -> None:
    sentence = refusal(file_path=written(tmp_path, line))
    assert line.partition(" ")[0] in sentence
    assert str(tmp_path / "settings.toml") in sentence
    assert allowed in sentence


@pytest.mark.parametrize("text", ["", "maybe", "1_0", "١", "1e3", "99999999999999999999", "-1"])
def test_a_malformed_variable_names_itself(text: str) -> None:
    sentence = refusal({"JOBAGENT_SEARCH_INTERVAL_H": text})
    assert "JOBAGENT_SEARCH_INTERVAL_H in the environment must be a whole number from 1 to 168" in sentence


def test_a_malformed_stored_value_is_named_and_can_be_got_round() -> None:
    assert "theme in the stored settings must be one of" in refusal(stored={"theme": "pink"})
    assert load_settings({"JOBAGENT_THEME": "dark"}, None, {"theme": "pink"}).theme == "dark"


def test_stored_keys_of_other_kinds_are_left_alone() -> None:
    assert load_settings({}, None, {"tray_told": True, "from_a_newer_version": 7}) == Settings()


def test_unknown_keys_are_errors_that_name_the_nearest(tmp_path: Path) -> None:
    in_file = refusal(file_path=written(tmp_path, 'them = "dark"'))
    assert "them in the settings file" in in_file
    assert "Did you mean theme?" in in_file
    in_env = refusal({"JOBAGENT_LOGLEVEL": "info"})
    assert "JOBAGENT_LOGLEVEL in the environment" in in_env
    assert "Did you mean JOBAGENT_LOG_LEVEL?" in in_env
    assert "Known settings are" in refusal({"JOBAGENT_XYZ_QQ": "1"})


def test_a_long_wrong_value_is_not_repeated() -> None:
    value = "sk-" + "x" * 60
    assert value not in refusal({"JOBAGENT_THEME": value})


@pytest.mark.parametrize(
    "name", ["JOBAGENT_API_KEY", "JOBAGENT_OPENAI_KEY", "JOBAGENT_APPWRITE_TOKEN", "JOBAGENT_LLM_PASSWORD"]
)
def test_a_secret_in_the_environment_is_refused_without_repeating_it(name: str) -> None:
    sentence = refusal({name: "hunter2"})
    assert name in sentence
    assert "the environment" in sentence
    assert "keyring" in sentence
    assert "hunter2" not in sentence


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('api_key = "hunter2"', "api_key"),
        ('[llm]\nmodel = "m"\napi_key = "hunter2"', "llm.api_key"),
        ('[[accounts]]\nname = "a"\npassword = "hunter2"', "accounts.password"),
        ('clientSecret = "hunter2"', "clientSecret"),
    ],
)
def test_a_secret_in_the_file_is_refused_at_any_depth(tmp_path: Path, text: str, named: str) -> None:
    sentence = refusal(file_path=written(tmp_path, text))
    assert f"{named} stands in the settings file" in sentence
    assert "keyring" in sentence
    assert "hunter2" not in sentence


@pytest.mark.parametrize("key", ["max_tokens", "author", "theme", "host_delay_s", "compass", "secretary", "sort_key", "monkey"])
def test_names_that_only_look_like_secrets(key: str) -> None:
    assert not names_a_secret(key)


def test_no_setting_is_called_like_a_secret() -> None:
    assert [key for key in RULES if names_a_secret(key)] == []


def test_a_file_that_is_not_toml_not_utf8_or_not_a_file_is_a_sentence(tmp_path: Path) -> None:
    assert "not valid TOML" in refusal(file_path=written(tmp_path, "theme = \n"))
    (tmp_path / "latin.toml").write_bytes(b'theme = "\xe4"')
    assert "not valid TOML" in refusal(file_path=tmp_path / "latin.toml")
    (tmp_path / "large.toml").write_bytes(b"#" * 70_000)
    assert "larger than 64 KB" in refusal(file_path=tmp_path / "large.toml")
    assert "could not be read" in refusal(file_path=tmp_path)


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xef\xbb\xbftheme = 'dark'\r\n")
    assert load_settings({}, path, {}).theme == "dark"


def test_data_dir_cannot_stand_in_the_file_that_lies_in_it(tmp_path: Path) -> None:
    assert "--data-dir" in refusal(file_path=written(tmp_path, 'data_dir = "/elsewhere"'))


def test_every_setting_has_a_rule_and_every_default_passes_it() -> None:
    names = {part.name for part in fields(Settings)} - {"pinned"}
    assert set(RULES) == names
    for key, rule in RULES.items():
        assert rule.read(getattr(Settings(), key)) == getattr(Settings(), key)


@pytest.mark.parametrize(
    ("key", "given_value", "value"),
    [("theme", "Dark", "dark"), ("close_to_tray", "off", False), ("host_delay_s", 2, 2.0), ("parallel_previews", "3", 3)],
)
def test_one_change_is_checked_and_normalised(key: str, given_value: object, value: object) -> None:
    checked = check_setting(key, given_value)
    assert checked == value
    assert type(checked) is type(value)
    assert getattr(load_settings({}, None, {key: checked}), key) == value


@pytest.mark.parametrize(
    ("key", "value"), [("theme", "pink"), ("theme", None), ("nothing", 1), ("api_key", "x"), ("pinned", "x")]
)
def test_one_wrong_change_is_refused(key: str, value: object) -> None:
    with pytest.raises(ConfigError, match=key):
        check_setting(key, value)


@given(st.sampled_from(sorted(RULES)), st.one_of(st.text(max_size=12), st.integers(), st.floats(), st.booleans(), st.none()))
def test_whatever_a_change_says_it_is_refused_or_loads_again(key: str, value: object) -> None:
    try:
        checked = check_setting(key, value)
    except ConfigError as error:
        assert key in error.sentence
        return
    assert getattr(load_settings({}, None, {key: checked}), key) == checked


# --- the data folder ---------------------------------------------------------------------------------------------------------


def test_the_argument_wins_over_the_environment_over_the_systems_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env = {"JOBAGENT_DATA_DIR": str(tmp_path / "env")}
    assert data_dir(str(tmp_path / "arg"), env) == tmp_path / "arg"
    assert not (tmp_path / "env").exists()
    assert data_dir(None, env) == tmp_path / "env"
    if sys.platform.startswith("linux"):
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
        assert data_dir(None, {}) == tmp_path / "share" / "JobMarketAgent"


def test_a_relative_folder_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert data_dir("here", {}) == tmp_path / "here"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_the_folders_are_for_this_user_only(tmp_path: Path) -> None:
    paths = DataPaths(data_dir(tmp_path / "deep" / "data", {}))
    paths.make()
    paths.make()
    for folder in (paths.root, paths.files, paths.logs, paths.workers, paths.crashes, paths.backups, paths.quarantine):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert paths.database.parent == paths.settings_file.parent == paths.root
    folders = ["backups", "crashes", "files", "logs", "quarantine", "workers"]
    assert sorted(entry.name for entry in paths.root.iterdir()) == folders


def test_a_file_in_the_way_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    with pytest.raises(ConfigError, match="a file is there"):
        data_dir(tmp_path / "data", {})
    with pytest.raises(ConfigError, match=r"a file is there|could not be created"):  # Windows, others
        data_dir(tmp_path / "data" / "below", {})


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_path_is_not_the_current_folder(text: str) -> None:
    with pytest.raises(ConfigError, match="JOBAGENT_DATA_DIR"):
        data_dir(None, {"JOBAGENT_DATA_DIR": text})


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that nobody, not even root, can write to")
def test_a_folder_that_cannot_be_written_is_a_sentence() -> None:
    with pytest.raises(ConfigError, match="cannot be written to"):
        data_dir("/proc/self", dict(os.environ))
