"""Base classes of every generated `Input` and `Output`.

Closed in, open out: an input refuses what its schema does not allow, before it
costs anything; an output keeps whatever the service sends. Nothing here does I/O.
"""

from typing import Any, ClassVar, Generic, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PrivateAttr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    field_validator,
)


def _check_unique(items: list[Any] | None) -> list[Any] | None:
    for index, item in enumerate(items or ()):
        if item in (items or ())[:index]:
            raise ValueError(f"item {index} stands in the list twice")
    return items


UNIQUE_ITEMS = AfterValidator(_check_unique)
"""Refuses a list that holds an item twice."""


def _refuse_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("should be a number, not true or false")
    return value


def _require_bool(value: Any) -> Any:
    if value is not None and not isinstance(value, bool):
        raise ValueError("should be true or false")
    return value


NOT_BOOL = BeforeValidator(_refuse_bool)
"""Refuses true and false, which Python takes for 1 and 0, in a `Literal` of numbers."""

ONLY_BOOL = BeforeValidator(_require_bool)
"""Refuses 1 and 0, which Python takes for true and false, in a `Literal` of those."""

NULLABLE = "nullable"
"""Marks an optional field for which null is a value of its own, and is sent."""


def one_of(*values: Any) -> AfterValidator:
    """Refuse all but these values, where `Literal` cannot hold them."""

    def check(value: Any) -> Any:
        if value is not None and value not in values:
            raise ValueError(f"should be one of {', '.join(map(repr, values))}")
        return value

    return AfterValidator(check)


class OutputModel(BaseModel):
    """What a model returns. Nothing is required; unknown and odd values are kept."""

    model_config = ConfigDict(
        extra="allow",
        protected_namespaces=(),
        use_attribute_docstrings=True,
        validate_by_alias=True,
        validate_by_name=True,
    )

    @field_validator("*", mode="wrap")
    @classmethod
    def _keep_odd_values(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(value)
        except ValidationError:
            return value


class InputObject(BaseModel):
    """An object inside an input. Unknown fields and wrong types are refused."""

    model_config = ConfigDict(
        allow_inf_nan=False,
        extra="forbid",
        protected_namespaces=(),
        regex_engine="python-re",
        strict=True,
        use_attribute_docstrings=True,
        validate_assignment=True,
        validate_by_alias=True,
        validate_by_name=True,
    )


OutputT = TypeVar("OutputT", bound=OutputModel)


class InputModel(InputObject, Generic[OutputT]):
    """The request body of one model."""

    model_id: ClassVar[str]
    """The model's name at the service, e.g. `blackforestlabs/flux-2/pro/edit`."""

    output_type: ClassVar[type[OutputModel]]
    """The class of the model's output."""

    _unchecked: dict[str, Any] | None = PrivateAttr(None)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        for base in cls.__mro__:
            arguments = getattr(base, "__pydantic_generic_metadata__", {}).get("args")
            if arguments and isinstance(arguments[0], type):
                cls.output_type = arguments[0]
                return

    @classmethod
    def unchecked(cls, /, **fields: Any) -> Self:
        """Build an input without checking it, for when the service knows more than we.

        Fields may be given by their Python or wire names; unknown ones are sent as
        they are.
        """
        aliases = {name: field.alias for name, field in cls.model_fields.items()}
        known = {name: value for name, value in fields.items() if name in aliases}
        instance = cls.model_construct(**known)
        instance._unchecked = {
            aliases.get(name) or name: value for name, value in fields.items()
        }
        return instance


def wire_body(model_input: InputModel[Any]) -> dict[str, Any]:
    """Return the JSON object to send: what the caller set, under the wire's names.

    None means "left out". Defaults are the service's to fill in.
    """
    if model_input._unchecked is not None:
        return dict(model_input._unchecked)
    body = model_input.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return _without_none(model_input, body)


def _without_none(instance: InputObject, body: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is None, but where null is a value of its own."""
    for name, field in type(instance).model_fields.items():
        wire_name = field.alias or name
        if wire_name not in body:
            continue
        value = getattr(instance, name)
        if value is None:
            if NULLABLE not in field.metadata and not field.is_required():
                del body[wire_name]
        else:
            body[wire_name] = _prune(value, body[wire_name])
    return body


def _prune(value: Any, dumped: Any) -> Any:
    if isinstance(value, InputObject):
        return _without_none(value, dumped)
    if isinstance(value, list):
        return [_prune(*pair) for pair in zip(value, dumped, strict=True)]
    return dumped
