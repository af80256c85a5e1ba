"""What would be sent: the body that the flags make, checked before it costs anything.

A model of the package is checked by its own `Input`. One that the package does not have
is checked as far as its published schema goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from .arguments import NO_SUCH_FILE, Body, Words, read_input
from .described import Described
from .dialect import Path, Reader, Schema
from .flags import flag_of
from .mistakes import (
    MistakesError,
    missing,
    of_validation,
    refused,
    unknown_field,
)
from .unlisted import check_body
from .values import shown

if TYPE_CHECKING:
    from ..client import RunComfy
    from ..jobs import Job

NAMES_A_PLACE = ("http://", "https://", "data:")


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


def make_request(
    model: Described, words: Words, input_file: str | None, own: frozenset[str]
) -> Request:
    """Return the request that was typed; MistakesError with everything wrong in it."""
    beneath = read_input(input_file) if input_file is not None else {}
    body = Body(model.reader, beneath)
    body.assign(words.assignments)
    lines = [*words.mistakes, *body.mistakes]
    code = body.code
    fields, lost = _open_files(model.reader, body.fields, own)
    if lost:
        lines += lost.values()
        body.refused.update(lost)
        code = NO_SUCH_FILE
    request, faults = checked(model, fields, own, body.refused)
    if lines or faults or request is None:
        raise MistakesError([*lines, *faults], code)
    return request


def checked(
    model: Described,
    fields: dict[str, Any],
    own: frozenset[str] = frozenset(),
    skipped: set[Path] = frozenset(),  # type: ignore[assignment]
) -> tuple[Request | None, list[str]]:
    """Return the request of a body, or what is wrong with it, but for some fields."""
    reader = model.reader
    if not model.is_packaged:
        faults = _faults_of_unlisted(reader, fields, own, skipped)
        return (None if faults else Request(model.model_id, fields)), faults
    from pydantic import ValidationError

    from .._index import load
    from .._models import wire_body

    try:
        model_input = load(model.model_id).Input.model_validate(fields)
    except ValidationError as error:
        return None, of_validation(error, reader, own, skipped)
    return Request(model.model_id, wire_body(model_input), model_input), []


def _faults_of_unlisted(
    reader: Reader, fields: dict[str, Any], own: frozenset[str], skipped: set[Path]
) -> list[str]:
    lines = []
    for path, fault in check_body(reader, fields):
        if path in skipped:
            continue
        if fault == "missing":
            lines.append(missing(reader, path, own))
        elif fault == "unknown":
            siblings = reader.properties(reader.at(path[:-1]))
            lines.append(unknown_field(path, siblings, own))
        else:
            lines.append(refused(reader, path, _value_at(fields, path), own))
    return lines


def _value_at(value: Any, path: Sequence[str | int]) -> Any:
    for part in path:
        value = value[part]
    return value


def _open_files(
    reader: Reader, fields: dict[str, Any], own: frozenset[str]
) -> tuple[dict[str, Any], dict[Path, str]]:
    """Return the fields with each name of a local file as what is sent of it.

    Also what is wrong with those that cannot be read, by their place.
    """
    lost: dict[Path, str] = {}

    def walk(value: Any, schema: Schema, path: Path) -> Any:
        if isinstance(value, dict):
            return {
                k: walk(v, reader.at((*path, k)), (*path, k)) for k, v in value.items()
            }
        if isinstance(value, list):
            items = reader.items(schema) or {}
            return [walk(v, items, (*path, i)) for i, v in enumerate(value)]
        if not isinstance(value, str) or value.lower().startswith(NAMES_A_PLACE):
            return value
        medium = reader.medium(schema, _name(path))
        if not medium or value in reader.choices(schema) or "://" in value:
            return value
        try:
            return local_file(FilePath(value).expanduser())
        except (OSError, ValueError) as error:
            if not reader.medium(schema):  # only its name makes it look like a medium
                return value
            reason = getattr(error, "strerror", None) or str(error)
            place = flag_of(path, own)
            lost[path] = (
                f"{place} {shown(value)}: is not a URL, nor a file here ({reason})"
            )
        return value

    opened = {
        name: walk(value, reader.at((name,)), (name,)) for name, value in fields.items()
    }
    return opened, lost


def _name(path: Path) -> str:
    """Return the name of the field that a path leads to, or into."""
    names = [part for part in path if isinstance(part, str)]
    return names[-1] if names else ""


def local_file(path: FilePath) -> Any:
    """Return what an `Input` takes for a local file."""
    from base64 import b64encode
    from mimetypes import guess_type

    data = path.read_bytes()
    kind = guess_type(path.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{b64encode(data).decode()}"
