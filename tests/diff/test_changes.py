"""Changes of whole models, of names, and of what is about a model."""

import json
from typing import Any

import pytest

from runcomfy_codegen.diff import Change, version_step
from runcomfy_codegen.diff.report import change_words
from tests.support.folders import compared, entry, folder


def said(*folders: Any) -> list[str]:
    return [
        f"{change.verdict}: {change_words(change)}"
        for change in compared(*folders).changes
    ]


def with_fields(**properties: Any) -> dict[str, Any]:
    return entry(input_schema={"type": "object", "properties": properties})


OBJECT = {"type": "object", "properties": {"width": {"type": "integer"}}}


def test_a_new_model_adds() -> None:
    assert said(folder(), folder(entry())) == ["additive: new model"]


def test_a_removed_model_breaks() -> None:
    assert said(folder(entry()), folder()) == ["breaking: model removed"]


@pytest.mark.parametrize(
    ("successor", "words"),
    [("acme/draw", "model retired; use acme/draw"), ("", "model retired")],
)
def test_a_retired_model_breaks_too(successor: str, words: str) -> None:
    new = folder(retired={"acme/paint": successor})
    assert said(folder(entry()), new) == [f"breaking: {words}"]


def test_a_model_that_only_moved_its_file() -> None:
    moved = folder(entry())
    moved.files["acme/elsewhere.json"] = moved.files.pop("acme/paint.json")  # type: ignore[attr-defined]
    assert said(folder(entry()), moved) == []


def test_another_order_of_keys_is_no_change() -> None:
    old = with_fields(a={"type": "string"}, b={"type": "integer"})
    new = json.loads(json.dumps(old, sort_keys=True))
    assert said(folder(old), folder(dict(reversed(new.items())))) == []


def test_what_is_about_a_model_is_harmless() -> None:
    new = entry(
        base_price_usd=0.5,
        price_unit="second",
        description="Words.",
        display_name="Paint",
        categories=["a"],
        kind="model",
        source_url="https://example.com",
    )
    assert said(folder(entry()), folder(new)) == [
        "harmless: base_price_usd none -> 0.5",
        "harmless: categories changed",
        "harmless: description changed",
        "harmless: display_name changed",
        "harmless: kind changed",
        'harmless: price_unit none -> "second"',
        "harmless: source_url changed",
    ]


def test_an_overlay_counts() -> None:
    overlay = {"input_schema": {"properties": {"a": {"maximum": 3}}}}
    old = with_fields(a={"type": "integer"})
    assert said(folder(old), folder(old, overlays={"acme/paint": overlay})) == [
        "breaking: input a: maximum none -> 3"
    ]


def test_another_module_name_breaks() -> None:
    names = {"modules": {"acme/paint": "brush"}}
    assert said(folder(entry()), folder(entry(), names=names)) == [
        "breaking: module acme.paint -> acme.brush"
    ]


def test_another_field_name_breaks() -> None:
    names = {"fields": {"acme/paint": {"/properties/promptImage": "prompt_image"}}}
    one = with_fields(promptImage={"type": "string"})
    assert said(folder(one), folder(one, names=names)) == [
        "breaking: input promptImage: field promptimage -> prompt_image in Python"
    ]


def test_another_class_name_breaks() -> None:
    names = {"classes": {"acme/paint": {"/properties/size": "Extent"}}}
    one = with_fields(size=OBJECT)
    assert said(folder(one), folder(one, names=names)) == [
        "breaking: input size: class Size -> Extent in Python"
    ]


def choice(*branches: tuple[str, ...]) -> Any:
    """Return a model that takes one of several objects, of which these are the fields."""
    objects = [
        {"type": "object", "properties": {name: {"type": "string"} for name in names}}
        for names in branches
    ]
    return folder(with_fields(a={"anyOf": objects}))


def test_classes_that_swap_their_names_break() -> None:
    one, other = choice(("p",), ("x",)), choice(("x",), ("p",))
    assert said(one, other) == [
        "breaking: input a: class A -> AWithP in Python",
        "breaking: input a: class AWithX -> A in Python",
    ]


def test_names_that_two_classes_swap_break() -> None:
    """Both names are there before and after: they stand for each other's object."""
    one, other = choice(("k", "p"), ("k", "x")), choice(("k", "x"), ("k", "p"))
    assert said(one, other) == [
        "breaking: input a: class A -> AWithK in Python",
        "breaking: input a: class AWithK -> A in Python",
    ]


def test_a_class_that_takes_the_name_of_another_breaks() -> None:
    assert said(choice(("p",)), choice(("x",), ("p",))) == [
        "breaking: input a: class A -> AWithP in Python",
        "additive: input a: object is allowed too",
    ]


def test_a_class_of_other_fields_is_no_rename_of_one_that_went() -> None:
    assert said(choice(("p",), ("x",)), choice(("p",), ("y",))) == [
        "breaking: input a.x: removed",
        "additive: input a.y: new, optional",
    ]


def test_one_class_more_is_no_rename() -> None:
    other = {"type": "object", "properties": {"depth": {"type": "integer"}}}
    assert said(
        folder(with_fields(size=OBJECT)),
        folder(with_fields(size={"anyOf": [OBJECT, other]})),
    ) == ["additive: input size: object is allowed too"]


def test_where_a_change_is() -> None:
    def of(maximum: int) -> dict[str, Any]:
        number = {"type": "integer", "maximum": maximum}
        inner = {"type": "object", "properties": {"scale": number}}
        return with_fields(
            **{
                "a.b": number,
                "c-d": number,
                "loras": {"type": "array", "items": inner},
                "map": {"type": "object", "additionalProperties": number},
                "matrix": {
                    "type": "array",
                    "items": {"type": "array", "items": number},
                },
                "size": inner,
            }
        )

    changes = compared(folder(of(9)), folder(of(8))).changes
    assert [change.field for change in changes] == [
        '"a.b"',
        "c-d",
        "loras[].scale",
        "map.*",
        "matrix[][]",
        "size.scale",
    ]


def test_the_worst_comes_first() -> None:
    old = with_fields(a={"type": "string"}, z={"type": "string"})
    new = with_fields(a={"type": "string", "title": "A"}, b={"type": "string"})
    verdicts = [change.verdict for change in compared(folder(old), folder(new)).changes]
    assert verdicts == ["breaking", "additive", "harmless"]


@pytest.mark.parametrize(
    ("verdicts", "step", "before"),
    [
        ([], "none", "none"),
        (["harmless"], "patch", "patch"),
        (["harmless", "additive"], "minor", "patch"),
        (["additive", "breaking"], "major", "minor"),
    ],
)
def test_the_step_of_the_version(verdicts: list[Any], step: str, before: str) -> None:
    changes = [Change("a/b", "input", "", "x", verdict, "x") for verdict in verdicts]
    assert version_step(changes) == step
    assert version_step(changes, released=False) == before


def test_hostile_unions_end() -> None:
    def nested(depth: int, limit: int) -> dict[str, Any]:
        if not depth:
            return {"type": "integer", "maximum": limit}
        names = ("a", "b", "c")
        branches = [
            {
                "type": "object",
                "required": [f"{name}{limit}"],
                "properties": {f"{name}{limit}": nested(depth - 1, limit)},
            }
            for name in names
        ]
        return {"anyOf": branches}

    old, new = (folder(with_fields(a=nested(5, limit))) for limit in (1, 2))
    assert compared(old, new).changes
