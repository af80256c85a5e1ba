"""Exit codes: those of RunComfy's own tool, and which error means which."""

from ..errors import (
    AuthenticationError,
    ConfigurationError,
    DownloadError,
    JobCancelledError,
    JobFailedError,
    JobNotFinishedError,
    NetworkError,
    PermissionDeniedError,
    RateLimitError,
    RunComfyError,
    ServerError,
    SubmitUncertainError,
    UnexpectedResponseError,
    WaitTimeoutError,
)

NO = 1
"""The answer is no: the job failed or was cancelled, or it is too late to cancel it."""
USAGE = 64
BAD_INPUT = 65
NO_FILE = 66
UNAVAILABLE = 69
CANNOT_WRITE = 74
TRY_LATER = 75
NOT_ALLOWED = 77
INTERRUPTED = 130
CLOSED_PIPE = 141

_CODES: tuple[tuple[type[RunComfyError], int], ...] = (
    # What may have been paid is not to be tried again by a script.
    (SubmitUncertainError, UNAVAILABLE),
    (AuthenticationError, NOT_ALLOWED),
    (PermissionDeniedError, NOT_ALLOWED),
    (RateLimitError, TRY_LATER),
    (WaitTimeoutError, TRY_LATER),
    (JobNotFinishedError, TRY_LATER),
    (JobFailedError, NO),
    (JobCancelledError, NO),
    (ServerError, UNAVAILABLE),
    (NetworkError, UNAVAILABLE),
    (UnexpectedResponseError, UNAVAILABLE),
    (DownloadError, UNAVAILABLE),
    (ConfigurationError, USAGE),
)


def exit_code(error: RunComfyError) -> int:
    """Return the code for an error; a refusal of any other kind is bad input."""
    if error.status_code == 408 and not isinstance(error, SubmitUncertainError):
        return TRY_LATER
    for kind, code in _CODES:
        if isinstance(error, kind):
            return code
    return BAD_INPUT
