"""A model put together of fields that others share is the one that all passes come to."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from runcomfy_codegen.ir import Model, StoredModel
from runcomfy_codegen.normalise import normalise
from runcomfy_codegen.session import Session
from runcomfy_codegen.store.entries import parse_models
from runcomfy_codegen.store.folder import read_folder
from tests.support.checkout import GOLDEN, SCHEMAS


def _stored(folder: Path) -> tuple[StoredModel, ...]:
    return parse_models(read_folder(folder), None).models


def _said(model: Model) -> tuple[object, ...]:
    schemas = json.dumps([model.input_schema, model.output_schema])
    warnings = [note for note in model.notes if note.severity == "warning"]
    return (
        schemas,
        model.output_pointer,
        model.example,
        warnings,
        sorted(model.notes),
        sorted(model.problems),
    )


@pytest.mark.parametrize(
    "folder", [SCHEMAS, *sorted(GOLDEN.glob("*/schemas"))], ids=str
)
def test_a_session_changes_nothing(folder: Path) -> None:
    session = Session()
    for stored in _stored(folder):
        alone = _said(normalise(stored))
        for _ in range(2):
            assert _said(normalise(stored, session)) == alone


def test_models_share_the_fields_that_are_alike() -> None:
    session = Session()
    stored = next(each for each in _stored(SCHEMAS) if each.overlay is None)
    other = replace(stored, path="acme/other.json")
    one, two = normalise(stored, session), normalise(other, session)
    fields = one.input_schema["properties"]
    assert fields
    for name, child in two.input_schema["properties"].items():
        assert child is fields[name]
    assert {note.file for note in two.notes} == {"acme/other.json"}
