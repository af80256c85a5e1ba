"""Stored models that are too large, too deep or no JSON: said so, quickly, without a crash."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from click.testing import CliRunner, Result

from runcomfy_codegen.cli import main
from tests.support.trees import module_files

STRING = {"type": "string"}
SECONDS = 20
"""Of CPU; above what any of these takes. What grows with the square is what it is for."""


def _entry(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, **more}
    return {"model_id": "acme/brush", "input_schema": schema}


def _nested(depth: int, wrap: Callable[[Any], Any]) -> Any:
    schema: Any = STRING
    for _ in range(depth):
        schema = wrap(schema)
    return schema


def _bomb(levels: int) -> dict[str, Any]:
    """Return definitions of which each holds the one before twenty times."""
    found: dict[str, Any] = {"A0": STRING}
    for level in range(levels):
        inner = {"$ref": f"#/$defs/A{level}"}
        found[f"A{level + 1}"] = {
            "type": "object",
            "properties": {f"x{number}": inner for number in range(20)},
        }
    return found


LARGE = {
    "10,000 fields": _entry({f"field_{number}": STRING for number in range(10_000)}),
    "1,000 fields": _entry({f"field_{number}": STRING for number in range(1_000)}),
    "10,000 enum values": _entry(
        {"x": {"type": "string", "enum": [f"value {n}" for n in range(10_000)]}}
    ),
    "a description of 1 MB": _entry(
        {"x": {"type": "string", "description": "width between 1 and up to " * 40_000}}
    ),
    "10,000 values of five types": _entry(
        {
            "x": {
                "enum": [
                    value
                    for n in range(2_000)
                    for value in (f"v{n}", n, n + 0.5, [n], {"a": n})
                ]
            }
        }
    ),
    "900 parts": _entry(
        {"x": {"allOf": [{"properties": {f"a{n}": STRING}} for n in range(900)]}}
    ),
    "2,000 required fields inside": _entry(
        {
            "x": {
                "type": "object",
                "properties": {f"a{number}": STRING for number in range(2_000)},
                "required": [f"a{number}" for number in range(2_000)],
            }
        }
    ),
    "10,000 fields inside": _entry(
        {
            "x": {
                "type": "object",
                "properties": {f"a{number}": STRING for number in range(10_000)},
            }
        }
    ),
    "samples of a million items": _entry(
        {
            "x": {"type": "array", "items": STRING},
            "y": {
                "type": "array",
                "items": {"type": "integer"},
                "default": [1] * 10**6,
            },
        }
    )
    | {"example": {"x": ["abc"] * 10**6}},
    "a pattern of 9,000 characters": _entry(
        {"x": {"type": "string", "pattern": "a" * 9_000}}
    ),
    "an output that demands much": _entry(
        {"x": STRING},
    )
    | {
        "output_schema": {
            "type": "object",
            "properties": {
                "x": {"type": "array", "minItems": 10**9, "items": STRING},
                "y": _nested(
                    20, lambda i: {"type": "array", "minItems": 2, "items": i}
                ),
                "z": {"type": "string", "minLength": 10**12},
            },
        }
    },
    "a word of 1 MB": _entry({"x": {"const": "y" * 2**20}}),
    "lists in lists": _entry(
        {"x": _nested(20, lambda inner: {"type": "array", "items": inner})}
    ),
    "a catastrophic pattern": _entry(
        {
            "x": {
                "type": "string",
                "pattern": "^(a+)+$",
                "default": "a" * 5_000 + "!",
                "examples": ["a" * 5_000 + "!", "a" * 5_000],
            }
        },
        required=["x"],
    ),
    "a required list of 20,000": _entry(
        {"x": {"type": "array", "items": STRING, "minItems": 20_000}}, required=["x"]
    ),
}
REFUSED = {
    "objects in objects": (
        _entry(
            {"x": _nested(200, lambda i: {"type": "object", "properties": {"x": i}})}
        ),
        "nested deeper",
    ),
    "choices in choices": (
        _entry({"x": _nested(200, lambda inner: {"anyOf": [inner]})}),
        "nested deeper",
    ),
    "a choice of 1,000": (
        _entry(
            {"x": {"anyOf": [{"type": "integer", "minimum": n} for n in range(1000)]}}
        ),
        "more than 100 schemas",
    ),
    "a list of 1,000 million": (
        _entry({"x": {"type": "array", "items": STRING, "minItems": 10**9}}),
        "more than 30000 characters",
    ),
    "a text of 10**12 characters": (
        _entry({"x": {"type": "string", "minLength": 10**12}}),
        "more than 30000 characters",
    ),
    "1,000 million fields": (
        _entry({"x": {"type": "object", "minProperties": 10**9}}),
        "more than 30000 characters",
    ),
    "lists of two lists": (
        _entry(
            {"x": _nested(20, lambda i: {"type": "array", "minItems": 2, "items": i})}
        ),
        "more than 30000 characters",
    ),
    "an allOf of 10,000": (
        _entry({"x": {"allOf": [{"type": "integer", "minimum": 1}] * 10_000}}),
        "all of more than 1000 schemas",
    ),
    "a pattern of 1 MB": (
        _entry({"x": {"type": "string", "pattern": "a" * 2**20}}),
        "longer than 10000 characters",
    ),
    "19,000 broken fields": (
        _entry({f"field_{number}": {"type": "cat"} for number in range(19_000)}),
        "field_18999/type: ",
    ),
    "1,900 broken fields": (
        _entry({f"field_{number}": {"type": "cat"} for number in range(1_900)}),
        "field_1899/type: ",
    ),
    "references to a long text": (
        _entry(
            {f"x{number}": {"$ref": "#/$defs/A"} for number in range(5_000)},
            **{"$defs": {"A": STRING | {"description": "y" * 2**20}}},
        ),
        "references stand for more than 4 MiB",
    ),
    "a hundred choices in a hundred": (
        _entry(
            {
                "x": {
                    "anyOf": [
                        {
                            "anyOf": [
                                {"type": "integer", "minimum": 100 * n + m}
                                for m in range(100)
                            ]
                        }
                        for n in range(100)
                    ]
                }
            }
        ),
        "more than 100 schemas",
    ),
    "references that double": (
        _entry({"x": {"$ref": "#/$defs/A8"}}, **{"$defs": _bomb(8)}),
        "more than 20000 schemas",
    ),
    "a recursive reference": (
        _entry({"x": {"$ref": "#"}}),
        "leads back to itself",
    ),
    "a reference to itself": (
        _entry({"x": {"$ref": "#/$defs/X"}}, **{"$defs": {"X": {"$ref": "#/$defs/X"}}}),
        "leads back to itself",
    ),
}
NO_JSON = {
    "NaN": b'{"model_id": "acme/a", "input_schema": {"minimum": NaN}}',
    "Infinity": b'{"model_id": "acme/a", "input_schema": {"minimum": Infinity}}',
    "a number that overflows": b'{"model_id": "acme/a", "input_schema": {"minimum": 1e999}}',
    "a key twice": b'{"model_id": "acme/a", "model_id": "acme/b"}',
    "half a surrogate pair": b'{"model_id": "acme/a", "description": "\\ud800"}',
    "no UTF-8": b'{"model_id": "acme/\xff"}',
    "UTF-16": '{"model_id": "acme/a"}'.encode("utf-16"),
    "nothing": b"",
    "a list": b"[]",
    "brackets without end": b"[" * 100_000,
    "objects without end": b'{"a":' * 100_000,
    "digits without end": b'{"model_id": ' + b"9" * 5_000 + b"}",
}


LONGEST = {"10,000 fields inside", "10,000 fields", "19,000 broken fields"}
"""What takes the generator more than some seconds."""


def _cases(names: Iterable[str]) -> list[Any]:
    marks = {
        name: [pytest.mark.stress, pytest.mark.soak] if name in LONGEST else []
        for name in names
    }
    return [pytest.param(name, marks=found) for name, found in marks.items()]


@pytest.mark.parametrize("name", _cases(LARGE))
def test_large_models_are_generated(name: str) -> None:
    started = process_time()
    files = module_files(LARGE[name])[0] | module_files(LARGE[name], "tests/")[0]
    assert process_time() - started < SECONDS
    assert len(files) == 3
    for path, text in files.items():
        if path.endswith(".py"):
            compile(text, path, "exec")


@pytest.mark.parametrize("name", _cases(REFUSED))
def test_what_never_ends_is_refused(name: str, tmp_path: Path) -> None:
    entry, said = REFUSED[name]
    run = _generate(tmp_path, json.dumps(entry).encode())
    assert run.exit_code == 3
    assert said in run.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", NO_JSON)
def test_what_is_no_json_is_refused(name: str, tmp_path: Path) -> None:
    run = _generate(tmp_path, NO_JSON[name])
    assert run.exit_code == 3, run.output
    assert "schemas/acme/brush.json#" in run.stderr
    assert not (tmp_path / "out").exists()


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    content = json.dumps(_entry({"x": STRING})).encode("utf-8-sig")
    assert _generate(tmp_path, content).exit_code == 0


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    outside.write_text(json.dumps(_entry({"x": STRING})), "utf-8")
    (tmp_path / "schemas" / "acme").mkdir(parents=True)
    (tmp_path / "schemas" / "acme" / "link.json").symlink_to(outside)
    run = _generate(tmp_path, json.dumps(_entry({"x": STRING})).encode())
    assert run.exit_code == 3
    assert "link" in run.stderr


def _generate(folder: Path, content: bytes) -> Result:
    path = folder / "schemas" / "acme" / "brush.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    started = process_time()
    places = ["--schemas", str(folder / "schemas"), "--out", str(folder / "out")]
    run = CliRunner().invoke(main, ["generate", *places])
    assert process_time() - started < SECONDS
    assert run.exception is None or isinstance(run.exception, SystemExit), run.exception
    return run
