"""Base classes of every generated `Input` and `Output`.

Closed in, open out: an input refuses what its schema does not allow, before it
costs anything; an output keeps whatever the service sends. Nothing here does I/O.
"""

from collections.abc import Hashable, Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    PrivateAttr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    create_model,
    field_validator,
)
from pydantic_core import (
    CoreSchema,
    core_schema,
    to_jsonable_python,
)

SHOWN_CHARACTERS, SHOWN_ITEMS = 80, 4
"""How much of a text and of a list a repr shows."""

NULLABLE = "nullable"
"""Marks an optional field for which null is a value of its own, and is sent."""


def _refuse_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("should be a number, not true or false")  # noqa: TRY004
    return value


def _require_bool(value: Any) -> Any:
    if value is not None and not isinstance(value, bool):
        raise ValueError("should be true or false")
    return value


NOT_BOOL = BeforeValidator(_refuse_bool)
"""Refuses true and false, which Python takes for 1 and 0, in a `Literal` of numbers."""

ONLY_BOOL = BeforeValidator(_require_bool)
"""Refuses 1 and 0, which Python takes for true and false, in a `Literal` of those."""


def _check_unique(items: Any) -> Any:
    seen: set[Hashable] = set()
    for index, item in enumerate(items or ()):
        key = _key(_wire(item))
        if key in seen:
            raise ValueError(f"item {index} stands in the list twice")
        seen.add(key)
    return items


UNIQUE_ITEMS = AfterValidator(_check_unique)
"""Refuses a list that holds an item twice."""


def one_of(*values: Any) -> AfterValidator:
    """Refuse all but these values, where `Literal` cannot hold them."""
    keys = {_key(value) for value in values}

    def check(value: Any) -> Any:
        if value is not None and _key(_wire(value)) not in keys:
            raise ValueError(f"should be one of {', '.join(map(repr, values))}")
        return value

    return AfterValidator(check)


def multiple_of(step: float) -> AfterValidator:
    """Refuse what is no multiple of a step, as its decimals are written."""
    exact = Fraction(str(step))

    def check(value: Any) -> Any:
        if value is not None and Fraction(str(value)) % exact:
            raise ValueError(f"should be a multiple of {step}")
        return value

    return AfterValidator(check)


def count_fields(least: int, most: int | None) -> AfterValidator:
    """Refuse an object with fewer or more fields set than these."""

    def check(value: Any) -> Any:
        count = least if value is None else len(_wire(value))
        if count < least or (most is not None and count > most):
            raise ValueError(f"should have {least} to {most or 'any number of'} fields")
        return value

    return AfterValidator(check)


def _key(value: Any) -> Hashable:
    """Return what two JSON values share if they are the same; true is not 1."""
    match value:
        case bool():
            return "boolean", value
        case dict():
            return "object", frozenset((k, _key(v)) for k, v in value.items())
        case list():
            return "array", *map(_key, value)
    return value if isinstance(value, Hashable) else repr(value)


class _OneBranch:
    """Refuses what fits several types of a union."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        branches: list[type[BaseModel]] = []

        def check(value: Any) -> Any:
            if not branches:
                members = [m for m in get_args(source) if m is not type(None)]
                branches.extend(
                    create_model("Branch", __base__=InputObject, value=(member, ...))
                    for member in members
                )
            if value is not None and sum(_fits(b, value) for b in branches) > 1:
                raise ValueError("should fit one of several types, and fits more")
            return value

        return core_schema.no_info_before_validator_function(check, handler(source))


def _fits(branch: type[BaseModel], value: Any) -> bool:
    try:
        branch(value=_wire(value))
    except ValidationError:
        return False
    return True


ONE_BRANCH = _OneBranch()
"""Refuses what fits several types of a union."""


class OutputModel(BaseModel):
    """What a model returns. Nothing is required; unknown and odd values are kept."""

    model_config = ConfigDict(
        extra="allow",
        protected_namespaces=(),
        use_attribute_docstrings=True,
        validate_by_alias=True,
        validate_by_name=True,
    )

    if TYPE_CHECKING:  # subclasses narrow it
        __pydantic_extra__: Any  # pyright: ignore[reportIncompatibleVariableOverride]

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
        regex_engine="rust-regex",
        strict=True,
        use_attribute_docstrings=True,
        validate_assignment=True,
        validate_by_alias=True,
        validate_by_name=True,
    )

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Show what was set, long texts and lists shortened: they may hold whole files."""
        for name, value in super().__repr_args__():
            if name in self.model_fields_set:
                yield name, _shortened(value)


def _shortened(value: Any) -> Any:
    if isinstance(value, str) and len(value) > SHOWN_CHARACTERS:
        return f"{value[:SHOWN_CHARACTERS]}…"
    if isinstance(value, list):
        rest = ["…"] if len(value) > SHOWN_ITEMS else []
        return [*map(_shortened, value[:SHOWN_ITEMS]), *rest]
    return value


class OpenInputObject(InputObject):
    """An object inside an input that takes fields beyond those it names."""

    model_config = ConfigDict(extra="allow")

    if TYPE_CHECKING:  # subclasses narrow it
        __pydantic_extra__: Any  # pyright: ignore[reportIncompatibleVariableOverride]


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
        aliases = {
            name: name if field.alias is None else field.alias
            for name, field in cls.model_fields.items()
        }
        known = {name: value for name, value in fields.items() if name in aliases}
        instance = cls.model_construct(**known)
        instance._unchecked = {
            aliases.get(name, name): value for name, value in fields.items()
        }
        return instance


def wire_body(model_input: InputModel[Any]) -> dict[str, Any]:
    """Return the JSON object to send: what the caller set, under the wire's names.

    None means "left out". Defaults are the service's to fill in.
    """
    if model_input._unchecked is not None:
        return dict(model_input._unchecked)
    body: dict[str, Any] = to_jsonable_python(_wire(model_input))
    return body


def _wire(value: Any) -> Any:
    """Return a value with each object in it as the fields that were set."""
    if isinstance(value, InputObject):
        return _fields_set(value)
    if isinstance(value, dict):
        return {key: _wire(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_wire(item) for item in value]
    return value


def _fields_set(instance: InputObject) -> dict[str, Any]:
    body = {}
    for name, field in type(instance).model_fields.items():
        value = getattr(instance, name, None)
        is_left_out = name not in instance.model_fields_set or (
            value is None and not field.is_required() and NULLABLE not in field.metadata
        )
        if not is_left_out:
            body[name if field.alias is None else field.alias] = _wire(value)
    return body | {k: _wire(v) for k, v in (instance.model_extra or {}).items()}
