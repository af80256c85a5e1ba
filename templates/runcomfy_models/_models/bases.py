"""Base classes of every generated `Input` and `Output`.

Closed in, open out: an input refuses what its schema does not allow, before it costs
anything; an output keeps whatever the service sends. Nothing here does I/O.
"""

from collections.abc import Iterable, Mapping
from types import GenericAlias
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Generic,
    Self,
    TypeAlias,
    TypeVar,
    get_args,
)

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    ValidationError,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_serializer,
)
from pydantic_core import CoreSchema, core_schema

from .body import fields_set, is_unchecked, wire_body, wire_value
from .docstrings import with_docstrings
from .faults import with_known_fields

SHOWN_CHARACTERS, SHOWN_ITEMS = 80, 4
"""How much of a text and of a list a repr shows."""


class OutputModel(BaseModel):
    """What a model returns. Nothing is required; unknown and malformed values are kept."""

    model_config = ConfigDict(
        extra="allow",
        protected_namespaces=(),
        validate_by_alias=True,
        validate_by_name=True,
    )

    if TYPE_CHECKING:  # subclasses narrow it
        __pydantic_extra__: Any  # pyright: ignore[reportIncompatibleVariableOverride]

    @field_validator("*", mode="wrap")
    @classmethod
    def _keep_malformed(
        cls, value: object, handler: ValidatorFunctionWrapHandler
    ) -> object:
        try:
            return handler(value)
        except ValidationError:
            return value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe the fields by their docstrings."""
        return with_docstrings(cls, schema, handler)


class InputObject(BaseModel):
    """An object inside an input. Unknown fields and wrong types are refused."""

    model_config = ConfigDict(
        allow_inf_nan=False,
        extra="forbid",
        protected_namespaces=(),
        regex_engine="rust-regex",
        strict=True,
        validate_assignment=True,
        validate_by_alias=True,
        validate_by_name=True,
    )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Give the class the title that errors call it by, if it has none of its own."""
        super().__init_subclass__(**kwargs)
        inherited = [getattr(base, "model_config", {}) for base in cls.__bases__]
        title = cls.model_config.get("title")
        if title is None or title in [config.get("title") for config in inherited]:
            cls.model_config["title"] = cls._make_title()

    @classmethod
    def _make_title(cls) -> str:
        place = cls.__module__.split(".")[-2:]
        return ".".join([*place, cls.__qualname__])

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Say more of unknown fields.

        Inside of the model's own schema, so that errors of a union still name the class.
        """
        schema: Any = handler(source)
        if schema["type"] == "model" and schema["schema"]["type"] == "model-fields":
            schema["schema"] = core_schema.no_info_wrap_validator_function(
                cls._name_known_fields, schema["schema"]
            )
        made: CoreSchema = schema
        return made

    @classmethod
    def _name_known_fields(
        cls, value: object, handler: ValidatorFunctionWrapHandler
    ) -> object:
        try:
            return handler(value)
        except ValidationError as error:
            raise with_known_fields(error, cls) from None

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe the fields by their docstrings."""
        return with_docstrings(cls, schema, handler)

    @model_serializer(mode="wrap")
    def _dump_what_was_set(
        self, handler: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> Any:
        """Dump no defaults, so that what is read back sends the same."""
        if is_unchecked(self):
            return _dump_unchecked(self, info)
        names = {name for name, _ in fields_set(self)}
        unset: set[str | None] = set()
        for name, field in type(self).model_fields.items():
            if name not in names:
                unset |= {name, field.alias}
        return {key: value for key, value in handler(self).items() if key not in unset}

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Show what was set, long texts and lists shortened: they may hold whole files."""
        for name, value in fields_set(self):
            yield name, _shortened(value)


def _dump_unchecked(instance: InputObject, info: SerializationInfo) -> dict[str, Any]:
    """Dump an unchecked input as it is sent; in JSON, with its files read."""
    from .._media.inline import with_data_uris

    dumped = {}
    for name, value in wire_value(instance).items():
        is_in = info.include is None or name in info.include
        if is_in and not _is_left_out(name, info.exclude):
            dumped[name] = with_data_uris(value) if info.mode == "json" else value
    return dumped


def _is_left_out(name: str, exclude: Any) -> bool:
    """Tell whether a field as a whole is among those to exclude."""
    if isinstance(exclude, Mapping):
        return exclude.get(name) in (True, ...)
    return exclude is not None and name in exclude


def _shortened(value: Any) -> Any:
    if isinstance(value, str) and len(value) > SHOWN_CHARACTERS:
        return f"{value[:SHOWN_CHARACTERS]}…"
    if isinstance(value, bytes) and len(value) > SHOWN_CHARACTERS:
        return value[:SHOWN_CHARACTERS] + b"..."
    if isinstance(value, list):
        rest = ["…"] if len(value) > SHOWN_ITEMS else []
        return [*map(_shortened, value[:SHOWN_ITEMS]), *rest]
    return value


ObjectT = TypeVar("ObjectT", bound=InputObject)

if TYPE_CHECKING:
    OrDict: TypeAlias = ObjectT | dict[str, Any]
    """An object, or a dict of its fields. Either way the object is what is kept."""

else:

    class OrDict:
        """An object, or a dict of its fields. pydantic makes the object of both."""

        def __class_getitem__(cls, item: Any) -> Any:
            return item


class OpenInputObject(InputObject):
    """An object inside an input that takes fields beyond those it names."""

    model_config = ConfigDict(extra="allow")

    if TYPE_CHECKING:  # subclasses narrow it
        __pydantic_extra__: Any  # pyright: ignore[reportIncompatibleVariableOverride]


OutputT_co = TypeVar("OutputT_co", bound=OutputModel, covariant=True)

if TYPE_CHECKING:

    class _Returning(InputObject, Generic[OutputT_co]):
        """An input that says what its model returns."""

else:

    class _Returning(InputObject):
        """An input that says what its model returns.

        pydantic would make and build a class for each output that stands in brackets.
        """

        __class_getitem__ = classmethod(GenericAlias)


class InputModel(_Returning[OutputT_co]):
    """The request body of one model."""

    model_id: ClassVar[str]
    """The model's name at the service, e.g. `blackforestlabs/flux-2/pro/edit`."""

    output_type: ClassVar[type[OutputModel]]
    """The class of the model's output."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Take the output's class out of the brackets: `InputModel[Output]`."""
        super().__init_subclass__(**kwargs)
        for base in vars(cls).get("__orig_bases__", ()):
            for argument in get_args(base):
                if isinstance(argument, type):
                    cls.output_type = argument

    @classmethod
    def _make_title(cls) -> str:
        return getattr(cls, "model_id", None) or super()._make_title()

    def body(self) -> dict[str, Any]:
        """Return the request body: what was set, under the wire's names, as JSON.

        Checked once more. A file in it is read, and becomes a `data:` URI. Raises
        pydantic's ValidationError, and InvalidFileError.
        """
        from .._media.inline import with_data_uris

        body: dict[str, Any] = with_data_uris(wire_body(self))
        return body

    @classmethod
    def from_body(cls, body: dict[str, Any]) -> Self:
        """Build an input from a request body, which has the wire's names.

        Raises pydantic's ValidationError.
        """
        return cls.model_validate(body)

    @classmethod
    def unchecked(cls, /, **fields: Any) -> Self:
        """Build an input without checking it, for when the service knows more than we.

        Fields may be given by their Python or wire names; unknown ones are sent as
        they are. So is what is assigned to it later.
        """
        instance = cls.model_construct()
        object.__setattr__(instance, "__pydantic_extra__", {})
        for name, value in fields.items():
            _set_unchecked(instance, name, value)
        return instance

    def _repr_html_(self) -> str:
        """Show what was set in a notebook."""
        from .._html import input_html

        return input_html(self._make_title(), fields_set(self))

    def model_copy(
        self, *, update: Mapping[str, Any] | None = None, deep: bool = False
    ) -> Self:
        """Return a copy, changed. The change is checked when the copy is sent."""
        if not is_unchecked(self):
            return super().model_copy(update=update, deep=deep)
        copied = super().model_copy(deep=deep)
        for name, value in (update or {}).items():
            _set_unchecked(copied, name, value)
        return copied

    if not TYPE_CHECKING:  # it would hide misspelt fields from editors

        def __setattr__(self, name: str, value: object) -> None:
            """Check an assignment, unless the input is unchecked."""
            if is_unchecked(self) and not name.startswith("_"):
                _set_unchecked(self, name, value)
            else:
                super().__setattr__(name, value)


def _set_unchecked(instance: InputObject, name: str, value: object) -> None:
    """Set a field, by its Python or its wire name, or keep what has no field."""
    fields = type(instance).model_fields
    names = {f.alias: known for known, f in fields.items() if f.alias is not None}
    known = name if name in fields else names.get(name)
    if known is not None:
        vars(instance)[known] = value
    elif instance.__pydantic_extra__ is not None:
        instance.__pydantic_extra__[name] = value
    instance.__pydantic_fields_set__.add(known or name)
