"""What is known of one submit, from before its first byte until its caller has the job.

A job is paid once its submit is taken, so whatever ends a submit has to say what is
known of it: an error, a Ctrl-C, a task's cancellation. That cannot be caught at each
line; so it is written down here, by whoever knows it first, and told by the outermost
frame, `submit` or `run` of a client:

| what happened | by whom | what an interruption then says |
| --- | --- | --- |
| nothing yet | | that nothing was submitted |
| `sending`: the first byte is about to leave | the engine | that the job may exist |
| `finish`: the answer was read | the engine | the request_id in it |

The engine reads the answer where no Ctrl-C reaches it, in a thread or task of its own,
and is waited for a moment by what interrupts.
"""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING

from ..errors import RunComfyError
from .incoming import read_json
from .log import log
from .paths import request_id_in, request_id_in_headers
from .secret import Secret

if TYPE_CHECKING:
    from ..results import SentInput
    from .effects import Answer, Failure

UNCERTAIN = (
    "The job may be running, and be billed. It was not sent again: look at your "
    "account's requests and balance before you do."
)
LARGEST = 1024 * 1024
"""Bytes of a submit's answer that are looked through for a request_id."""


class AbandonedError(Exception):
    """A submit was interrupted before its first byte left, and is not to leave."""


class Submission:
    """One submit, whoever asks for it and whatever becomes of it."""

    def __init__(self, model_id: str = "") -> None:
        self.model_id = model_id
        self.sent_at: datetime | None = None
        self.request_id: str | None = None
        self.sent: SentInput | None = None
        self.is_finished = False
        self._abandoned = False
        self._lock = Lock()

    def sending(self) -> None:
        """Note that the first byte is about to leave; refuse if nobody waits any more."""
        with self._lock:
            if self._abandoned:
                raise AbandonedError
            self.sent_at = datetime.now(UTC)

    def unsent(self) -> None:
        """Note that nothing of it was taken, and that it may be sent again."""
        self.sent_at = None
        self.request_id = None
        self.is_finished = False

    def finish(self, reply: Answer | Failure, secret: Secret) -> None:
        """Note the answer's request_id, whatever else it says."""
        status_code = getattr(reply, "status_code", 0)
        body = getattr(reply, "body", None)
        if body and len(body) <= LARGEST:
            self.request_id = request_id_in(read_json(body, secret), status_code)
        if self.request_id is None:
            headers = getattr(reply, "headers", {})
            self.request_id = request_id_in_headers(headers, status_code)
        self.is_finished = True
        if self._abandoned and self.request_id:
            log.warning("%s", self.describe())

    def abandon(self) -> bool:
        """Let it not be sent any more; tell whether it is too late for that."""
        with self._lock:
            self._abandoned = True
            return self.sent_at is not None

    def describe(self) -> str:
        """Say what is known."""
        if self.request_id:
            return (
                f"Job {self.request_id} of {self.model_id} was left running; pick it up "
                f"by client.job({self.request_id!r})."
            )
        if self.sent_at is None:
            return f"Nothing of {self.model_id or 'it'} was submitted."
        moment = f"{self.sent_at:%Y-%m-%d %H:%M:%S} UTC"
        return (
            f"The submit of {self.model_id} was interrupted; it was sent at {moment}. "
            f"{UNCERTAIN}"
        )

    def tell(self, error: BaseException) -> None:
        """Let an error that ends the submit, or what follows it, say what is known."""
        is_known = self.sent_at is not None or self.request_id is not None
        if not is_known:
            return
        if self.request_id is None and isinstance(error, RunComfyError):
            return  # it says itself what it means for the job
        tell(error, self.describe(), self.request_id)


def tell(error: BaseException, note: str, request_id: str | None) -> None:
    """Let an error say something of a job, once; and log it, unless it is an answer."""
    known = getattr(error, "request_id", None)
    if known is None and request_id is not None:
        error.request_id = request_id  # type: ignore[attr-defined]
    is_ours = isinstance(error, RunComfyError)
    if is_ours and known == request_id:
        return
    key = request_id or note
    if any(key in said for said in getattr(error, "__notes__", ())):
        return
    error.add_note(note)
    # A generator that is closed raises it, too, and then nobody was interrupted.
    if not is_ours and not isinstance(error, GeneratorExit):
        log.warning("%s (%s)", note, type(error).__name__)
