"""The stages alone come to what a golden case expects, in memory and without a command.

They do it in a fraction of the time that `generate` takes for the files that all models
share, so that they can judge thousands of mutants.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from runcomfy_codegen.app.build import Build, build
from runcomfy_codegen.cli._wording import note_line, problem_line
from runcomfy_codegen.errors import ProblemsError
from runcomfy_codegen.ir import Templates
from runcomfy_codegen.render import render
from runcomfy_codegen.resources import load_templates, runtime_names
from runcomfy_codegen.session import Session
from runcomfy_codegen.store.folder import read_folder

CASES = Path(__file__).parent / "cases"
SCHEMAS = Path("schemas")


@cache
def _templates() -> Templates:
    return load_templates()


@cache
def _own_templates() -> Templates:
    shipped = _templates()
    own = {
        path: text
        for path, text in shipped.files.items()
        if "{module}" in path or "{retired}" in path
    }
    return Templates(own, shipped.version)


@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda case: case.name)
def test_case(case: Path) -> None:
    expected = {
        path.relative_to(case / "expected").as_posix(): path.read_text("utf-8")
        for path in (case / "expected").rglob("*")
        if path.is_file()
    }
    try:
        reserved = runtime_names(_templates())
        built = build(read_folder(case / "schemas"), reserved, Session())
        come = _come(built)
    except ProblemsError as error:
        lines = sorted(problem_line(SCHEMAS, problem) for problem in error.problems)
        said = expected.pop("problems.txt").splitlines()
        assert lines == sorted(said[:-1])
        assert said[-1].startswith(f"{len(lines)} Problem")
        assert not expected
        return
    said = expected.pop("notes.txt").splitlines()
    notes = [note for model in built.models for note in model.notes]
    notes.sort(key=lambda note: (note.severity != "warning", note))
    assert [note_line(SCHEMAS, note) for note in notes] == said[:-1]
    assert {path: come[path] for path in expected} == {
        path: json.loads(text) if path.endswith(".json") else text
        for path, text in expected.items()
    }


def _come(built: Build) -> dict[str, Any]:
    """Return the files of the models, those in JSON read."""
    built.refuse_problems()
    models = frozenset(model.model_id for model in built.models)
    come: dict[str, Any] = {}
    for file in render(built.package, _own_templates(), models):
        text = file.content.decode()
        if file.path.endswith(".json"):
            come[file.path.removeprefix("runcomfy_models/")] = json.loads(text)
        else:
            come[file.path] = text
    return come
