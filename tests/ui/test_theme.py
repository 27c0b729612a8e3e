"""Colours that can be read by everybody, in every theme."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

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
