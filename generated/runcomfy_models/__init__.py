"""A typed client of the models at RunComfy.

    from runcomfy_models import RunComfy
    from runcomfy_models.blackforestlabs import flux_2_pro_edit

    with RunComfy() as client:
        result = client.run(flux_2_pro_edit.Input(prompt="…", image_urls=["https://…"]))

Importing this imports nothing else; each name below is loaded when it is used.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._core.model_info import ModelInfo
    from ._core.money import Balance, Estimate, Price
    from ._core.service_rules import JobStatus
    from ._index import ModelModule
    from ._models import InputModel, OutputModel
    from .async_client import AsyncRunComfy
    from .client import RunComfy
    from .downloads import DownloadProgress
    from .errors import (
        APIError,
        AuthenticationError,
        ClientClosedError,
        ConfigurationError,
        DownloadError,
        FileTooLargeError,
        InsufficientBalanceError,
        InvalidFileError,
        InvalidInputError,
        JobCancelledError,
        JobError,
        JobFailedError,
        JobNotFinishedError,
        JournalError,
        ModelNotFoundError,
        NetworkError,
        OverBudgetError,
        PermissionDeniedError,
        RateLimitError,
        RequestNotFoundError,
        RetiredModelError,
        RunComfyError,
        ServerError,
        SubmitServerError,
        SubmitUncertainError,
        SubmitUnreadableError,
        UnexpectedResponseError,
        UploadError,
        WaitTimeoutError,
    )
    from .jobs import AsyncJob, Job
    from .results import Result

    __version__: str

__all__ = [
    "APIError",
    "AsyncJob",
    "AsyncRunComfy",
    "AuthenticationError",
    "Balance",
    "ClientClosedError",
    "ConfigurationError",
    "DownloadError",
    "DownloadProgress",
    "Estimate",
    "FileTooLargeError",
    "InputModel",
    "InsufficientBalanceError",
    "InvalidFileError",
    "InvalidInputError",
    "Job",
    "JobCancelledError",
    "JobError",
    "JobFailedError",
    "JobNotFinishedError",
    "JobStatus",
    "JournalError",
    "ModelInfo",
    "ModelModule",
    "ModelNotFoundError",
    "NetworkError",
    "OutputModel",
    "OverBudgetError",
    "PermissionDeniedError",
    "Price",
    "RateLimitError",
    "RequestNotFoundError",
    "Result",
    "RetiredModelError",
    "RunComfy",
    "RunComfyError",
    "ServerError",
    "SubmitServerError",
    "SubmitUncertainError",
    "SubmitUnreadableError",
    "UnexpectedResponseError",
    "UploadError",
    "WaitTimeoutError",
    "__version__",
    "find",
    "load",
    "models",
]

_HOMES = {
    "AsyncJob": "jobs",
    "AsyncRunComfy": "async_client",
    "Balance": "_core.money",
    "DownloadProgress": "downloads",
    "Estimate": "_core.money",
    "InputModel": "_models",
    "Job": "jobs",
    "JobStatus": "_core.service_rules",
    "ModelInfo": "_core.model_info",
    "ModelModule": "_index",
    "OutputModel": "_models",
    "Price": "_core.money",
    "Result": "results",
    "RunComfy": "client",
}


def models() -> list[str]:
    """Return the model_id of every model in this package, sorted."""
    from ._catalogue import MODELS

    return sorted(MODELS)


def find(
    search: str = "",
    takes: "str | Iterable[str] | None" = None,
    makes: "str | Iterable[str] | None" = None,
    vendor: "str | None" = None,
) -> "list[ModelInfo]":
    """Return the models of this package that fit, those first whose name does.

    Each word of `search` stands in the name, the description or a category. `takes` and
    `makes` are of `text`, `image`, `video` and `audio`; several must all fit. `vendor`
    is the first part of the model_id, or the package's name. Imports no model.
    """
    from ._index import find

    return find(search, takes, makes, vendor)


def load(model_id: str) -> "ModelModule":
    """Return a model of this package by its model_id: `.Input`, `.Output` and `.info`.

    Its classes are imported when they are first used. Raises ModelNotFoundError, which
    names the nearest ones, or RetiredModelError.
    """
    from ._index import load

    return load(model_id)


if not TYPE_CHECKING:  # it would hide misspelt names from editors

    def __getattr__(name: str) -> object:
        if name == "__version__":
            return _version()
        if name not in __all__:
            from ._catalogue import MODELS
            from ._lazy import no_such_name

            vendors = {vendor for vendor, _ in MODELS.values()}
            raise no_such_name(__name__, name, [*__all__, *vendors])
        from importlib import import_module

        home = import_module(f".{_HOMES.get(name, 'errors')}", __name__)
        value = getattr(home, name)
        globals()[name] = value
        return value


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("runcomfy-models")
    except PackageNotFoundError:  # used from a checkout, not installed
        return "0+unknown"


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
