"""The application object: name, icon, style, fonts and colours."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from jobagent_desktop.ui.theme import Appearance, base_font, load_fonts


def dress(app: QApplication, theme_setting: str = "system") -> Appearance:
    """Gives an application its style, font and colours."""
    app.setStyle("Fusion")
    load_fonts()
    app.setFont(base_font())
    return Appearance(app, theme_setting)
