"""The one place for colours, fonts and distances. Colour means state and only state; each also has a word or a shape."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from jobagent_desktop.config import resource

TEXT_PX = 13
SMALL_PX = 12
TITLE_PX = 18

GRID = 4
RADIUS = 6


class Tone(StrEnum):
    """What a colour says: nothing, the user's move, good, waits or needs a look, wrong."""

    PLAIN = "plain"
    ACCENT = "accent"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as `#rrggbb`. `*_soft` are backgrounds for text of the colour they are named after."""

    name: str
    bg: str
    panel: str
    line: str
    field_line: str
    text: str
    dim: str
    accent: str
    accent_soft: str
    on_accent: str
    accent_hover: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    groove: str
    selected: str
    hover: str

    def of(self, role: str) -> QColor:
        return QColor(getattr(self, role))

    def tone(self, tone: Tone) -> tuple[QColor, QColor]:
        """Text and background for a chip of this tone."""
        if tone is Tone.PLAIN:
            return QColor(self.text), QColor(0, 0, 0, 0)
        return self.of(tone.value), self.of(f"{tone.value}_soft")


LIGHT = Theme(
    name="light",
    bg="#f6f7f9",
    panel="#ffffff",
    line="#e4e7ec",
    field_line="#7f8a9d",
    text="#1b2330",
    dim="#5c677b",
    accent="#3b5bdb",
    accent_soft="#e7ecff",
    on_accent="#ffffff",
    accent_hover="#304dc0",
    good="#1f7547",
    good_soft="#e3f5eb",
    warn="#8a5a10",
    warn_soft="#fdf1da",
    bad="#b3362f",
    bad_soft="#fde8e7",
    groove="#e4e7ec",
    selected="#e8edff",
    hover="#eef0f4",
)

DARK = Theme(
    name="dark",
    bg="#14171c",
    panel="#1b1f26",
    line="#2b313b",
    field_line="#6b7585",
    text="#e6e9ef",
    dim="#9aa4b2",
    accent="#8da2fb",
    accent_soft="#262f52",
    on_accent="#10131a",
    accent_hover="#a5b6ff",
    good="#5fcf98",
    good_soft="#1b3a2b",
    warn="#e5b45a",
    warn_soft="#3d311a",
    bad="#f0827b",
    bad_soft="#43221f",
    groove="#2b313b",
    selected="#262d45",
    hover="#222730",
)

CONTRAST_LIGHT = Theme(
    name="contrast-light",
    bg="#ffffff",
    panel="#ffffff",
    line="#000000",
    field_line="#000000",
    text="#000000",
    dim="#1f1f1f",
    accent="#0b2a9e",
    accent_soft="#d6e0ff",
    on_accent="#ffffff",
    accent_hover="#000000",
    good="#004d1f",
    good_soft="#ffffff",
    warn="#5c3700",
    warn_soft="#ffffff",
    bad="#8c0000",
    bad_soft="#ffffff",
    groove="#d0d0d0",
    selected="#d6e0ff",
    hover="#ebebeb",
)

CONTRAST_DARK = Theme(
    name="contrast-dark",
    bg="#000000",
    panel="#000000",
    line="#ffffff",
    field_line="#ffffff",
    text="#ffffff",
    dim="#e6e6e6",
    accent="#9ecbff",
    accent_soft="#14234a",
    on_accent="#000000",
    accent_hover="#ffffff",
    good="#7dffb0",
    good_soft="#000000",
    warn="#ffd75e",
    warn_soft="#000000",
    bad="#ffa19b",
    bad_soft="#000000",
    groove="#404040",
    selected="#14234a",
    hover="#262626",
)

THEMES = (LIGHT, DARK, CONTRAST_LIGHT, CONTRAST_DARK)

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    *((text, ground) for text in ("text", "dim") for ground in ("bg", "panel", "selected", "hover")),
    *((text, ground) for text in ("accent", "good", "warn", "bad") for ground in ("bg", "panel", f"{text}_soft")),
    ("text", "accent_soft"),
    ("text", "warn_soft"),
    ("text", "bad_soft"),
    ("text", "good_soft"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("accent", "selected"),
)
"""Every pair of text and ground that the window paints; a test holds each to WCAG AA (4.5:1)."""

SHAPE_PAIRS: tuple[tuple[str, str], ...] = (
    *((shape, ground) for shape in ("accent", "good", "warn", "bad", "field_line") for ground in ("bg", "panel")),
)
"""Shapes that carry meaning (light, meter, field border, focus ring): 3:1 by WCAG 1.4.11."""


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two `#rrggbb` colours, 1-21 (WCAG 2.2, relative luminance)."""

    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def palette_of(theme: Theme) -> QPalette:
    """The palette through which every widget gets its colours."""
    role = QPalette.ColorRole
    palette = QPalette()
    for which, name in (
        (role.Window, "bg"),
        (role.WindowText, "text"),
        (role.Base, "panel"),
        (role.AlternateBase, "bg"),
        (role.Text, "text"),
        (role.Button, "panel"),
        (role.ButtonText, "text"),
        (role.BrightText, "bad"),
        (role.Highlight, "accent"),
        (role.HighlightedText, "on_accent"),
        (role.Accent, "accent"),
        (role.Link, "accent"),
        (role.LinkVisited, "accent"),
        (role.PlaceholderText, "dim"),
        (role.ToolTipBase, "panel"),
        (role.ToolTipText, "text"),
        (role.Light, "panel"),
        (role.Midlight, "hover"),
        (role.Mid, "line"),
        (role.Dark, "field_line"),
        (role.Shadow, "field_line"),
    ):
        palette.setColor(which, theme.of(name))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, theme.of("dim"))
    return palette


