"""What an operation asks of the outside, and what comes back.

An operation is a generator: it yields commands, is sent their replies, and returns
its value. It does no I/O itself, so that sync and async clients share every one.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Literal, NamedTuple, TypeAlias, TypeVar


class Send(NamedTuple):
    """Make an API call; the reply is an `Answer` or a `Failure`."""

    method: Literal["GET", "POST"]
    path: str
    body: bytes | None = None
    deadline: float | None = None
    """By the monotonic clock: when to give up, whatever the HTTP timeouts are."""
    origin: str | None = None
    """Where, if not at the base URL."""


class Sleep(NamedTuple):
    """Wait; the reply is None."""

    seconds: float


class Call(NamedTuple):
    """Call a function of the user's, awaiting what it returns if it is awaitable."""

    function: Callable[[Any], object]
    argument: object


class Do(NamedTuple):
    """Call a function of ours that blocks on a disk; the reply is what it returns."""

    function: Callable[[], Any]


class Open(NamedTuple):
    """Start a download, without the token; the reply is an `Answer` or a `Failure`.

    Its body is still to be read, and is to be closed.
    """

    url: str


class Read(NamedTuple):
    """Read on; the reply is bytes, None at the end, or a `Failure`."""

    stream: Any


class Close(NamedTuple):
    """Close a stream, read to its end or not."""

    stream: Any


class Answer(NamedTuple):
    """An HTTP answer. `body` is None where it was too large, or not to be decoded."""

    status_code: int
    headers: Any
    body: bytes | None
    stream: Any = None

    def __repr__(self) -> str:
        # The body may echo the token, and locals are shown in tracebacks.
        return f"Answer({self.status_code})"


class Failure(NamedTuple):
    """No answer. A value, not an exception: its frames hold what was sent."""

    sent: bool
    """Whether anything of the request may have left."""
    reason: str
    hopeless: bool = False
    """Whether it would be the same when tried again."""


Command: TypeAlias = Send | Sleep | Call | Do | Open | Read | Close

T = TypeVar("T")
Operation: TypeAlias = Generator[Command, Any, T]
