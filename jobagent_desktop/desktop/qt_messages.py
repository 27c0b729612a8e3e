"""Qt's own messages go to the log, where a windowed program has no stderr for them. The only module here that imports Qt."""

from __future__ import annotations

import logging

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

log = logging.getLogger("qt")

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def _on_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    # After a fatal message Qt aborts the process; faulthandler then writes the stacks.
    category: str | None = context.category
    log.log(_LEVELS.get(kind, logging.WARNING), "%s", message, extra={"category": category or "default"})


def install_qt_message_handler() -> None:
    """From now on Qt's messages are log lines of `qt`, with Qt's logging category."""
    qInstallMessageHandler(_on_message)


def remove_qt_message_handler() -> None:
    """Gives Qt its own handler back: before the interpreter ends, since Qt may still speak afterwards."""
    qInstallMessageHandler(None)
