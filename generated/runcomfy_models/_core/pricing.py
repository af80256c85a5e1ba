"""The calls about money: price, estimate, balance, and a submit within a ceiling.

A price is read live before each call that is paid, and never kept: it may change.
Operations, so no I/O in here; what the answers mean is decided in `money`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from ..errors import (
    ConfigurationError,
    NetworkError,
    RateLimitError,
    ServerError,
    SubmitUncertainError,
)
from .answers import About
from .effects import Operation, Send, send, sleep
from .model_info import ModelInfo, read_info
from .money import Balance, Budget, Estimate, Price, estimate, read_balance, read_price
from .operations import is_final, pause, read_answer, submit, unexpected
from .paths import model_path
from .settings import Settings
from .submission import Submission

BALANCE_PATH = "/prod/v2/balance"
PAGE = 100
MOST_MODELS = 10_000
"""After which a catalogue is not read on."""

ReadT = TypeVar("ReadT")


def price(settings: Settings, model_id: str) -> Operation[Price]:
    """Ask what a model costs now."""
    call = Send("GET", model_path(model_id))

    def read(body: dict[str, Any]) -> Price | None:
        named = body.get("model_id", model_id) == model_id
        return read_price(body, datetime.now(UTC)) if named else None

    return (yield from ask(settings, About("model", model_id), call, read))


def model(settings: Settings, model_id: str) -> Operation[ModelInfo]:
    """Ask for one entry of the service's catalogue."""
    call = Send("GET", model_path(model_id))

    def read(body: dict[str, Any]) -> ModelInfo | None:
        return read_info(body)

    return (yield from ask(settings, About("model", model_id), call, read))


class Listing:
    """One walk through the service's catalogue, page by page."""

    def __init__(self, search: str, category: str, kind: str) -> None:
        filters = {"search": search, "category": category, "kind": kind}
        self._filters = {name: text for name, text in filters.items() if text}
        self._offset = 0
        self._seen: set[str] = set()
        self._ended = False

    def next_page(self, settings: Settings) -> Operation[list[ModelInfo] | None]:
        """Ask for the next page; None after the last. No model comes twice."""
        if self._ended:
            return None
        query = {
            **self._filters,
            "include_schema": "true",
            "limit": PAGE,
            "offset": self._offset,
        }
        call = Send("GET", "/v1/models?" + urlencode(query))
        body = yield from ask(settings, About("account", "catalogue"), call, _listed)
        entries = body["models"]
        self._offset += len(entries)
        total = body.get("total")
        said = total if isinstance(total, int) else MOST_MODELS
        self._ended = not entries or self._offset >= min(said, MOST_MODELS)
        return self._new(entries)

    def _new(self, entries: list[Any]) -> list[ModelInfo]:
        """Return the models among a page's entries that were not seen before."""
        found = []
        for entry in entries:
            info = read_info(entry) if isinstance(entry, dict) else None
            if info is not None and info.model_id not in self._seen:
                self._seen.add(info.model_id)
                found.append(info)
        return found


def _listed(body: dict[str, Any]) -> dict[str, Any] | None:
    return body if isinstance(body.get("models"), list) else None


def estimate_cost(
    settings: Settings, model_id: str, body: dict[str, Any]
) -> Operation[Estimate]:
    """Ask what a model costs now, and reckon what a job of this body will."""
    return estimate(body, (yield from price(settings, model_id)))


def balance(settings: Settings) -> Operation[Balance]:
    """Ask what is left on the account. It may live on another origin."""
    call = Send("GET", BALANCE_PATH, origin=settings.account_url)
    return (yield from ask(settings, About("account", "balance"), call, read_balance))


def submit_within(
    settings: Settings,
    model_id: str,
    body: dict[str, Any],
    budget: Budget,
    submission: Submission | None = None,
) -> Operation[tuple[str, Estimate | None]]:
    """Submit a job, unless the budget refuses it; return what was reserved for it."""
    if budget.ceiling is None:
        return (yield from submit(settings, model_id, body, submission)), None
    found = yield from estimate_cost(settings, model_id, body)
    budget.reserve(model_id, found)
    try:
        return (yield from submit(settings, model_id, body, submission)), found
    except SubmitUncertainError:
        raise
    except Exception:
        budget.release(found)
        raise


def ask(
    settings: Settings,
    about: About,
    call: Send,
    read: Callable[[dict[str, Any]], ReadT | None],
) -> Operation[ReadT]:
    """Make a call that is free and safe to repeat, `max_retries` times at most."""
    failures = 0
    while True:
        yield from pause(settings)
        reply = yield from send(call)
        try:
            value = read(read_answer(settings, reply, about))
        except (NetworkError, RateLimitError, ServerError) as error:
            failures += 1
            if is_final(reply) or failures > settings.max_retries:
                raise
            wanted = getattr(error, "retry_after", None)
        else:
            if value is None:
                raise unexpected(settings, reply, about)
            return value
        yield from sleep(settings.timing.backoff(failures, wanted))


def model_id_of(model: object) -> str:
    """Return the model_id of an id, a model's module, its `Input`, or one of these."""
    if isinstance(model, str):
        return model
    for holder in ("", "info", "Input"):
        known = getattr(model, holder, None) if holder else model
        found = getattr(known, "model_id", None)
        if isinstance(found, str):
            return found
    raise ConfigurationError(
        "expected a model_id such as 'vendor/model', a model's module or its Input, not "
        f"{type(model).__name__}."
    )
