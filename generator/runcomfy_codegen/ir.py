"""What the stages hand to each other, as data without behaviour.

StoredModel  what was published            (store, reader)
Model        standard JSON Schema, notes   (normalise)
Package      every Python name, decided    (names)
OutputFile   a path and its text           (render)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Json: TypeAlias = Any
"""A value read from JSON: None, bool, int, float, str, list or dict."""

Schema: TypeAlias = dict[str, Any]
"""A JSON Schema object. Treated as immutable: a stage that changes one makes a new one."""

Severity: TypeAlias = Literal["info", "warning"]
ClassKind: TypeAlias = Literal["input", "input object", "output", "output object"]
MediaKind: TypeAlias = Literal["image", "video", "audio"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What stops a model from being generated, where it stands, and what to do."""

    file: str
    """The file at fault, relative to the schema folder."""
    pointer: str
    """A JSON pointer (RFC 6901) into that file; empty for the whole file."""
    what: str
    fix: str


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """What a stage changed or noticed in a stored model, and why."""

    file: str
    pointer: str
    severity: Severity
    before: str
    after: str
    why: str
    code: str = ""
    """A stable name of its kind: that of the pass which made it."""


@dataclass(frozen=True, slots=True)
class StoredModel:
    """One file under `schemas/`, as published, and the overlay beside it."""

    path: str
    """Relative to the schema folder, with forward slashes."""
    entry: Mapping[str, Json]
    overlay: Mapping[str, Json] | None = None
    overlay_path: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """A model whose schemas are standard JSON Schema 2020-12."""

    path: str
    overlay: Mapping[str, Json] | None
    overlay_path: str
    model_id: str
    display_name: str
    description: str
    kind: str
    categories: tuple[str, ...]
    base_price_usd: float | None
    price_unit: str
    pricing_note: str
    source_url: str
    example: Mapping[str, Json] | None
    input_schema: Schema
    output_schema: Schema
    output_pointer: str = "/output_schema"
    """Where the output schema stands in the stored file."""
    deprecated: str = ""
    """Why not to use it any more, in words; empty for one that may be used. A field says
    the same by `deprecated: true` in its schema."""
    notes: tuple[Note, ...] = ()
    problems: tuple[Problem, ...] = ()


class Identifier(str):
    """A name that is safe to write into Python. Only `names` makes one."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One attribute of a generated class."""

    name: Identifier
    wire_name: str
    schema: Schema
    """Objects inside are references to `#/$defs/<class name>`."""
    required: bool
    nullable: bool


@dataclass(frozen=True, slots=True)
class Class:
    """One generated class."""

    name: Identifier
    kind: ClassKind
    description: str
    fields: tuple[Field, ...]
    additional: Schema | None = None
    """What fields beside these may hold; None if there must be none."""


@dataclass(frozen=True, slots=True)
class Module:
    """One generated module: a model, and the names of all that is in it."""

    model: Model
    vendor: Identifier
    name: Identifier
    classes: tuple[Class, ...]
    """In an order in which each class stands after those that it mentions."""


@dataclass(frozen=True, slots=True)
class Retired:
    """A model that is gone, the module it had, and what to use instead."""

    model_id: str
    vendor: Identifier
    name: Identifier
    successor: str
    """A model_id; empty when there is none."""


@dataclass(frozen=True, slots=True)
class Package:
    """The generated distribution, with every Python name decided."""

    modules: tuple[Module, ...]
    retired: tuple[Retired, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Templates:
    """The template files by path, and our version."""

    files: Mapping[str, bytes]
    version: str


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file to write, relative to the output folder."""

    path: str
    content: bytes
    model_id: str = ""
    """The model it was made from; empty for a file that all models share."""


DriftState: TypeAlias = Literal["missing", "stale", "edited", "orphaned"]


@dataclass(frozen=True, slots=True)
class Drift:
    """One file that is not as it would be generated."""

    path: str
    state: DriftState


@dataclass(frozen=True, slots=True)
class Written:
    """What a run did to the tree."""

    created: Sequence[str] = ()
    replaced: Sequence[str] = ()
    deleted: Sequence[str] = ()
    kept: Sequence[Drift] = ()
    """Files edited by hand, left as they are."""
