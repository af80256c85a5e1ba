"""Judge a request body by its model's input_schema, as the service would."""

import logging
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from itertools import islice
from typing import Any, Protocol

from pydantic_core import SchemaError, SchemaValidator, core_schema

from ..http.messages import APIError

_log = logging.getLogger("runcomfy_simulator")
_MOST_PROBLEMS = 20
_MEDIUM = re.compile(r"https?://[^\s/?#]|data:[^\s,]*,\S", re.IGNORECASE)
_BOUNDARIES = {r"\b": r"(?-u:\b)", r"\B": r"(?-u:\B)"}
"""JSON Schema's words have letters of ASCII alone."""


class MissingDependencyError(ImportError):
    """jsonschema, which only the simulator needs, is not installed."""


class _Validator(Protocol):
    def iter_errors(self, instance: Any) -> Any: ...


def require_jsonschema() -> None:
    """Raise `MissingDependencyError`, saying what to install, if it is missing."""
    try:
        import jsonschema  # noqa: F401
    except ImportError as error:
        raise MissingDependencyError(
            "The simulator needs jsonschema: pip install 'runcomfy-models[simulator]'"
        ) from error


class BodyJudge:
    """Validates bodies; builds the validator of each model once.

    A schema that is not JSON Schema 2020-12 (a brought entry in the service's own
    dialect) lets every JSON object pass.
    """

    def __init__(self) -> None:
        self._validators: dict[str, _Validator | None] = {}

    def check(self, model_id: str, schema: Any, body: Any) -> None:
        """Raise `APIError` (422001) with each problem's location, if there is any."""
        if not isinstance(body, dict):
            _refuse([{"loc": ["body"], "msg": "The body must be a JSON object."}])
        if model_id not in self._validators:
            self._validators[model_id] = _validator(model_id, schema)
        validator = self._validators[model_id]
        if validator is not None and (problems := _problems(validator, body)):
            _refuse(problems)


def _validator(model_id: str, schema: Any) -> _Validator | None:
    from jsonschema import SchemaError
    from referencing import Registry

    judge = _judge()
    try:
        if not isinstance(schema, Mapping):
            raise SchemaError("an input_schema is an object")
        judge.check_schema(schema)
    except (SchemaError, RecursionError) as error:
        _log.warning("%s: bodies are not validated: %s", model_id, str(error)[:200])
        return None
    # An empty registry: a remote $ref must never be fetched.
    validator: _Validator = judge(schema, registry=Registry())
    return validator


@cache
def _judge() -> Any:
    from jsonschema import Draft202012Validator, validators

    extend: Any = validators.extend  # it has no types of its own
    return extend(
        Draft202012Validator,
        {
            "multipleOf": _check_multiple,
            "pattern": _check_pattern,
            "x-media": _check_medium,
        },
    )


def _check_pattern(
    validator: Any, pattern: Any, instance: Any, schema: Any
) -> Iterator[Exception]:
    """By the engine that an Input has: it takes time that grows with the text alone."""
    from jsonschema import ValidationError

    if not isinstance(instance, str) or not isinstance(pattern, str):
        return
    engine = _engine(pattern)
    if engine is not None and not engine.isinstance_python(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


@cache
def _engine(pattern: str) -> SchemaValidator | None:
    """Return what matches a pattern; None for one that only backtracking could match."""
    ascii_words = re.sub(
        r"\\.", lambda found: _BOUNDARIES.get(found[0], found[0]), pattern
    )
    text = core_schema.str_schema(pattern=ascii_words, regex_engine="rust-regex")
    try:
        return SchemaValidator(text)
    except SchemaError:
        return None


def _check_medium(
    validator: Any, kind: Any, instance: Any, schema: Any
) -> Iterator[Exception]:
    """A medium is an address that the service can fetch, or the file itself."""
    from jsonschema import ValidationError

    if isinstance(instance, str) and not _MEDIUM.match(instance):
        yield ValidationError(
            f"{instance[:80]!r} is neither an http(s) URL nor a data: URI; a file of "
            "your own has to be uploaded, or sent as a data: URI"
        )


def _check_multiple(
    validator: Any, step: Any, instance: Any, schema: Any
) -> Iterator[Exception]:
    """By decimals, as an Input does: to binary fractions 0.7 is not a multiple of 0.1."""
    from jsonschema import ValidationError

    is_number = validator.is_type(instance, "number")
    if is_number and Fraction(str(instance)) % Fraction(str(step)):
        yield ValidationError(f"{instance!r} is not a multiple of {step!r}")


def _problems(validator: _Validator, body: Any) -> list[dict[str, Any]]:
    from referencing.exceptions import Unresolvable

    try:
        errors = list(islice(validator.iter_errors(body), _MOST_PROBLEMS))
    except (Unresolvable, RecursionError, ArithmeticError) as error:
        _log.warning("a body was not validated: %s", str(error)[:200])
        return []
    return [
        {
            "loc": ["body", *error.absolute_path],
            "msg": error.message[:500],
            "type": error.validator,
        }
        for error in sorted(errors, key=lambda error: str(error.json_path))
    ]


def _refuse(detail: list[dict[str, Any]]) -> None:
    first = detail[0]
    where = ".".join(str(part) for part in first["loc"])
    raise APIError(422, 422001, f"Invalid input: {where}: {first['msg']}", detail)
