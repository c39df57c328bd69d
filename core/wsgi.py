"""What a web server loads: `application()` makes the app of one worker process."""

from __future__ import annotations

import os
import signal
import threading
import time

from flask import Flask

from core.app import create_app
from core.config import load_settings
from core.operations import logs


def application() -> Flask:
    """Return the application of this process, its log set up."""
    settings = load_settings()
    logs.configure(settings.log_level)
    return create_app(settings)


def supervised() -> Flask:
    """Return the application of a child of `hamyar run`, which ends when its parent is gone.

    The children share the port, so one that outlived its parent would answer with old code.
    """
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    return application()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
