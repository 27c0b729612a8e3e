"""Qt's messages become log lines; in a process of its own, since Qt has one handler per process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

CODE = """
import logging, sys
sys.path.insert(0, sys.argv[1])
logging.basicConfig(stream=sys.stdout, level=logging.DEBUG, format="%(levelname)s %(name)s %(message)s %(category)s")
from PySide6.QtCore import QLoggingCategory, qCritical, qDebug, qInfo, qWarning
from jobagent_desktop.desktop.qt_messages import install_qt_message_handler, remove_qt_message_handler
install_qt_message_handler()
qDebug("a"); qInfo("b"); qWarning("100 % \\u00fc"); qCritical("d")
remove_qt_message_handler()
qWarning("to Qt's own handler")
"""


def test_each_kind_has_its_level_and_category() -> None:
    command = [sys.executable, "-c", CODE, str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=True)
    assert done.stdout.splitlines() == [
        "DEBUG qt a default",
        "INFO qt b default",
        "WARNING qt 100 % ü default",
        "ERROR qt d default",
    ]
    assert done.stderr.strip() == "to Qt's own handler"
