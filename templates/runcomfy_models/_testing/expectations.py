"""What the checks of the generated tests go by: JSON types, choices, what None does."""

from collections.abc import Iterator, Mapping, Sequence
from inspect import getclosurevars
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from .._models.bases import InputObject, OutputModel
from .._models.body import json_key, wire_value

PROBES: tuple[Any, ...] = ("1", 1, 0, 1.5, True, False, [], {})
"""Values of each JSON type, and those that Python takes for each other."""
LIMITS = ("greater", "less", "missing", "multiple", "too_", "string_")
"""How pydantic's errors start that are about a limit, so after the type was right."""
MALFORMED = {"malformed": [None]}
"""What no field of an output is."""


def wire_name_of(field: FieldInfo, name: str) -> str:
    """Return the name that a field has in JSON."""
    return name if field.alias is None else field.alias


def differences(
    declared: Mapping[str, tuple[type[Any], FieldInfo]],
    fields: Mapping[str, tuple[Any, ...]],
) -> list[str]:
    """Return which fields are missing, too many, or have another wire name."""
    wrong = [f"{n}: there is no such field" for n in fields if n not in declared]
    for name, (_, field) in declared.items():
        sent_as = wire_name_of(field, name.rpartition(".")[2])
        if name not in fields:
            wrong.append(f"{name}: not in the schema")
        elif sent_as != fields[name][0]:
            wrong.append(f"{name}: goes over the wire as {sent_as!r}")
    return wrong


def wrong_types(name: str, cls: type[Any], attribute: str, kind: Any) -> list[str]:
    """Return which values of other types a field takes, or takes for that type."""
    wrong = []
    for value in _values_of_other_types(kind):
        try:
            setattr(cls.model_construct(), attribute, value)
        except ValidationError as error:
            if any(map(_is_about_a_limit, error.errors())):
                wrong.append(f"{name}: {value!r} is refused, but not for its type")
        else:
            shown = kind.__name__ if isinstance(kind, type) else str(kind)
            wrong.append(f"{name}: takes {value!r}, which is not {shown}")
    return wrong


def _is_about_a_limit(detail: Mapping[str, Any]) -> bool:
    """Whether an error says that a value of the right type is beyond a limit."""
    if detail["type"] == "string_type":
        return False
    return detail["type"].startswith(LIMITS) or "multiple" in detail["msg"]


def _values_of_other_types(kind: Any) -> Iterator[Any]:
    """Yield values that are not of a type, nor of the types inside it."""
    inside = [probe for probe in PROBES if not fits(probe, kind)]
    yield from inside
    for member in _members(kind):
        if not (inner := get_args(member)):
            continue
        for value in (None, *_values_of_other_types(inner[-1])):
            whole = [value] if get_origin(member) is list else {"key": value}
            if not fits(value, inner[-1]) and not fits(whole, kind):
                yield whole


def _members(kind: Any) -> Sequence[Any]:
    return get_args(kind) if isinstance(kind, UnionType) else (kind,)


def fits(value: Any, kind: Any) -> bool:
    """Whether a JSON value is of a type; unlike in Python, true is not a number."""
    return any(_fits_member(value, member) for member in _members(kind))


def _fits_member(value: Any, member: Any) -> bool:
    """Whether a JSON value is of a type that is not a union."""
    origin, inner = get_origin(member) or member, get_args(member)
    if origin is object:
        return True
    if origin is type(None):
        return value is None
    if isinstance(value, bool) or origin is bool:
        return isinstance(value, bool) and origin is bool
    if origin is float:
        return isinstance(value, int | float)
    if not isinstance(value, origin):
        return False
    items = value.values() if isinstance(value, dict) else value
    return not inner or all(fits(item, inner[-1]) for item in items)


def none_in(cls: type[Any], attribute: str, wire_name: str) -> Any:
    """Return what is sent of a field that is None, or that it is refused."""
    instance = cls.model_construct()
    try:
        setattr(instance, attribute, None)
    except ValidationError:
        return "refused"
    return {
        key: value for key, value in wire_value(instance).items() if key == wire_name
    }


