"""Normalise each field once a run: models of one service share most of theirs.

Every pass looks at a schema and at what is inside it, and never at a schema beside it. So
a field that stands in many models under one name comes to the same in all of them, and a
model is put together of

- its frame: the root, with a placeholder for each field, that no pass has a word to say on;
- its fields, each normalised in a model that has no other, and without its own words,
  which differ most and decide nothing;
- its output, which most models share as a whole.

What a pass says of a model as a whole (references, which lead anywhere; sizes, which add
up; an overlay, which notes are filed under) is excluded by `is_separable`: such a model goes
through the passes as it is. So does one with a Problem, which is rare, and then worth it.
"""

import json
import re
from dataclasses import dataclass, replace

from runcomfy_codegen.ir import Model, Note, Schema
from runcomfy_codegen.normalise.passes.check_example import check_example
from runcomfy_codegen.normalise.passes.notice_prose import notice
from runcomfy_codegen.normalise.passes.unwrap_output import makes_audio
from runcomfy_codegen.normalise.pipeline import CODES, run_passes
from runcomfy_codegen.normalise.report import Report
from runcomfy_codegen.schema.keywords import WORDS
from runcomfy_codegen.schema.parts import is_list_of, picked
from runcomfy_codegen.schema.pointer import escape
from runcomfy_codegen.session import Session

FRAME = frozenset(("additionalProperties", "description", "properties", "required"))
FRAME |= {"title", "type"}
"""The keywords of a root that no field's meaning depends on."""
PLACEHOLDER: Schema = {"type": "boolean"}
EMPTY: Schema = {"type": "object", "properties": {}, "additionalProperties": False}
MOST_FIELDS, LONGEST = 100, 50_000
LEAST = re.compile(r'"min(?:Items|Length|Properties)": (\d+)')
LARGEST_LEAST = 100
"""What a field demands at least, multiplied: a hundred of them are still small."""
PROSE = "notice-prose"
ORDER = {code: number for number, code in enumerate(CODES)}


@dataclass(frozen=True, slots=True)
class _Part:
    """A schema of a model, normalised by itself, and what was said of it."""

    schema: Schema
    notes: tuple[Note, ...]
    is_whole: bool
    """Whether it has no Problem."""
    pointer: str = ""


def is_separable(model: Model) -> bool:
    """Whether the fields of a model can be normalised one by one."""
    root = model.input_schema
    if model.overlay is not None or not FRAME.issuperset(root):
        return False
    fields = root.get("properties")
    if root.get("type") != "object" or not isinstance(fields, dict):
        return False
    is_small = len(fields) <= MOST_FIELDS
    has_schemas = is_list_of([*fields.values()], dict)
    has_names = is_list_of(root.get("required", []), str)
    return is_small and has_schemas and has_names


def normalise_by_field(model: Model, session: Session) -> Model:
    """Return what all passes come to. The model has to be separable."""
    fields = model.input_schema["properties"]
    texts = {name: json.dumps(child) for name, child in fields.items()}
    if not all(map(_is_local, texts.values())):
        return run_passes(model)
    required = frozenset(model.input_schema.get("required", ()))
    parts = []
    for name, text in texts.items():
        parts.append(session.once(_field, name, text, name in required, session))
    bare = {**model.input_schema, "properties": dict.fromkeys(fields, PLACEHOLDER)}
    frame = session.once(_frame, json.dumps(bare))
    output = session.once(_output, json.dumps(model.output_schema), makes_audio(model))
    in_order = (frame, *parts, output)
    if not all(part.is_whole for part in in_order):
        return run_passes(model)
    properties = {name: part.schema for name, part in zip(fields, parts, strict=True)}
    said = [note for part in in_order for note in part.notes]
    said.sort(key=lambda note: ORDER[note.code])
    whole = replace(
        model,
        input_schema={**frame.schema, "properties": properties},
        output_schema=output.schema,
        output_pointer=output.pointer,
        notes=tuple(_filed(note, model.path) for note in said),
    )
    return whole if model.example is None else _with_example(whole)


def _is_local(text: str) -> bool:
    """Whether a field says nothing that depends on, or adds up with, what is beside it."""
    refers = '"$' in text or '"definitions"' in text
    if refers or len(text) > LONGEST:
        return False
    least = 1
    for found in LEAST.finditer(text):
        least *= 1 + min(int(found[1]), LARGEST_LEAST)
    return least <= LARGEST_LEAST


def _field(name: str, text: str, is_required: bool, session: Session) -> _Part:
    """Normalise a field, its words apart from the rest of it."""
    published = json.loads(text)
    words = _words_of(published)
    bare = json.dumps(published | dict.fromkeys(words, ""))
    part = session.once(_bare_field, name, bare, is_required)
    if not words:
        return part
    schema = {key: words.get(key, value) for key, value in part.schema.items()}
    report = Report("", None, "")
    if "description" in words:
        notice(schema, _place(name), report)
    notes = (*part.notes, *(replace(note, code=PROSE) for note in report.notes))
    return replace(part, schema=schema, notes=notes)


def _words_of(schema: Schema) -> dict[str, str]:
    """Return what a schema says to a reader alone."""
    words = {}
    for keyword, value in picked(schema, WORDS).items():
        if isinstance(value, str):
            words[keyword] = value
    return words


def _place(name: str) -> str:
    return f"/input_schema/properties/{escape(name)}"


def _bare_field(name: str, text: str, is_required: bool) -> _Part:
    """Normalise a field in a model that has no other."""
    schema = {**EMPTY, "properties": {name: json.loads(text)}}
    if is_required:
        schema["required"] = [name]
    model = run_passes(_model(schema, EMPTY))
    place = _place(name)
    notes = tuple(n for n in model.notes if n.pointer.startswith(place))
    properties = model.input_schema.get("properties", {})
    return _Part(properties.get(name, {}), notes, not model.problems)


def _frame(text: str) -> _Part:
    """Normalise the root of an input, with placeholders for its fields."""
    model = run_passes(_model(json.loads(text), EMPTY))
    return _Part(model.input_schema, model.notes, not model.problems)


def _output(text: str, is_audio: bool) -> _Part:
    """Normalise an output, which depends on whether audio is made."""
    model = _model(EMPTY, json.loads(text))
    model = run_passes(replace(model, categories=("audio",) if is_audio else ()))
    whole = not model.problems
    return _Part(model.output_schema, model.notes, whole, model.output_pointer)


def _model(input_schema: Schema, output_schema: Schema) -> Model:
    """Return a model of which nothing but its schemas is known."""
    return Model(
        path="",
        overlay=None,
        overlay_path="",
        model_id="",
        display_name="",
        description="",
        kind="",
        categories=(),
        base_price_usd=None,
        price_unit="",
        pricing_note="",
        source_url="",
        example=None,
        input_schema=input_schema,
        output_schema=output_schema,
    )


def _filed(note: Note, path: str) -> Note:
    """Return a note of a part as one of a model's file."""
    return Note(
        path, note.pointer, note.severity, note.before, note.after, note.why, note.code
    )


def _with_example(model: Model) -> Model:
    """Return a model whose published example its whole input has judged."""
    known = len(model.notes)
    judged = check_example(model)
    news = [replace(note, code=CODES[-1]) for note in judged.notes[known:]]
    return replace(judged, notes=(*judged.notes[:known], *news))
