"""What would be sent: the body that the flags make, checked before it costs anything.

A model of the package is checked by its own `Input`. One that the package does not have
is checked as far as its published schema goes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from ..._core.fields.dialect import Path, Reader
from ..._core.fields.media_fields import replace_files
from ..._core.fields.mistakes import of_unlisted, of_validation
from ..._core.fields.values import shown
from ..mistakes import MistakesError
from .arguments import NO_SUCH_FILE, Body, Words, read_inputs
from .described import Described
from .flags import flag_of

if TYPE_CHECKING:
    from ...client import RunComfy
    from ...jobs import Job


@dataclass(frozen=True, slots=True)
class Request:
    """One call of one model, ready to be sent."""

    model_id: str
    body: dict[str, Any]
    """As it goes on the wire."""
    model_input: Any = None
    """The model's `Input`, where the package has one."""

    def submit(
        self, client: RunComfy, max_cost_usd: str | None, allow_unpriced: bool
    ) -> Job[Any]:
        """Submit it, once."""
        limits: Any = {"max_cost_usd": max_cost_usd, "allow_unpriced": allow_unpriced}
        if self.model_input is not None:
            return client.submit(self.model_input, **limits)
        return client.submit_model(self.model_id, self.body, **limits)

    def runnable(self) -> Any:
        """Return it as `run_many` takes it."""
        from ..._batch.items import read_input

        if self.model_input is not None:
            return self.model_input
        return read_input(self.model_id, self.body)


def make_requests(
    model: Described, words: Words, input_file: str | None, own: frozenset[str]
) -> list[Request]:
    """Return the requests that were typed; MistakesError with everything wrong in them."""
    bodies = [{}] if input_file is None else read_inputs(input_file)
    made, mistakes = [], []
    codes: set[int | None] = set()
    for number, beneath in enumerate(bodies):
        try:
            made.append(make_request(model, words, beneath, own))
        except MistakesError as error:
            place = f"--input, object {number}: " if len(bodies) > 1 else ""
            mistakes += [place + line for line in error.lines]
            codes.add(error.code)
    if mistakes:
        raise MistakesError(mistakes, codes.pop() if len(codes) == 1 else None)
    return made


def make_request(
    model: Described, words: Words, beneath: dict[str, Any], own: frozenset[str]
) -> Request:
    """Return one request: a body, the flags over it."""
    body = Body(model.reader, beneath)
    body.assign(words.assignments)
    fields, lost = opened(model.reader, body.fields, own)
    body.refused.update(lost)
    request, faults = checked(model, fields, own, body.refused)
    lines = [*words.mistakes, *body.mistakes, *lost.values(), *faults]
    if lines or request is None:
        raise mistakes_of(lines, body.missing_files + len(lost))
    return request


def mistakes_of(lines: list[str], missing_files: int) -> MistakesError:
    """Return the error for some mistakes: its code is of a file if all of them are."""
    only_files = missing_files == len(lines)
    return MistakesError(lines, NO_SUCH_FILE if only_files else None)


def checked(
    model: Described,
    fields: dict[str, Any],
    own: frozenset[str] = frozenset(),
    skipped: set[Path] = frozenset(),  # type: ignore[assignment]
) -> tuple[Request | None, list[str]]:
    """Return the request of a body, or what is wrong with it, but for some fields."""
    reader, spell = model.reader, partial(flag_of, own=own)
    if not model.is_packaged:
        faults = of_unlisted(reader, fields, spell, skipped)
        return (None if faults else Request(model.model_id, fields)), faults
    from pydantic import ValidationError

    from ..._index import load
    from ..._models import wire_body

    try:
        model_input = load(model.model_id).Input.model_validate(fields)
    except ValidationError as error:
        return None, of_validation(error, reader, spell, skipped)
    return Request(model.model_id, wire_body(model_input), model_input), []


def opened(
    reader: Reader,
    fields: dict[str, Any],
    own: frozenset[str] = frozenset(),
    open_file: Callable[[str], Any] | None = None,
) -> tuple[dict[str, Any], dict[Path, str]]:
    """Return the fields with each name of a local file as what is sent of it.

    Also what is wrong with those that cannot be read, by their place.
    """
    found, lost = replace_files(reader, fields, open_file or local_file)
    lines = {}
    for path, reason in lost.items():
        value: Any = fields
        for part in path:
            value = value[part]
        said = f"is not a URL, nor a file here ({reason})"
        lines[path] = f"{flag_of(path, own)} {shown(value)}: {said}"
    return found, lines


def local_file(name: str) -> Any:
    """Return what an `Input` takes for a local file: its path, read when it is sent."""
    path = FilePath(name.removeprefix("file://")).expanduser()
    with path.open("rb"):
        return path


def inline_file(name: str) -> str:
    """Return a local file as a `data:` URI, for what keeps a body as JSON."""
    from ..._media.inline import data_uri

    return data_uri(local_file(name))
