"""Whatever a stored model holds, it becomes Problems, or files that hold it as text."""

import ast
import io
import json
import tokenize
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import black
import markdown
import pytest
from hypothesis import HealthCheck, assume, given, settings

from tests.support.agreement import OurJudge, disagreement
from tests.support.checkout import copy_what_modules_import
from tests.support.payloads import payloads
from tests.support.stored_models import HOSTILE, MARK, entries, schemas, texts
from tests.support.trees import PACKAGE, Generated, imported, module_files
from tests.support.written_code import CALLS, MODE, NODES, Tags, judge_page

given_entry = given(entry=entries())


def _module(files: Mapping[str, str]) -> str:
    return next(text for path, text in files.items() if _is_module(path))


def _is_module(path: str) -> bool:
    return path.startswith("runcomfy_models/") and path.endswith(".py")


@settings(max_examples=40)
@given_entry
def test_text_stays_text_in_python(entry: dict[str, Any]) -> None:
    files, names = module_files(entry)
    files |= module_files(entry, "tests/")[0]
    for path, text in files.items():
        assert not PurePosixPath(path).is_absolute()
        assert ".." not in PurePosixPath(path).parts
        assert MARK not in path or any(name in path for name in names)
        if path.endswith(".py"):
            compile(text, path, "exec")
            for token in tokenize.generate_tokens(io.StringIO(text).readline):
                if token.type not in (tokenize.STRING, tokenize.NL):
                    assert MARK not in token.string or token.string in names, token
        elif path.endswith(".json"):
            json.loads(text)
    if files:
        for node in ast.walk(ast.parse(_module(files))):
            assert isinstance(node, NODES), ast.dump(node)
            if isinstance(node, ast.Call):
                assert isinstance(node.func, ast.Name)
                assert node.func.id in CALLS


@settings(max_examples=20)
@given_entry
def test_black_changes_nothing(entry: dict[str, Any]) -> None:
    files = module_files(entry)[0] | module_files(entry, "tests/")[0]
    for path, text in files.items():
        if path.endswith(".py"):
            assert black.format_str(text, mode=MODE) == text


@settings(max_examples=15)
@given_entry
def test_text_stays_text_in_docs(entry: dict[str, Any]) -> None:
    files, _ = module_files(entry, "docs/")
    for path, text in files.items():
        if not path.endswith(".md"):
            continue
        page = judge_page(text)
        rendered = markdown.markdown(
            page, extensions=["tables", "fenced_code", "attr_list", "admonition"]
        )
        Tags().feed(rendered)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(entry=entries(schemas()))
def test_any_schema_agrees_with_jsonschema(
    entry: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    files, _ = module_files(entry)
    assume(files)
    module = _written(files, tmp_path_factory.mktemp("any"))
    schema = next(json.loads(t) for p, t in files.items() if "/_schemas/" in p)
    model = Generated("any", module, schema["input_schema"])
    try:
        bodies = list(payloads(model.input_schema))
    except AssertionError:  # nothing meets such a schema
        assume(False)
    for body in bodies:
        said = disagreement(model, OurJudge(model.input_schema), body)
        assert not said, f"{said}\n{model.input_schema}"


def _written(files: Mapping[str, str], folder: Path) -> Any:
    """Return the module of a model, imported from a folder of its own."""
    found = next(path for path in files if _is_module(path))
    root = f"{folder.name}_tree"
    copy_what_modules_import(folder / root / PACKAGE)
    for path, text in files.items():
        if _is_module(path):
            (folder / root / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / root / path).write_text(text, "utf-8")
    return imported(folder, f"{root}/{found.removesuffix('.py')}")


@pytest.mark.parametrize("part", range(3))
def test_each_hostile_text_everywhere(part: int) -> None:
    hostile = MARK.join(["", *HOSTILE[part::3], ""])
    entry = {
        "model_id": "acme/brush",
        "display_name": hostile,
        "description": hostile,
        "kind": hostile,
        "categories": [hostile],
        "price_unit": hostile,
        "pricing_note": hostile,
        "example": {hostile: hostile},
        "input_schema": {
            "type": "object",
            "title": hostile,
            "properties": {
                hostile: {
                    "type": "string",
                    "title": hostile,
                    "description": hostile,
                    "default": hostile,
                },
                "choice": {"type": "string", "enum": [hostile], "default": hostile},
                "nested": {
                    "type": "object",
                    "description": hostile,
                    "properties": {f"{hostile}2": {"const": hostile}},
                },
                "validated": {
                    "type": "string",
                    "format": hostile,
                    "validations": [{"validation_rule": hostile, hostile: hostile}],
                },
            },
        },
    }
    assert module_files(entry)[0]
    for check in (
        test_text_stays_text_in_python,
        test_text_stays_text_in_docs,
        test_black_changes_nothing,
    ):
        check.hypothesis.inner_test(entry)


@given(text=texts())
@settings(max_examples=30)
def test_texts_are_kept(text: str) -> None:
    entry = {
        "model_id": "acme/brush",
        "description": text,
        "input_schema": {
            "type": "object",
            "properties": {"x": {"const": text}, text: {"type": "integer"}},
        },
    }
    files, _ = module_files(entry)
    assume(files)
    tree = ast.parse(_module(files))
    constants = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)}
    assert text in constants
