"""Colours that can be read by everybody, in every theme."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessibilityHints, QGuiApplication, QStyleHints
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from jobagent_desktop.ui.theme import (
    CONTRAST_DARK,
    CONTRAST_LIGHT,
    DARK,
    LIGHT,
    SHAPE_PAIRS,
    TEXT_PAIRS,
    THEMES,
    Appearance,
    Theme,
    chosen,
    contrast,
    palette_of,
    theme_of,
)
from tests.fakes.window_jobs import busy_world
from tests.ui.conftest import OpenWindow, patiently


def test_contrast_of_known_pairs() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # WebAIM's example of a near miss


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("pair", TEXT_PAIRS, ids="-on-".join)
def test_text_is_aa(theme: Theme, pair: tuple[str, str]) -> None:
    text, ground = pair
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("pair", SHAPE_PAIRS, ids="-on-".join)
def test_shapes_can_be_seen(theme: Theme, pair: tuple[str, str]) -> None:
    shape, ground = pair
    assert contrast(getattr(theme, shape), getattr(theme, ground)) >= 3


@pytest.mark.parametrize("theme", (CONTRAST_LIGHT, CONTRAST_DARK), ids=lambda theme: theme.name)
def test_high_contrast_is_aaa(theme: Theme) -> None:
    for text, ground in TEXT_PAIRS:
        assert contrast(getattr(theme, text), getattr(theme, ground)) >= 7, (text, ground)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_palette_knows_its_theme(qapp: QApplication, theme: Theme) -> None:
    assert theme_of(palette_of(theme)) is theme


@pytest.mark.parametrize(
    ("setting", "scheme", "high", "theme"),
    [
        ("system", Qt.ColorScheme.Unknown, False, LIGHT),
        ("system", Qt.ColorScheme.Dark, False, DARK),
        ("light", Qt.ColorScheme.Dark, False, LIGHT),
        ("dark", Qt.ColorScheme.Light, False, DARK),
        ("system", Qt.ColorScheme.Light, True, CONTRAST_LIGHT),
        ("dark", Qt.ColorScheme.Light, True, CONTRAST_DARK),
    ],
)
def test_setting_and_system_choose_the_theme(setting: str, scheme: Qt.ColorScheme, high: bool, theme: Theme) -> None:
    assert chosen(setting, scheme, high) is theme


def test_choosing_changes_the_application_at_once(appearance: Appearance, qapp: QApplication) -> None:
    appearance.choose("dark")
    assert theme_of(qapp.palette()) is DARK
    appearance.choose("light")
    assert theme_of(qapp.palette()) is LIGHT


def test_an_open_window_follows_the_system_while_it_runs(
    open_window: OpenWindow, appearance: Appearance, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(busy_world(), (1280, 720)).window
    appearance.choose("system")
    hints = QGuiApplication.styleHints()

    def ground() -> str:
        return window.grab().toImage().pixelColor(4, 300).name()

    def the_system_becomes(scheme: Qt.ColorScheme) -> None:
        # A virtual screen has no colours of its own: the answer is given here, the signal is Qt's.
        def answer(_hints: QStyleHints) -> Qt.ColorScheme:
            return scheme

        monkeypatch.setattr(QStyleHints, "colorScheme", answer)
        hints.colorSchemeChanged.emit(scheme)

    for scheme, theme in ((Qt.ColorScheme.Dark, DARK), (Qt.ColorScheme.Light, LIGHT), (Qt.ColorScheme.Dark, DARK)):
        the_system_becomes(scheme)
        patiently(qtbot, lambda theme=theme: ground() == theme.panel)
        assert theme_of(window.jobs.table.palette()) is theme

    def high(_hints: QAccessibilityHints) -> Qt.ContrastPreference:
        return Qt.ContrastPreference.HighContrast

    monkeypatch.setattr(QAccessibilityHints, "contrastPreference", high)
    hints.accessibility().contrastPreferenceChanged.emit(Qt.ContrastPreference.HighContrast)
    patiently(qtbot, lambda: ground() == CONTRAST_DARK.panel)
    appearance.choose("light")
    the_system_becomes(Qt.ColorScheme.Dark)
    patiently(qtbot, lambda: theme_of(window.palette()) is CONTRAST_LIGHT)  # the user's own choice stands
    QApplication.processEvents()
    assert ground() == CONTRAST_LIGHT.panel
