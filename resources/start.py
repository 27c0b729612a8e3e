"""Starts the program, its command line or its tests from a checkout, and first sets up whatever they need.

    python3 resources/start.py [ARGS...]        the program
    python3 resources/start.py cli [ARGS...]    the same program without a window (jobagent-cli)
    python3 resources/start.py test [ARGS...]   the tests (arguments go to pytest)

Standard library only, Python 3.11 or later, Linux and Windows. Everything it makes lies in the checkout: `.uv/` (the installer
uv and its downloads) and `.venv/` (the locked packages). Only Debian's own packages go to the system, and only as root.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".start-stamp"
UV_HOME = ROOT / ".uv"
UV_VERSION = "0.13.9"
WINDOWS = sys.platform == "win32"
SCRIPTS = VENV / ("Scripts" if WINDOWS else "bin")
EXE = ".exe" if WINDOWS else ""

QT_PACKAGES = (
    "libdbus-1-3 libegl1 libfontconfig1 libgl1 libglib2.0-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 "
    "libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxcb-xkb1 libxkbcommon-x11-0 libxkbcommon0 xauth xvfb"
)
TEST_PACKAGES = "dbus dbus-daemon git gnome-keyring"

# A caller's settings that would lead the new environment, or the program in it, to another Python or another Qt.
FOREIGN_TO_PROGRAM = (
    "PYTHONHOME PYTHONPATH PYTHONEXECUTABLE PYTHONPLATLIBDIR VIRTUAL_ENV CONDA_PREFIX __PYVENV_LAUNCHER__ "
    "QT_PLUGIN_PATH QT_QPA_PLATFORM_PLUGIN_PATH"
)
# Settings with which uv would not install exactly what uv.lock says, into exactly this folder. The others (cache, proxy,
# certificates, offline, link mode, credentials ...) stay the caller's.
FOREIGN_TO_UV = (
    "UV_CONFIG_FILE UV_DEFAULT_INDEX UV_EXCLUDE_NEWER UV_FORK_STRATEGY UV_FROZEN UV_INDEX_URL UV_LOCKED UV_MANAGED_PYTHON "
    "UV_NO_BINARY UV_NO_BUILD UV_NO_BUILD_ISOLATION UV_NO_DEFAULT_GROUPS UV_NO_DEV UV_NO_EDITABLE UV_NO_GROUP "
    "UV_NO_INSTALL_LOCAL UV_NO_INSTALL_PROJECT UV_NO_INSTALL_WORKSPACE UV_NO_SOURCES UV_NO_SYNC UV_PRERELEASE UV_PROJECT "
    "UV_PYTHON UV_RESOLUTION UV_SYSTEM_PYTHON UV_WORKING_DIR UV_WORKING_DIRECTORY"
)
# Settings with which `pip install --target` refuses, or installs something else or elsewhere.
FOREIGN_TO_PIP = (
    "PIP_CONSTRAINT PIP_DRY_RUN PIP_EDITABLE PIP_NO_BINARY PIP_ONLY_BINARY PIP_PLATFORM PIP_PREFIX PIP_PYTHON "
    "PIP_REQUIRE_HASHES PIP_REQUIREMENT PIP_ROOT PIP_SRC PIP_TARGET PYTHONHOME PYTHONPATH"
)


def say(sentence: str) -> None:
    """One plain line about what is going on; on stderr, so that stdout stays the program's."""
    if sys.stderr is not None:
        print(sentence, file=sys.stderr, flush=True)


def give_up(sentence: str, code: int = 1) -> NoReturn:
    say(sentence)
    raise SystemExit(code)


def without(*names: str) -> dict[str, str]:
    """The caller's environment without the given variables (each argument names some, separated by spaces)."""
    foreign = {name for part in names for name in part.split()}
    return {name: value for name, value in os.environ.items() if name not in foreign}


def check_python() -> None:
    have = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < (3, 11):  # noqa: UP036  the door for every Python
        give_up(f"Job Market Agent needs Python 3.11 or later, but this is Python {have} ({sys.executable}).")
    if sys.maxsize <= 2**32:
        give_up(
            f"Job Market Agent needs a 64-bit Python, but {sys.executable} is a 32-bit one. Please install the 64-bit version."
        )
    if not sys.executable:
        give_up("This Python does not know where its own program file is. Please start it by its full path.")


# --- the system's packages (Debian and its children) -------------------------------------------------------------------------


def missing_packages(wanted: Sequence[str]) -> list[str]:
    """Which of these Debian packages are neither installed nor provided by an installed one. Empty on other systems."""
    import shutil
    import subprocess

    if not (shutil.which("dpkg-query") and shutil.which("apt-get")):
        return []
    listing = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${db:Status-Status}\t${Package}\t${Provides}\n"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    present: set[str] = set()
    for line in listing.splitlines():
        status, package, provides = line.split("\t")
        if status == "installed":
            present.add(package)
            # "libglib2.0-0 (= 2.84.1), other:amd64": newer Debians renamed some libraries and provide the old name.
            present.update(part.split()[0].split(":")[0] for part in provides.split(",") if part.strip())
    return [package for package in wanted if package not in present]


