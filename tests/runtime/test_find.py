"""Models are found by what they are, and loaded by their id, none but the one wanted."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import runcomfy_models
from runcomfy_models._core.model_info import read_info
from tests.support.every_field import packaged

TEXT = {"type": "string"}
MODELS: list[dict[str, Any]] = [
    {
        "model_id": "acme/brush-2/edit",
        "display_name": "Brush",
        "description": "Paints over a picture.",
        "base_price_usd": 0.1,
        "price_unit": "output",
        "input_schema": {
            "type": "object",
            "properties": {
                "prompt": TEXT,
                "image_url": {"type": "string", "format": "image_uri"},
            },
        },
    },
    {
        "model_id": "acme/film/image-to-video",
        "description": "Moves what the brush painted.",
        "categories": ["image-to-video"],
        "source_url": "https://example.com/film",
        "input_schema": {
            "type": "object",
            "properties": {
                "frames": {"type": "array", "format": "image_uris"},
                "sound": {"type": "string", "format": "audio_uri"},
                "size": {"type": "string", "enum": ["s", "l"]},
            },
        },
    },
    {
        "model_id": "Bolt Labs/tune",
        "categories": ["text-to-audio"],
        "input_schema": {"type": "object", "properties": {"lyrics": TEXT}},
    },
]

Found = Callable[[str], Any]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of these models, and of one that was retired."""
    folder = tmp_path_factory.mktemp("found")
    (folder / "schemas").mkdir()
    retired = '"acme/pen" = "acme/brush-2/edit"\n'
    (folder / "schemas/retired.toml").write_text(retired)
    return packaged(folder, MODELS)


@pytest.fixture(scope="module")
def evaluate(package: Path) -> Found:
    """Evaluate an expression where the package is imported as `r`."""

    def run(expression: str) -> Any:
        code = (
            f"import json, sys, runcomfy_models as r\nprint(json.dumps({expression}))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": str(package)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("", ["Bolt Labs/tune", "acme/brush-2/edit", "acme/film/image-to-video"]),
        ("'BRUSH'", ["acme/brush-2/edit", "acme/film/image-to-video"]),
        ("'picture paints'", ["acme/brush-2/edit"]),
        ("'text-to-audio'", ["Bolt Labs/tune"]),
        ("'nothing such'", []),
        ("takes='image'", ["acme/brush-2/edit", "acme/film/image-to-video"]),
        ("takes=['image', 'audio']", ["acme/film/image-to-video"]),
        ("takes='text', makes='image'", ["acme/brush-2/edit"]),
        ("makes={'video'}", ["acme/film/image-to-video"]),
        ("makes='audio'", ["Bolt Labs/tune"]),
        ("vendor='ACME'", ["acme/brush-2/edit", "acme/film/image-to-video"]),
        ("vendor='bolt labs'", ["Bolt Labs/tune"]),
        ("vendor='bolt_labs'", ["Bolt Labs/tune"]),
        ("vendor='acm'", []),
    ],
)
def test_models_are_found(evaluate: Found, call: str, expected: list[str]) -> None:
    assert evaluate(f"[m.model_id for m in r.find({call})]") == expected


def test_what_was_published_is_told(evaluate: Found) -> None:
    shown = "repr(r.load('acme/brush-2/edit').info)"
    assert evaluate(shown) == (
        "ModelInfo(model_id='acme/brush-2/edit', display_name='Brush', "
        "description='Paints over a picture.', "
        "description_source='published', kind='', categories=(), "
        "takes=('text', 'image'), makes=('image',), vendor='acme', "
        "module='brush_2_edit', base_price_usd=Decimal('0.1'), price_unit='output', "
        "pricing_note='', source_url='', deprecated='')"
    )


def test_the_service_and_the_package_tell_the_same(evaluate: Found) -> None:
    told = "[[*i.takes], [*i.makes], [*i.categories], str(i.base_price_usd)]"
    for entry in MODELS:
        i = read_info(entry)
        assert i is not None
        live = [[*i.takes], [*i.makes], [*i.categories], str(i.base_price_usd)]
        found = f"[{told} for i in [r.load({entry['model_id']!r}).info]]"
        assert evaluate(found) == [live]


def test_only_the_model_asked_for_is_imported(evaluate: Found) -> None:
    names = "sorted(n for n in sys.modules if 'acme' in n or n == 'pydantic')"
    assert evaluate(
        f"[r.find('brush'), r.load('acme/brush-2/edit').info, {names}][2:]"
    ) == [[]]
    loaded = evaluate(f"[r.load('acme/brush-2/edit').Input.model_id, {names}]")
    assert loaded == [
        "acme/brush-2/edit",
        ["pydantic", "runcomfy_models.acme", "runcomfy_models.acme.brush_2_edit"],
    ]


def test_a_retired_model_names_its_successor(package: Path) -> None:
    code = "import runcomfy_models as r; r.load('acme/pen')"
    environment = {**os.environ, "PYTHONPATH": str(package)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )
    assert "RetiredModelError" in done.stderr
    assert "use acme/brush-2/edit instead" in done.stderr


def test_a_loaded_model_has_its_classes() -> None:
    model = runcomfy_models.load("blackforestlabs/flux-2/pro/edit")
    from runcomfy_models.blackforestlabs import flux_2_pro_edit

    assert model.Input is flux_2_pro_edit.Input
    assert model.Output is flux_2_pro_edit.Output
    assert model == runcomfy_models.load("blackforestlabs/flux-2/pro/edit")


def test_an_unknown_model_names_the_nearest() -> None:
    with pytest.raises(runcomfy_models.ModelNotFoundError) as caught:
        runcomfy_models.load("blackforestlabs/flux-2/pro/edti")
    assert "'blackforestlabs/flux-2/pro/edit'" in str(caught.value)
    with pytest.raises(runcomfy_models.ModelNotFoundError, match="find"):
        runcomfy_models.load("zzz")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(runcomfy_models.ConfigurationError, match="'picture'"):
        runcomfy_models.find(takes=["text", "picture"])


@pytest.mark.parametrize(
    "entry",
    [
        {"model_id": "a/b"},
        {
            "model_id": "a/b",
            "display_name": None,
            "description": 3,
            "categories": "x",
            "base_price_usd": "much",
            "input_schema": [{"x-media": ["image"]}],
        },
        {"model_id": "a/b", "categories": [None, {}], "base_price_usd": True},
        {"model_id": "a/b", "base_price_usd": float("nan"), "price_unit": {}},
    ],
)
def test_a_malformed_entry_is_read_as_far_as_it_goes(entry: dict[str, Any]) -> None:
    info = read_info(entry)
    assert info is not None
    assert info == runcomfy_models.ModelInfo("a/b")
    assert info.entry is entry


def test_an_entry_without_a_name_is_none() -> None:
    assert read_info({"model_id": " "}) is None
    assert read_info({}) is None


def test_a_price_is_exact() -> None:
    info = read_info(
        {"model_id": "a/b", "base_price_usd": 0.57, "model_url": "https://x"}
    )
    assert info is not None
    assert info.base_price_usd == Decimal("0.57")
    assert info.source_url == "https://x"
