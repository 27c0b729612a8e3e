"""The engine's thread, the reader's thread and the bridge: the only place where asyncio, threads and Qt meet."""

from jobagent_desktop.runtime.bridge import Bridge, Reply
from jobagent_desktop.runtime.engine_thread import EngineThread
from jobagent_desktop.runtime.reader import Reader, ReadHere, Reading
from jobagent_desktop.runtime.ui_gc import UiGarbageCollector

__all__ = ["Bridge", "EngineThread", "ReadHere", "Reader", "Reading", "Reply", "UiGarbageCollector"]
