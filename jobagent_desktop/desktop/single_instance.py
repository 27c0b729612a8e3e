"""One window per data folder: a second start hands its arguments to the first and ends."""

from __future__ import annotations

import ctypes
import hashlib
import json
import logging
import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

log = logging.getLogger(__name__)

MAX_MESSAGE_BYTES = 64 * 1024
MAX_ARGUMENTS = 256
DELIVER_WITHIN_S = 5.0
"""The first instance may still be starting."""
_WAIT_MS = 250


class SingleInstance(QObject):
    """The lock file decides who is first; the local socket only carries the message.

    A lock whose process has died is taken over, and with it whatever socket that process left behind. Only the same user
    can connect.

    Signals:
        activated: a list of strings, the arguments of a second start.
    """

    activated = Signal(object)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = "jobagent-" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:24]
        self._lock = QLockFile(str(folder / "window.lock"))
        # Only the death of its process makes a lock stale, never its age.
        self._lock.setStaleLockTime(0)
        self._server: QLocalServer | None = None
        self._open: dict[QLocalSocket, bytearray] = {}
        self.delivered = False

    def acquire(self, arguments: list[str]) -> bool:
        """True when this is the first instance. Otherwise the first one has got `arguments` if `delivered` is true."""
        if not self._lock.tryLock(0):
            self.delivered = self._send(arguments)
            return False
        QLocalServer.removeServer(self._name)
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._on_connection)
        if not server.listen(self._name):
            # Without a socket a second start cannot raise this window, but it still ends.
            log.warning("no socket for later starts: %s", server.errorString())
        self._server = server
        return True

    def release(self) -> None:
        """Lets a later start be the first."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._lock.unlock()

    # ---- the second instance

    def _send(self, arguments: list[str]) -> bool:
        message = json.dumps(arguments[:MAX_ARGUMENTS]).encode() + b"\n"
        if len(message) > MAX_MESSAGE_BYTES:
            message = b"[]\n"  # raising the window is worth more than the arguments
        until = time.monotonic() + DELIVER_WITHIN_S
        while time.monotonic() < until:
            socket = QLocalSocket()
            socket.connectToServer(self._name)
            if not socket.waitForConnected(_WAIT_MS):
                time.sleep(0.05)
                continue
            if not socket.waitForReadyRead(int(DELIVER_WITHIN_S * 1000)):
                return False
            _let_come_to_front(bytes(socket.readLine().data()))
            socket.write(message)
            sent = socket.waitForBytesWritten(int(DELIVER_WITHIN_S * 1000))
            socket.disconnectFromServer()
            if socket.state() is not QLocalSocket.LocalSocketState.UnconnectedState:
                socket.waitForDisconnected(_WAIT_MS)
            return sent
        return False

    # ---- the first instance

    @Slot()
    def _on_connection(self) -> None:
        if self._server is None:
            return
        while (socket := self._server.nextPendingConnection()) is not None:  # pyright: ignore[reportUnnecessaryComparison]
            self._open[socket] = bytearray()
            socket.readyRead.connect(self._on_ready_read)
            socket.disconnected.connect(self._on_disconnected)
            socket.write(f"{os.getpid()}\n".encode())

    @Slot()
    def _on_ready_read(self) -> None:
        for socket, received in list(self._open.items()):
            received.extend(socket.read(MAX_MESSAGE_BYTES + 1 - len(received)).data())
            line, end, _ = bytes(received).partition(b"\n")
            if end or len(received) > MAX_MESSAGE_BYTES:
                self._open.pop(socket)
                socket.disconnectFromServer()
                socket.deleteLater()
                if end:
                    self._take(line)

    @Slot()
    def _on_disconnected(self) -> None:
        for socket in [s for s in self._open if s.state() is QLocalSocket.LocalSocketState.UnconnectedState]:
            self._open.pop(socket)
            socket.deleteLater()

    def _take(self, line: bytes) -> None:
        try:
            arguments = json.loads(line)
        except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
            log.warning("a second start sent something unreadable")
            return
        if isinstance(arguments, list) and all(isinstance(part, str) for part in arguments):
            self.activated.emit(arguments)


def _let_come_to_front(pid_line: bytes) -> None:
    """Windows lets a process raise its window only when the one in front, which is us, allows it."""
    if sys.platform == "win32" and pid_line.strip().isdigit():
        ctypes.windll.user32.AllowSetForegroundWindow(int(pid_line))
