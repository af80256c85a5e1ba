"""What an operation asks of the outside, and what comes back.

An operation is a generator: it yields effects, is sent their replies, and returns its
value. It does no I/O itself, so that sync and async clients share every one. The
functions at the end are how it yields one: they say which reply belongs to which.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, TypeVar, cast

if TYPE_CHECKING:
    from .request_body import Encoded
    from .submission import Submission

T = TypeVar("T")


class Send(NamedTuple):
    """Make an API call; the reply is an `Answer` or a `Failure`."""

    method: Literal["GET", "POST"]
    path: str
    body: Encoded | None = None
    deadline: float | None = None
    """By the monotonic clock: when to give up, whatever the HTTP timeouts are."""
    submission: Submission | None = None
    """What is to be kept of a call that must not be forgotten half-way."""
    origin: str | None = None
    """Where, if not at the base URL."""


class Sleep(NamedTuple):
    """Wait; the reply is None."""

    seconds: float


class Notify(NamedTuple):
    """Call a function of the user's, awaiting what it returns if it is awaitable."""

    function: Callable[[Any], object]
    argument: object


class Upload(NamedTuple):
    """Let a function of the user's upload a file; the reply is what it returns.

    Awaited if that can be, and off the event loop if the function blocks.
    """

    uploader: Callable[[Any], object]
    file: object


class RunBlocking(NamedTuple):
    """Call a function of ours that blocks on a disk; the reply is what it returns."""

    function: Callable[[], object]


class Open(NamedTuple):
    """Start a download, without the token; the reply is an `Answer` or a `Failure`.

    Its body is still to be read, and is to be closed.
    """

    url: str


class Read(NamedTuple):
    """Read on; the reply is bytes, None at the end, or a `Failure`."""

    stream: object


class Close(NamedTuple):
    """Close a stream, read to its end or not."""

    stream: object


class Answer(NamedTuple):
    """An HTTP answer. `body` is None where it was too large, or not to be decoded."""

    status_code: int
    headers: Mapping[str, str]
    body: bytes | None
    stream: object = None

    def __repr__(self) -> str:
        # The body may echo the token, and locals are shown in tracebacks.
        return f"Answer({self.status_code})"


class Failure(NamedTuple):
    """No answer. A value, not an exception: its frames hold what was sent."""

    sent: bool
    """Whether anything of the request may have left."""
    reason: str
    permanent: bool = False
    """Whether it would be the same when tried again."""


Effect: TypeAlias = Send | Sleep | Notify | Upload | RunBlocking | Open | Read | Close
Operation: TypeAlias = Generator[Effect, object, T]


def send(call: Send) -> Operation[Answer | Failure]:
    """Make an API call."""
    reply = yield call
    assert isinstance(reply, Answer | Failure)
    return reply


def sleep(seconds: float) -> Operation[None]:
    """Wait."""
    yield Sleep(seconds)


def notify(function: Callable[[T], object], argument: T) -> Operation[None]:
    """Call a function of the user's."""
    yield Notify(function, argument)


def upload(uploader: Callable[[T], object], file: T) -> Operation[object]:
    """Let a function of the user's upload a file, and return what it returns."""
    return (yield Upload(uploader, file))


def run_blocking(function: Callable[[], T]) -> Operation[T]:
    """Call a function that blocks, and return what it returns."""
    return cast("T", (yield RunBlocking(function)))


def open_stream(url: str) -> Operation[Answer | Failure]:
    """Start a download."""
    reply = yield Open(url)
    assert isinstance(reply, Answer | Failure)
    return reply


def read(stream: object) -> Operation[bytes | Failure | None]:
    """Read on in a download."""
    reply = yield Read(stream)
    assert reply is None or isinstance(reply, bytes | Failure)
    return reply


def close(stream: object) -> Operation[None]:
    """End a download."""
    yield Close(stream)