def untried(
    annotation: Any, tried: Sequence[Any], place: str, metadata: Sequence[Any] = ()
) -> Iterator[tuple[str, Any]]:
    """Yield each choice of a type that is not among the values tried there."""
    for choice in _choices_of(metadata):
        if not _is_among(choice, tried):
            yield place, choice
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        for choice in inner:
            if not _is_among(choice, tried):
                yield place, choice
    elif origin is Annotated:
        yield from untried(inner[0], tried, place, inner[1:])
    elif origin in (Union, UnionType):
        for member in inner:
            yield from untried(member, tried, place)
    elif origin in (list, dict):
        yield from untried(inner[-1], _items_of(tried, origin), place)
    elif isinstance(annotation, type) and issubclass(annotation, InputObject):
        yield from _untried_in_object(annotation, tried, place)


def _untried_in_object(
    cls: type[InputObject], tried: Sequence[Any], place: str
) -> Iterator[tuple[str, Any]]:
    """Yield each choice of an object's fields that is not among those tried there."""
    objects = [value for value in tried if isinstance(value, Mapping)]
    for name, field in cls.model_fields.items():
        wire_name = wire_name_of(field, name)
        within = [value[wire_name] for value in objects if wire_name in value]
        below = f"{place}.{name}" if place else name
        yield from untried(field.annotation, within, below, field.metadata)


def _choices_of(metadata: Sequence[Any]) -> Iterator[Any]:
    """Yield the choices of each `one_of` among a field's checks."""
    for check in metadata:
        function = getattr(check, "func", None)
        if isinstance(check, AfterValidator) and function is not None:
            yield from getclosurevars(function).nonlocals.get("values", ())


def _items_of(values: Sequence[Any], kind: Any) -> list[Any]:
    """Return what stands in those values that are lists, or objects."""
    items: list[Any] = []
    for value in values:
        if isinstance(value, kind):
            items.extend(value.values() if isinstance(value, dict) else value)
    return items


def _is_among(choice: Any, tried: Sequence[Any]) -> bool:
    return any(is_same(choice, value) for value in tried)


def mistyped(whole: OutputModel, output: Mapping[str, Any]) -> list[str]:
    """Return each field, nested ones too, whose type does not fit a value of the schema."""
    wrong = []
    for name, field in type(whole).model_fields.items():
        wire_name, value = wire_name_of(field, name), getattr(whole, name)
        sent = output.get(wire_name)
        if isinstance(value, OutputModel) and isinstance(sent, Mapping):
            wrong += mistyped(value, sent)
        elif sent is not None:
            annotation: Any = field.annotation
            try:
                TypeAdapter(annotation).validate_python(sent, strict=True)
            except ValidationError:
                wrong.append(f"{wire_name}: {sent!r} is not of its type")
    return wrong


def not_open(cls: type[Any]) -> list[str]:
    """Return where an output is not open: nothing is required, and all is kept."""
    try:
        empty = cls.model_validate({})
        more = cls.model_validate({"no_such_field": [1]})
    except ValidationError as error:
        return [f"{cls.__name__}: refused: {error.errors()[0]['msg']}"]
    wrong = []
    if (more.model_extra or {}).get("no_such_field") != [1]:
        wrong.append(f"{cls.__name__}: an unknown field is lost")
    for name, field in cls.model_fields.items():
        malformed = cls.model_validate({wire_name_of(field, name): MALFORMED})
        if getattr(empty, name) is not None:
            wrong.append(f"{cls.__name__}.{name}: has a value that nobody sent")
        if not is_same(plain(getattr(malformed, name)), MALFORMED):
            wrong.append(f"{cls.__name__}.{name}: a malformed value is lost")
    return wrong


def plain(value: Any) -> Any:
    """Return what came as an output as the JSON that was sent."""
    if isinstance(value, OutputModel):
        return value.model_dump(by_alias=True, exclude_unset=True, warnings=False)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def is_same(one: object, other: object) -> bool:
    """Whether two JSON values are equal; unlike in Python, true is not 1."""
    return json_key(one) == json_key(other)
