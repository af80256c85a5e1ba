"""What names a job: enough to follow it, here or anywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

if TYPE_CHECKING:
    from .._models import OutputModel
    from ..results import SentInput

OutputT = TypeVar("OutputT", bound="OutputModel")


class JobRef(Generic[OutputT]):
    """A job without a client: what operations and errors know of it."""

    request_id: str
    output_type: type[OutputT] | None
    base_url: str
    """The service that it runs at."""
    sent: SentInput | None
    """What was submitted; None for a job that was picked up by its request_id."""

    def __init__(
        self,
        request_id: str,
        output_type: type[OutputT] | None,
        base_url: str,
        engine: object = None,
        submitted_at: float | None = None,
        sent: SentInput | None = None,
    ) -> None:
        self.request_id = request_id
        self.output_type = output_type
        self.base_url = base_url
        self.sent = sent
        self._engine: Any = engine
        self._submitted_at = submitted_at

    def is_fresh(self, now: float, seconds: float) -> bool:
        """Tell whether it was submitted here so few seconds ago."""
        return self._submitted_at is not None and now - self._submitted_at < seconds

    def __getstate__(self) -> dict[str, Any]:
        """Leave the client, and so the token, at home, and the clock of this machine."""
        return {**self.__dict__, "_engine": None, "_submitted_at": None}

    def __copy__(self) -> Self:
        """Return the same job with the same client."""
        return type(self)(
            self.request_id,
            self.output_type,
            self.base_url,
            self._engine,
            self._submitted_at,
            self.sent,
        )

    def __deepcopy__(self, memo: object) -> Self:
        return self.__copy__()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, JobRef):
            return NotImplemented
        return (self.request_id, self.base_url) == (other.request_id, other.base_url)

    def __hash__(self) -> int:
        return hash((self.request_id, self.base_url))

    def _repr_html_(self) -> str:
        """Show the job in a notebook."""
        from .._html import job_html

        return job_html(type(self).__name__, self.request_id)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.request_id!r})"
