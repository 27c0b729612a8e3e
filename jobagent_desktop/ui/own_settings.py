"""What this window goes by: the settings that are its own, and which of their values is in force."""

from __future__ import annotations

from collections.abc import Mapping

THEME, CLOSE_TO_TRAY, NOTIFICATIONS = "theme", "close_to_tray", "notifications"
DEFAULTS: dict[str, str | bool] = {THEME: "system", CLOSE_TO_TRAY: True, NOTIFICATIONS: True}


def settings_in_force(stored: Mapping[str, object], pinned: Mapping[str, object]) -> dict[str, object]:
    """Fixed values over what the user chose over the defaults."""
    return {key: pinned.get(key, stored.get(key, default)) for key, default in DEFAULTS.items()}
