"""A model as the command line knows it: its schema, of the package or of the service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from ..._catalogue import MODELS, RETIRED
from ..._core.entry_words import deprecation
from ..._core.fields.dialect import Reader
from ..._core.fields.mistakes import did_you_mean
from ...errors import (
    ConfigurationError,
    ModelNotFoundError,
    RetiredModelError,
    RunComfyError,
)
from ..exits import exit_code
from ..mistakes import MistakesError
from ..session import Session
from .entries import packaged_entry


@dataclass(frozen=True, slots=True)
class Described:
    """One model, with what its flags are made from."""

    model_id: str
    entry: Mapping[str, Any]
    is_packaged: bool
    """It has an `Input` here, which checks what is sent."""
    reader: Reader = field(repr=False, compare=False)

    def text(self, key: str) -> str:
        """Return a text of its entry; empty where there is none."""
        value = self.entry.get(key)
        return value if isinstance(value, str) else ""

    def words(self) -> Iterator[str]:
        """Yield what is said of it: its name, that it is deprecated, what it is for."""
        deprecated = deprecation(self.entry)
        warning = f"Deprecated: {deprecated}" if deprecated else ""
        for text in (self.text("display_name"), warning, self.text("description")):
            if text.strip():
                yield text

    def example(self) -> dict[str, Any]:
        """Return a request body: that of its page, or of the samples of its fields."""
        example = self.entry.get("example")
        if isinstance(example, dict):
            return example
        return {
            name: _sample(self.reader, schema)
            for name, schema in self.reader.properties(self.reader.root).items()
            if name in self.reader.required(self.reader.root)
        }


def describe(session: Session, model_id: str) -> Described:
    """Return a model by its id, read from the package, else from the service.

    MistakesError, with the nearest three, for one that neither has.
    """
    if model_id in RETIRED:
        raise RetiredModelError(model_id, RETIRED[model_id])
    if model_id in MODELS:
        own = packaged_entry(model_id)
        return Described(model_id, own, True, Reader(own["input_schema"]))
    guess = did_you_mean(model_id, MODELS, 3)
    nowhere = f"there is no model {model_id!r}"
    try:
        entry = session.client.model(model_id).entry
    except (ModelNotFoundError, ConfigurationError):
        advice = guess or "; `runcomfy-models models` lists them"
        raise MistakesError([nowhere + advice]) from None
    except RunComfyError as error:
        line = f"{nowhere} in this package{guess} (the service does not say: {error})"
        # A name that was likely mistyped is bad input, whatever the service's state.
        raise MistakesError([line], None if guess else exit_code(error)) from None
    return Described(model_id, entry, False, Reader(entry.get("input_schema")))


def _sample(reader: Reader, schema: Mapping[str, Any]) -> Any:
    """Return a value that a field says it may have."""
    examples = schema.get("examples")
    if isinstance(examples, list) and examples:
        return examples[0]
    default = schema.get("default")
    if default not in (None, ""):
        return default
    choices = reader.choices(schema)
    if choices:
        return choices[0]
    items = reader.items(schema)
    if items is not None:
        inner = reader.medium(items)
        return [f"https://example.com/{inner}"] if inner else []
    medium = reader.medium(schema)
    if medium:
        return f"https://example.com/{medium}"
    return _of_kind(reader.kinds(schema), schema)


def _of_kind(kinds: Set[str], schema: Mapping[str, Any]) -> Any:
    """Return a value of a kind, where nothing else says what to give."""
    number = schema.get("minimum", 1)
    known = {"integer": number, "number": number, "boolean": False, "object": {}}
    for kind, value in known.items():
        if kind in kinds:
            return value
    return "..."
