"""`doctor` tells what is well and what is not, and one broken thing does not hide the others."""

from __future__ import annotations

from pathlib import Path

from jobagent_desktop.bootstrap import open_workspace
from jobagent_desktop.checks import check_all


def test_a_new_data_folder_is_well(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path, {})
    checks = workspace.doctor()
    assert [name for name, _, _ in checks] == ["Program", "Data folder", "Database", "Resources", "Keyring", "Queue"]
    assert all(ok for _, ok, _ in checks), checks


def test_what_is_broken_is_told_and_the_rest_is_still_looked_at(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path, {})
    for path in tmp_path.glob("jobagent.db*"):
        path.unlink()
    workspace.paths.database.write_bytes(b"not a database" * 1000)
    found = {name: (ok, sentence) for name, ok, sentence in check_all(workspace.paths, workspace.queries)}
    assert not found["Database"][0]
    assert "damaged" in found["Database"][1]
    assert found["Resources"][0]
    assert found["Data folder"][0]
