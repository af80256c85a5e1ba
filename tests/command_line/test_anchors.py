"""No two places of a page have one id, also where names differ in case alone."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

from tests.support.workspace import Run, Store

TEXT = {"type": "string"}
ID = re.compile(r'(?: id="|{ #)([^ "}]+)')
LINK = re.compile(r"\]\(#([^)]+)\)")


def thing(*names: str) -> dict[str, Any]:
    return {"type": "object", "properties": dict.fromkeys(names, TEXT)}


def test_each_place_has_an_id_of_its_own(run: Run, store: Store) -> None:
    inside = {
        "foo_bar": thing("a"),
        "foobar": thing("a", "b"),
        "object": thing("a", "a_b"),
        "a": thing("a_b", "b"),
        "a_b": thing("b"),
        "out_put": thing("a", "foo_bar"),
        "in_put": thing("a", "foobar"),
        "lo_ras": {"type": "array", "items": thing("x")},
        "loras": {"type": "array", "items": thing("x")},
    }
    output = {"foo_bar": thing("z"), "foobar": thing("z"), "a": TEXT}
    store(
        "acme/fox.json",
        model_id="acme/fox",
        input_schema={"type": "object", "properties": inside},
        output_schema={"type": "object", "properties": output},
        example={},
    )
    assert run("generate").exit_code == 0
    page = Path("generated/docs/models/acme/fox.md").read_text()
    ids = Counter(found.lower() for found in ID.findall(page))
    assert [name for name, count in ids.items() if count > 1] == []
    assert sum(bool(re.match("object-[a-z]", name)) for name in ids) == 11
    assert {link for link in LINK.findall(page) if link.startswith("object-")} <= set(
        ids
    )