def install_packages(packages: Sequence[str]) -> None:
    """Installs Debian packages as root, or says how to. Goes on either way: what is really needed shows soon enough."""
    import subprocess

    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if sys.platform == "win32" or os.geteuid() != 0:
        say(f"Some system packages are missing. To install them:\n  sudo apt-get update && sudo {' '.join(command)}")
        return
    say(f"Installing {len(packages)} system packages with apt: {' '.join(packages)}")
    options = ["-q", "-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=3"]
    environment = without(FOREIGN_TO_PROGRAM) | {"DEBIAN_FRONTEND": "noninteractive"}
    output = ""
    for _ in range(2):  # a mirror may have a bad minute, or may have dropped a version that its index still names
        for arguments in (["apt-get", "update"], command):
            done = subprocess.run(
                [arguments[0], *options, *arguments[1:]],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                check=False,
            )
            output = done.stdout
        if done.returncode == 0:
            return
    say(output[-3000:])
    say(f"apt could not install everything (its last words are above). Going on without; by hand: {' '.join(command)}")


# --- the environment ---------------------------------------------------------------------------------------------------------


def wanted_stamp() -> str:
    """What the environment depends on: the lock, the project, this Python, and where the checkout lies (scripts name it)."""
    import hashlib

    digest = hashlib.sha256()
    for part in (ROOT / "uv.lock", ROOT / "pyproject.toml"):
        digest.update(part.read_bytes())
    for text in (UV_VERSION, sys.version, sys.base_prefix, str(ROOT)):
        digest.update(b"\0" + text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def read_stamp() -> tuple[str, str]:
    """The digest of the environment that stands, and `all` or `program`: with the developers' packages or without."""
    try:
        digest, level = STAMP.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return "", ""
    return (digest, level) if (SCRIPTS / f"python{EXE}").exists() else ("", level)


def get_uv() -> Path:
    """The pinned uv, fetched by pip into the checkout. `--target` also works on an externally managed Python without venv."""
    import shutil
    import subprocess
    import time
    from importlib.util import find_spec

    home = UV_HOME / f"uv-{UV_VERSION}"
    uv = home / "bin" / f"uv{EXE}"
    if uv.exists():
        return uv
    if find_spec("pip") is None:
        give_up("This Python has no pip. Please install it first: apt-get install python3-pip, or on Windows: py -m ensurepip")
    say(f"Fetching the installer uv {UV_VERSION} ...")
    for old in UV_HOME.glob("fetching-*"):  # a start that was killed; another one may be at it right now
        if time.time() - old.stat().st_mtime > 3600:
            shutil.rmtree(old, ignore_errors=True)
    fresh = UV_HOME / f"fetching-{os.getpid()}"
    fresh.mkdir(parents=True, exist_ok=True)
    quiet = {
        "PIP_USER": "0",
        "PIP_REQUIRE_VIRTUALENV": "0",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    options = ["-qq", "--no-input", "--no-cache-dir", "--no-deps", "--only-binary=:all:", "--target", str(fresh)]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pip", "install", *options, f"uv=={UV_VERSION}"],
            env=without(FOREIGN_TO_PIP) | quiet,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode != 0:
            give_up(
                "The installer uv could not be fetched by pip. Please check the network (the reason is above) and start again."
            )
        try:
            fresh.replace(home)  # whole or not at all, also when two starts race
        except OSError:
            if not uv.exists():  # no race: somebody removed files from it
                shutil.rmtree(home)
                fresh.replace(home)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return uv


def sync_environment(level: str) -> None:
    """Makes or updates `.venv` from `uv.lock`, with the Python that runs this."""
    import subprocess

    uv = get_uv()
    say("Setting up the packages (the first time about 300 MB, a few minutes) ...")
    environment = without(FOREIGN_TO_PROGRAM, FOREIGN_TO_UV)
    environment |= {"UV_PROJECT_ENVIRONMENT": str(VENV), "UV_PYTHON_DOWNLOADS": "never"}
    # Certificates as pip: the system's, so that it also works behind a company's proxy. PySide6 is large, lines may be slow.
    for name, value in {"UV_CACHE_DIR": str(UV_HOME / "cache"), "UV_HTTP_TIMEOUT": "180", "UV_SYSTEM_CERTS": "true"}.items():
        environment.setdefault(name, value)
    command = [str(uv), "sync", "--locked", "--project", str(ROOT), "--python", sys.executable]
    if level == "program":
        command += ["--no-dev", "--inexact"]  # a developer's packages stay where they are
    if sys.stderr is None or not sys.stderr.isatty():
        command.append("--quiet")
    STAMP.unlink(missing_ok=True)
    if subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode != 0:
        give_up("The packages could not be installed (the reason is above). Please check the network and start again.")
    STAMP.write_text(f"{wanted_stamp()} {level}\n", encoding="ascii")


def set_up(level: str) -> None:
    """Brings `.venv` up to date; nothing at all when it is."""
    digest, standing = read_stamp()
    current = digest == wanted_stamp()
    if not (current and standing in (level, "all")):
        sync_environment("all" if standing == "all" else level)


# --- a screen ----------------------------------------------------------------------------------------------------------------


def screen_key() -> Path:
    """An Xauthority file with one cookie for all virtual screens of this checkout, so that nobody else can look at them."""
    import secrets
    import struct

    path = UV_HOME / "xauthority"
    if not path.exists():
        fields = (b"", b"", b"MIT-MAGIC-COOKIE-1", secrets.token_bytes(16))  # any address, any display; layout: Xau(3)
        content = struct.pack(">H", 0xFFFF) + b"".join(struct.pack(">H", len(field)) + field for field in fields)
        UV_HOME.mkdir(exist_ok=True)
        fresh = path.with_name(f"xauthority-{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(content)
        fresh.replace(path)
    return path


def end_with_parent() -> None:
    """Runs in the new process: Linux ends it when the process that started it has ended, however that happened."""
    import ctypes
    import signal

    set_parent_death_signal = 1  # PR_SET_PDEATHSIG in <linux/prctl.h>
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def virtual_screen() -> dict[str, str]:
    """Starts Xvfb on a free display and returns the environment that leads to it. It ends with this process.

    This process later becomes the program (`execve` keeps the process), so the screen lives exactly as long as the program.
    """
    import select
    import shutil
    import subprocess

    xvfb = shutil.which("Xvfb")
    if xvfb is None:
        give_up("There is no display, and no Xvfb to make a virtual one. To install it: sudo apt-get install xvfb")
    key = screen_key()
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [xvfb, "-displayfd", str(writing), "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-auth", str(key)],
        pass_fds=(writing,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl+C is for the program: it still needs its screen while it closes
        preexec_fn=end_with_parent,  # noqa: PLW1509  one thread, and nothing else keeps this promise
    )
    os.close(writing)
    answer = b""
    while not answer.endswith(b"\n"):
        ready, _, _ = select.select([reading], [], [], 30)
        piece = os.read(reading, 16) if ready else b""
        if not piece:
            process.kill()
            process.wait()
            give_up("The virtual screen (Xvfb) did not start.")
        answer += piece
    os.close(reading)
    display = f":{answer.decode().strip()}"
    say(f"There is no display here: running on a virtual screen (Xvfb {display}, 1440x900).")
    return {"DISPLAY": display, "XAUTHORITY": str(key), "QT_QPA_PLATFORM": "xcb"}


def needs_virtual_screen() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    if os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0] in ("offscreen", "minimal", "vnc"):
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


# --- the start ---------------------------------------------------------------------------------------------------------------


def hand_over(command: list[str], environment: dict[str, str]) -> NoReturn:
    """Becomes the program: its signals and its exit code are its own. Windows cannot, so there this waits for it."""
    if not WINDOWS:
        os.execve(command[0], command, environment)  # noqa: S606  there is no shell to need
    import subprocess

    process = subprocess.Popen(command, env=environment)
    while True:
        try:
            raise SystemExit(process.wait())
        except KeyboardInterrupt:
            continue  # the console told the program too; it decides when it has closed


def main(arguments: Sequence[str]) -> NoReturn:
    check_python()
    rest = list(arguments)
    mode = rest.pop(0) if rest and rest[0] in ("run", "test", "cli") else "run"
    if mode != "cli":
        missing = missing_packages((QT_PACKAGES + (f" {TEST_PACKAGES}" if mode == "test" else "")).split())
        if missing:
            install_packages(missing)
    set_up("all" if mode == "test" else "program")
    environment = without(FOREIGN_TO_PROGRAM)
    if mode == "cli":
        hand_over([str(SCRIPTS / f"jobagent-cli{EXE}"), *rest], environment)
    if needs_virtual_screen():
        environment |= virtual_screen()
    python = str(SCRIPTS / f"python{EXE}")
    if mode == "test":
        os.chdir(ROOT)
        hand_over([python, "-m", "pytest", *rest], environment)
    if not rest:
        rest = ["--demo-if-new"]  # a newcomer's first start shows the demo; their own start is one click from there
    # -P: a file in the caller's folder that is named like a module must not be taken for it.
    hand_over([python, "-P", "-m", "jobagent_desktop", *rest], environment)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        give_up("Stopped.", 130)
    except OSError as error:
        give_up(f"The program could not be set up in {ROOT}: {error}. Please check that this folder can be written to.")