def theme_of(palette: QPalette) -> Theme:
    """The theme a palette was made from: a widget paints by its own palette, so a change of theme repaints it by itself."""
    role = QPalette.ColorRole
    wanted = (palette.color(role.Window).name(), palette.color(role.WindowText).name())
    return next((theme for theme in THEMES if (theme.bg, theme.text) == wanted), LIGHT)


def chosen(setting: str, scheme: Qt.ColorScheme, contrast_wanted: bool) -> Theme:
    """The theme for the setting (`system`, `light`, `dark`) and what the system says."""
    dark = setting == "dark" or (setting != "light" and scheme is Qt.ColorScheme.Dark)
    if contrast_wanted:
        return CONTRAST_DARK if dark else CONTRAST_LIGHT
    return DARK if dark else LIGHT


class Appearance(QObject):
    """Keeps the application's palette in step with the setting and with the system."""

    def __init__(self, app: QApplication, setting: str = "system") -> None:
        super().__init__(app)
        self._app = app
        self._setting = setting
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self.apply)
        hints.accessibility().contrastPreferenceChanged.connect(self.apply)
        self.choose(setting)

    def choose(self, setting: str) -> None:
        """`system`, `light` or `dark`."""
        self._setting = setting
        hints = QGuiApplication.styleHints()
        # Tells the system too, so that the title bar follows.
        if setting == "light":
            hints.setColorScheme(Qt.ColorScheme.Light)
        elif setting == "dark":
            hints.setColorScheme(Qt.ColorScheme.Dark)
        else:
            hints.unsetColorScheme()
        self.apply()

    @Slot()
    def apply(self) -> None:
        hints = QGuiApplication.styleHints()
        high = hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast
        palette = palette_of(chosen(self._setting, hints.colorScheme(), high))
        if palette != self._app.palette():
            self._app.setPalette(palette)


def load_fonts() -> None:
    """Makes the shipped fonts known to Qt."""
    folder = resource("fonts")
    for file in sorted([*folder.glob("*.ttf"), *folder.glob("*.otf")]) if folder.is_dir() else []:
        QFontDatabase.addApplicationFont(str(file))


def base_font() -> QFont:
    """Segoe UI on Windows, Inter elsewhere, the system's own where there is none; numbers of equal width."""
    wanted = "Segoe UI" if sys.platform == "win32" else "Inter"
    font = (
        QFont(wanted) if wanted in QFontDatabase.families() else QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    )
    font.setPixelSize(TEXT_PX)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def sized(font: QFont, pixels: int, *, bold: bool = False) -> QFont:
    """The same font in another of the three sizes."""
    other = QFont(font)
    other.setPixelSize(pixels)
    other.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return other
