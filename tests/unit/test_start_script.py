"""`resources/start.py`, run for real in a checkout whose environment stands already: what it passes on, cleans up and refuses.

That it builds that environment from nothing needs a network and a bare system, so that is tried outside the tests.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "resources" / "start.py"

posix = pytest.mark.skipif(sys.platform == "win32", reason="builds an environment of symbolic links")
needs_xvfb = pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb (apt-get install xvfb)")

CLI = """#!{python}
import json, os, sys
print(json.dumps({{"arguments": sys.argv[1:], "folder": os.getcwd(), "environment": dict(os.environ)}}))
sys.exit(7)
"""

PROGRAM = """
import json, os, sys
children = open(f"/proc/self/task/{os.getpid()}/children").read()
print(json.dumps({"arguments": sys.argv[1:], "environment": dict(os.environ), "children": children}), flush=True)
if "--window" in sys.argv:
    from PySide6.QtGui import QGuiApplication
    print(QGuiApplication([]).platformName(), flush=True)
sys.stdin.read()
"""


def load(script: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("start", script)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which nothing is left to set up: the packages of the environment that runs this test, and a stamp."""
    root = tmp_path / "a checkout"
    (root / "resources").mkdir(parents=True)
    shutil.copy(SCRIPT, root / "resources")
    for name in ("uv.lock", "pyproject.toml"):
        (root / name).write_text(f"# {name}\n")
    venv = root / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "lib").symlink_to(Path(sys.prefix) / "lib")
    shutil.copy(Path(sys.prefix) / "pyvenv.cfg", venv)
    (venv / "bin" / "python").symlink_to(Path(sys.executable).resolve())
    cli = venv / "bin" / "jobagent-cli"
    cli.write_text(CLI.format(python=sys.executable))
    cli.chmod(0o755)
    (venv / ".start-stamp").write_text(f"{load(root / 'resources' / 'start.py').wanted_stamp()} all\n")
    return root


def start(
    root: Path, *arguments: str, env: dict[str, str] | None = None, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        # The same Python as the stamp names, wherever its own executable lies.
        [sys.executable, str(root / "resources" / "start.py"), *arguments],
        env=env or dict(os.environ),
        cwd=folder or root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@posix
def test_arguments_folder_and_exit_code_are_the_programs_own(checkout: Path, tmp_path: Path) -> None:
    done = start(checkout, "cli", "--json", "show", "an id", folder=tmp_path)
    seen = json.loads(done.stdout)
    assert (seen["arguments"], seen["folder"], done.returncode) == (["--json", "show", "an id"], str(tmp_path), 7)
    assert done.stderr == ""


@posix
def test_nothing_is_written_or_fetched_when_nothing_is_to_do(checkout: Path) -> None:
    start(checkout, "cli")
    assert sorted(path.name for path in checkout.iterdir()) == [".venv", "pyproject.toml", "resources", "uv.lock"]


@posix
def test_a_callers_python_settings_do_not_reach_the_program(checkout: Path) -> None:
    foreign = {"VIRTUAL_ENV": "/elsewhere", "PYTHONPATH": "/elsewhere", "QT_PLUGIN_PATH": "/elsewhere", "KEPT": "yes"}
    seen = json.loads(start(checkout, "cli", env=dict(os.environ) | foreign).stdout)["environment"]
    assert {name: seen.get(name) for name in foreign} == {
        "VIRTUAL_ENV": None,
        "PYTHONPATH": None,
        "QT_PLUGIN_PATH": None,
        "KEPT": "yes",
    }


@posix
@needs_xvfb
def test_the_tests_run_in_the_checkout_with_their_arguments(checkout: Path, tmp_path: Path) -> None:
    (checkout / "tests").mkdir()
    (checkout / "tests" / "test_one.py").write_text("def test_fails(): assert 0\ndef test_passes(): pass\n")
    done = start(checkout, "test", "-q", "-p", "no:cacheprovider", "-k", "fails", folder=tmp_path)
    assert "1 failed, 1 deselected" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 1


@posix
@needs_xvfb
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="virtual screens are for Linux")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_without_a_display_a_virtual_screen_lives_as_long_as_the_program(checkout: Path, how: signal.Signals) -> None:
    (checkout / ".venv" / "jobagent_desktop.py").write_text(PROGRAM)
    env = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    # The program that `-m jobagent_desktop` finds: `-P` keeps the folder out, so it stands where its packages do.
    program = checkout / ".venv" / "lib"
    program.unlink()
    site = Path(*Path(os.__file__).parent.parts[-2:], "site-packages")
    (checkout / ".venv" / site).mkdir(parents=True)
    (checkout / ".venv" / site / "program.pth").write_text(f"{checkout / '.venv'}\n{Path(sys.prefix) / site}\n")
    # Who runs these tests in the background of a shell has SIGINT ignored, and a child would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, str(checkout / "resources" / "start.py"), "--window", "x"],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    signal.signal(signal.SIGINT, before)
    assert process.stdout
    try:
        seen = json.loads(process.stdout.readline())
        screen = os.pidfd_open(int(seen["children"]))
        assert seen["arguments"] == ["--window", "x"]
        assert process.stdout.readline() == "xcb\n"
    finally:
        process.send_signal(how)
        _, talk = process.communicate(timeout=30)
    display = seen["environment"]["DISPLAY"]
    assert f"running on a virtual screen (Xvfb {display}, 1440x900)" in talk
    assert Path(seen["environment"]["XAUTHORITY"]).stat().st_mode & 0o777 == 0o600
    assert select.select([screen], [], [], 10)[0], "the virtual screen outlived the program"
    os.close(screen)
    assert process.returncode == -how


@posix
def test_a_changed_lock_another_python_or_a_moved_checkout_asks_for_a_new_environment(checkout: Path) -> None:
    script = load(checkout / "resources" / "start.py")
    before = script.wanted_stamp()
    assert script.read_stamp() == (before, "all")
    (checkout / "uv.lock").write_text("# another\n")
    assert script.wanted_stamp() != before
    moved = checkout.rename(checkout.with_name("moved"))
    (moved / "uv.lock").write_text("# uv.lock\n")
    assert load(moved / "resources" / "start.py").wanted_stamp() != before
    (moved / ".venv" / "bin" / "python").unlink()
    assert load(moved / "resources" / "start.py").read_stamp() == ("", "all")


def test_an_old_or_32_bit_python_is_told_so_in_a_sentence() -> None:
    code = "import runpy, sys\n{change}\nsys.argv = ['start.py']\nrunpy.run_path({script!r}, run_name='__main__')"
    for change, sentence in (
        ("sys.version_info = (3, 9, 2, 'final', 0)", "needs Python 3.11 or later, but this is Python 3.9.2"),
        ("sys.maxsize = 2**31 - 1", "needs a 64-bit Python"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", code.format(change=change, script=str(SCRIPT))], capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr


def test_old_pythons_can_read_the_script_well_enough_to_be_told() -> None:
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 7))


def test_the_script_needs_the_standard_library_only() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


@pytest.mark.skipif(shutil.which("dpkg-query") is None or shutil.which("apt-get") is None, reason="not a Debian")
def test_only_what_dpkg_does_not_know_is_missing() -> None:
    missing = load(SCRIPT).missing_packages(["dpkg", "awk", "libc6", "surely-no-package"])
    assert missing == ["surely-no-package"]  # awk is a name that mawk or gawk provides


@posix
def test_not_as_root_the_packages_are_named_with_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    load(SCRIPT).install_packages(["xvfb", "git"])
    assert "sudo apt-get update && sudo apt-get install --yes --no-install-recommends xvfb git" in capsys.readouterr().err
