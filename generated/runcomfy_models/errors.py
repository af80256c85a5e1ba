"""Every error of this package: one class for each thing a caller would handle.

All are `RunComfyError`s, carry `status_code`, `code` and `request_id` where known,
say what to do, can be pickled, and never hold the token.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    class Named(Protocol):
        """A job, as far as an error has to know it."""

        @property
        def request_id(self) -> str: ...


__all__ = [
    "APIError",
    "AuthenticationError",
    "ClientClosedError",
    "ConfigurationError",
    "DownloadError",
    "FileTooLargeError",
    "InsufficientBalanceError",
    "InvalidFileError",
    "InvalidInputError",
    "JobCancelledError",
    "JobError",
    "JobFailedError",
    "JobNotFinishedError",
    "JournalError",
    "ModelNotFoundError",
    "NetworkError",
    "OverBudgetError",
    "PermissionDeniedError",
    "RateLimitError",
    "RequestNotFoundError",
    "RetiredModelError",
    "RunComfyError",
    "ServerError",
    "SubmitServerError",
    "SubmitUncertainError",
    "SubmitUnreadableError",
    "UnexpectedResponseError",
    "UploadError",
    "WaitTimeoutError",
]


class RunComfyError(Exception):
    """Anything that went wrong here or at the service."""

    status_code: "int | None"
    """The HTTP status of the answer, where there was one."""
    code: "int | str | None"
    """The service's own error code, e.g. 400002."""
    request_id: "str | None"
    """The job concerned, where there is one."""

    def __init__(
        self,
        message: str,
        *,
        status_code: "int | None" = None,
        code: "int | str | None" = None,
        request_id: "str | None" = None,
    ) -> None:
        super().__init__(message)
        self.status_code = status_code
        self.code = code
        self.request_id = request_id


class ConfigurationError(RunComfyError, ValueError):
    """A setting or an argument cannot be used as it is."""


class ClientClosedError(RunComfyError, RuntimeError):
    """The client was used after it had been closed."""


class OverBudgetError(RunComfyError):
    """A job was not sent: it would cost more than it may, or nobody knows what."""

    estimate: "Any" = None
    """The `Estimate`; its `usd` is None where the cost cannot be told."""
    max_cost_usd: "Any" = None
    """The ceiling, a Decimal."""


class InvalidFileError(RunComfyError, ValueError):
    """A file that was given is not what its field takes, or cannot be read.

    Nothing was sent.
    """


class FileTooLargeError(InvalidFileError):
    """A file is larger than its field takes, or than fits inside a request."""


class UploadError(RunComfyError):
    """The uploader failed, or returned something that is not a URL. Nothing was submitted."""


class NetworkError(RunComfyError):
    """The service was not reached, or the connection broke, also when tried again."""


class UnexpectedResponseError(RunComfyError):
    """The service answered something that is not its API: not JSON, a redirect."""


class APIError(RunComfyError):
    """The service refused a call."""

    detail: "Any" = None
    """What the service says of each fault, as it says it."""
    retry_after: "float | None" = None
    """Seconds after which the service wants to be asked again."""


class AuthenticationError(APIError):
    """The token is missing, malformed, wrong or expired."""


class InsufficientBalanceError(APIError):
    """The account's balance does not cover the call."""


class PermissionDeniedError(APIError):
    """The account may not do this."""


class ModelNotFoundError(APIError):
    """The service does not know the model_id."""


class RequestNotFoundError(APIError):
    """The service does not know the request_id, or not any more."""


class RateLimitError(APIError):
    """Too many calls. A submit was refused, nothing was started, and it may be sent again.

    Which the client did already, `max_retries` times, after a pause for all its calls.
    """


class InvalidInputError(APIError):
    """The service refuses the input; `detail` holds what it says of each field."""


class ServerError(APIError):
    """The service failed."""


class SubmitUncertainError(RunComfyError):
    """A submit may or may not have been taken, and billed.

    It was sent, and is not sent again. See whether the job exists before you do.
    """


class SubmitServerError(SubmitUncertainError, ServerError):
    """The service failed while it was given a job, which may exist all the same."""


class SubmitUnreadableError(SubmitUncertainError, UnexpectedResponseError):
    """The service took a job, it seems, but its answer names no request_id."""


class DownloadError(RunComfyError):
    """A medium could not be downloaded, or must not be."""

    url: "str | None" = None
    """Where it was to come from, without its query."""


class JobError(RunComfyError):
    """Something about one job, which `job` holds."""

    job: "Any"
    """The `Job` or `AsyncJob`, to go on with."""

    def __init__(
        self,
        message: str,
        *,
        job: "Named | None" = None,
        status_code: "int | None" = None,
        code: "int | str | None" = None,
    ) -> None:
        request_id = None if job is None else job.request_id
        super().__init__(
            message, status_code=status_code, code=code, request_id=request_id
        )
        if job is not None:
            self.job = job


class JobFailedError(JobError):
    """The job ran, and failed."""

    error: "Any" = None
    """What the service says of it: a string or an object."""


class JobCancelledError(JobError):
    """The job was cancelled."""


class JobNotFinishedError(JobError):
    """The job has no result yet."""

    state: "str | None" = None


class WaitTimeoutError(JobError, TimeoutError):
    """The wait's deadline passed. The job goes on: `job.wait()` resumes."""


class JournalError(RunComfyError):
    """A batch's journal cannot be opened, read or written as it is."""


class RetiredModelError(RunComfyError, ImportError):
    """The model is gone from the service; `successor` names what took its place."""

    def __init__(self, model_id: str, successor: str = "") -> None:
        advice = (
            f"use {successor} instead"
            if successor
            else "runcomfy_models.models() lists those that there are"
        )
        super().__init__(f"The model {model_id} was retired; {advice}.")
        self.model_id = model_id
        self.successor = successor

    def __reduce__(self) -> "tuple[Any, ...]":
        return type(self), (self.model_id, self.successor), self.__dict__
