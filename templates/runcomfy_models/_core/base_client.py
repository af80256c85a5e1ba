"""What both clients share: settings, and the reading of arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import ConfigurationError
from .paths import clean_request_id
from .secret import Secret
from .settings import Settings, clean_timeout

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from .._models import InputModel, OutputModel
    from .money import Budget
    from .outbox import Uploader
    from .submission import Submission

OutputT = TypeVar("OutputT", bound="OutputModel")


class BaseClient:
    """A client without its I/O."""

    def __init__(
        self,
        secret: Secret,
        base_url: str | None,
        max_retries: int,
        poll_interval: float | Callable[[float], float] | None,
        headers: Mapping[str, str] | None,
        max_answer_bytes: int,
        account_url: str | None,
        uploader: Uploader | None,
    ) -> None:
        self._settings = Settings(
            secret,
            base_url=base_url,
            account_url=account_url,
            max_retries=max_retries,
            poll_interval=poll_interval,
            headers=headers,
            max_answer_bytes=max_answer_bytes,
            uploader=uploader,
        )

    @property
    def base_url(self) -> str:
        """Where the service is, without `/v1`."""
        return self._settings.base_url

    def __repr__(self) -> str:
        # Also shown in the traceback of a constructor that failed.
        settings = getattr(self, "_settings", None)
        return f"{type(self).__name__}(base_url={settings and settings.base_url!r})"

    def __reduce__(self) -> Any:
        raise TypeError("a client is not to be pickled; pickle its jobs")

    @staticmethod
    def _hide(token: str | None) -> Secret:
        return Secret(token)

    @staticmethod
    def _read_input(
        model_input: InputModel[OutputT],
    ) -> tuple[str, dict[str, Any], type[OutputT]]:
        from .._models import InputModel, wire_body

        if not isinstance(model_input, InputModel):
            raise TypeError(
                "expected the Input of a model, such as flux_2_pro_edit.Input(…), not "
                f"{type(model_input).__name__}; run_model takes a model_id and a dict"
            )
        output_type: Any = model_input.output_type
        return model_input.model_id, wire_body(model_input), output_type

    @staticmethod
    def _read_budget(
        max_cost_usd: Decimal | float | str | None, allow_unpriced: bool
    ) -> Budget:
        """Refuse what is not a ceiling before anything is asked for."""
        from .money import Budget

        return Budget(max_cost_usd, allow_unpriced)

    @staticmethod
    def _check_timeout(timeout: float | None) -> None:
        """Refuse what is not a timeout before a job is submitted, and billed."""
        clean_timeout(timeout)

    @staticmethod
    def _read_request_id(request_id: str) -> str:
        clean = clean_request_id(request_id)
        if clean is None:
            raise ConfigurationError(f"{str(request_id)[:80]!r} is not a request_id.")
        return clean

    @staticmethod
    def _check_output_type(output_type: object) -> None:
        """Refuse what is not the `Output` of a model before a wait that would end so."""
        if output_type is None:
            return
        from .._models import OutputModel

        if not (isinstance(output_type, type) and issubclass(output_type, OutputModel)):
            raise TypeError(
                "expected the Output of a model, such as flux_2_pro_edit.Output, not "
                f"{getattr(output_type, '__name__', output_type)!r}"
            )

    @staticmethod
    def _begin() -> Submission:
        """Return what is to be known of a submit that begins."""
        from .submission import Submission

        return Submission()

    def _now(self) -> float:
        return self._settings.timing.now()
