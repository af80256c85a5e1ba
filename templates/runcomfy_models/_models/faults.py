"""What pydantic's errors leave out: which field was meant, and which there are."""

from typing import Any, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError, PydanticKnownError

from .._nearest import suggestion

UNKNOWN = "extra_forbidden"
"""pydantic's name for a field that a class does not have."""


def with_known_fields(error: ValidationError, cls: type[BaseModel]) -> ValidationError:
    """Return the error with more said of fields that a class does not have.

    Only of its own: objects inside have said it of theirs.
    """
    details = error.errors(include_url=False)
    if not any(_is_unknown(detail["type"], detail["loc"]) for detail in details):
        return error
    lines = []
    for detail in details:
        kind, message = detail["type"], detail["msg"]
        line = InitErrorDetails(type=kind, loc=detail["loc"], input=detail["input"])
        if _is_unknown(kind, detail["loc"]):
            line["type"] = _custom(UNKNOWN, _unknown(str(detail["loc"][0]), cls))
        elif _is_custom(kind, detail.get("ctx")):
            line["type"] = _custom(kind, message)
        else:
            line["ctx"] = detail.get("ctx", {})
        lines.append(line)
    return ValidationError.from_exception_data(error.title, lines)


def _is_unknown(kind: str, place: tuple[int | str, ...]) -> bool:
    return kind in (UNKNOWN, "no_such_attribute") and len(place) == 1


def _unknown(name: str, cls: type[BaseModel]) -> str:
    """Return what to say of a name that no field has."""
    fields = cls.model_fields
    there_are = f"(the fields: {', '.join(fields)})" if fields else "(it has no fields)"
    return f"there is no such field{suggestion(name, fields)} {there_are}"


def _is_custom(kind: str, context: dict[str, Any] | None) -> bool:
    """Whether an error is not one of pydantic's, or says more than those do."""
    if kind == UNKNOWN:
        return True
    try:
        PydanticKnownError(cast(Any, kind), context)
    except (KeyError, TypeError):
        return True
    return False


def _custom(kind: str, message: str) -> PydanticCustomError:
    """Return an error that says a message as it is, whatever braces it holds."""
    return PydanticCustomError(cast(Any, kind), "{said}", {"said": message})
