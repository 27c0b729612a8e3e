"""The few things that can be set, where the data is, and which version this is."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QWidget

from jobagent_desktop.domain.commands import SetSetting
from jobagent_desktop.ui.asking import Asked
from jobagent_desktop.ui.context import WindowContext
from jobagent_desktop.ui.own_settings import CLOSE_TO_TRAY, DEFAULTS, NOTIFICATIONS, THEME, settings_in_force
from jobagent_desktop.ui.pages.help_card import HelpCard
from jobagent_desktop.ui.widgets.button import Button
from jobagent_desktop.ui.widgets.card import Card
from jobagent_desktop.ui.widgets.check import Check
from jobagent_desktop.ui.widgets.choice import Choice
from jobagent_desktop.ui.widgets.label import NORMAL, ElidedLabel, small
from jobagent_desktop.ui.widgets.message_bar import MessageBar
from jobagent_desktop.ui.widgets.page import TextPage


class SettingsPage(TextPage):
    """Signals: `theme_chosen` with `system`, `light` or `dark`."""

    theme_chosen = Signal(str)

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("SettingsPage", "Settings"), parent)
        self._bridge = context.bridge
        self._queries = context.queries
        self._data_dir = context.data_dir
        self._pinned = context.pinned
        self._values: dict[str, object] = dict(DEFAULTS)
        self._loading = False
        self.message = MessageBar()
        self.theme = Choice(self.tr("Colours"))
        for key, words in (("system", self.tr("As the system")), ("light", self.tr("Light")), ("dark", self.tr("Dark"))):
            self.theme.addItem(words, key)
        self.tray = Check(self.tr("Go on working in the tray when the window is closed"))
        self.notifications = Check(self.tr("Tell me when new previews are ready"))
        look = Card(self.tr("Window"))
        row = QHBoxLayout()
        row.setSpacing(12)
        words = small(self.tr("Colours"), role=NORMAL)
        words.setWordWrap(False)
        words.setBuddy(self.theme)
        row.addWidget(words)
        row.addWidget(self.theme)
        row.addStretch(1)
        look.column.addLayout(row)
        look.column.addWidget(self.tray)
        look.column.addWidget(self.notifications)
        look.column.addWidget(self.message)
        data = Card(self.tr("Your data"))
        data.column.addWidget(small(self.tr("Jobs, documents and the log lie in this folder and nowhere else.")))
        place = QHBoxLayout()
        place.setSpacing(8)
        place.addWidget(ElidedLabel(str(context.data_dir), mode=Qt.TextElideMode.ElideMiddle), 1)
        self.folder_button = Button(self.tr("Open folder"))
        self.folder_button.setAccessibleName(self.tr("Open the data folder"))
        place.addWidget(self.folder_button)
        data.column.addLayout(place)
        about = Card(self.tr("About"))
        about.column.addWidget(small(self.tr("Job Market Agent {version}").replace("{version}", context.version), role=NORMAL))
        self.help = HelpCard(context)
        for card in (look, data, self.help, about):
            self.column.addWidget(card)
        self.column.addStretch(1)
        self.theme.currentIndexChanged.connect(self._on_theme)
        self.tray.toggled.connect(self._on_tray)
        self.notifications.toggled.connect(self._on_notifications)
        self.folder_button.clicked.connect(self._on_folder)

    def value(self, key: str) -> object:
        """A setting in force."""
        return self._values[key]

    @Slot()
    def refresh(self) -> None:
        self._values = settings_in_force(self._queries.settings(), self._pinned)
        self._loading = True
        self.theme.setCurrentIndex(max(0, self.theme.findData(self._values[THEME])))
        self.tray.setChecked(bool(self._values[CLOSE_TO_TRAY]))
        self.notifications.setChecked(bool(self._values[NOTIFICATIONS]))
        self._loading = False
        for key, widget in ((THEME, self.theme), (CLOSE_TO_TRAY, self.tray), (NOTIFICATIONS, self.notifications)):
            widget.setEnabled(key not in self._pinned)
            widget.setToolTip(self.tr("Fixed by the settings file or the environment.") if key in self._pinned else "")

    def _set(self, key: str, value: str | bool) -> None:  # the value of a setting
        if self._loading:
            return
        self._values[key] = value
        self.message.dismiss()
        asked = Asked(self._bridge, SetSetting(key, value), key, self)
        asked.failed.connect(self._on_failed)

    @Slot(str, str)
    def _on_failed(self, _key: str, sentence: str) -> None:
        self.message.show_message(sentence)
        self.refresh()

    @Slot()
    def _on_theme(self) -> None:
        setting = str(self.theme.currentData())
        self._set(THEME, setting)
        self.theme_chosen.emit(setting)

    @Slot()
    def _on_tray(self) -> None:
        self._set(CLOSE_TO_TRAY, self.tray.isChecked())

    @Slot()
    def _on_notifications(self) -> None:
        self._set(NOTIFICATIONS, self.notifications.isChecked())

    @Slot()
    def _on_folder(self) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._data_dir))):
            self.message.show_message(
                self.tr("The folder could not be opened. Its path is: {path}").replace("{path}", str(self._data_dir))
            )
