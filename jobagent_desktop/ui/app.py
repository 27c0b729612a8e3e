"""The application object: name, icon, style, fonts and colours."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence

from PySide6.QtCore import QLocale
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from jobagent_desktop.ui.theme import Appearance, base_font, load_fonts
from jobagent_desktop.ui.tray import icon

APP_ID = "jobagent"


def make_application(argv: Sequence[str], version: str = "") -> QApplication:
    """The one QApplication of the process. Closing its last window does not quit it."""
    if sys.platform == "win32":
        # Its own entry in the taskbar, with its own icon, instead of Python's.
        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(APP_ID)
    QApplication.setApplicationName("Job Market Agent")
    QApplication.setApplicationVersion(version)
    QGuiApplication.setDesktopFileName(APP_ID)
    app = QApplication(list(argv))
    app.setQuitOnLastWindowClosed(False)
    app.setWindowIcon(icon("app"))
    return app


def dress(app: QApplication, theme_setting: str = "system") -> Appearance:
    """Gives an application its style, font and colours."""
    if QLocale().language() is QLocale.Language.C:
        # No language is set (a container, a service): English words go with English dates and grouped numbers.
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    app.setStyle("Fusion")
    load_fonts()
    app.setFont(base_font())
    return Appearance(app, theme_setting)
