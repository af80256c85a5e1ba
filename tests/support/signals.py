"""Signals at chosen lines and opcodes of whatever runs in the main thread."""

import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

LOCKING = ("logging", "httpcore2/_synchronization", "httpcore2/_sync/connection_pool")
"""Locks written in Python: one that is struck stays locked, and the next user hangs."""


class Striker:
    """Raises SIGINT at the so-manieth line or opcode."""

    def __init__(self, event: str, number: int) -> None:
        self.event = event
        self.left = number
        self.struck = ""

    def __call__(self, frame: FrameType, event: str, _: Any) -> "Striker | None":
        if any(name in frame.f_code.co_filename for name in LOCKING):
            return None
        frame.f_trace_opcodes = self.event == "opcode"
        if event == self.event:
            self.left -= 1
            if self.left == 0:
                self.struck = f"{frame.f_code.co_filename}:{frame.f_lineno}"
                signal.raise_signal(signal.SIGINT)
        return self

    def strike(self, action: Callable[[], object]) -> BaseException | None:
        before = sys.gettrace()
        sys.settrace(self)
        try:
            action()
        except BaseException as error:
            return error
        finally:
            sys.settrace(before)
        return None
