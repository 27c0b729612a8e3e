"""A main function for a spawned process that does what tests ask of it: answer, hang, or die."""

from __future__ import annotations

import os
import threading
from multiprocessing.connection import Connection


def obedient(pipe: Connection) -> None:
    """Answers with its process id and the request; `hang` is never answered, `die` ends it."""
    while True:
        try:
            request: object = pipe.recv()
        except EOFError:
            return
        if request == "hang":
            threading.Event().wait()
        if request == "die":
            os._exit(3)
        pipe.send((os.getpid(), request))
