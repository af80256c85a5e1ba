"""The catalogue: pages, filters, categories and single entries."""

from typing import Any

import pytest

from runcomfy_models.simulator import Simulator
from tests.support.raw_api import EDIT, RawAPI

ENTRIES: list[dict[str, Any]] = [
    {
        "model_id": f"vendor/model-{number}",
        "display_name": f"Model {number}",
        "kind": "pipeline" if number % 3 == 0 else "model",
        "categories": ["text-to-video"] if number % 2 else ["edit", "text-to-image"],
        "input_schema": {"type": "Object", "properties": {"x": {"type": "float"}}},
        "odd": {"key": [None, "é"]},
    }
    for number in range(120)
]


def listed(query: str, entries: list[Any] | None = None) -> Any:
    brought = ENTRIES if entries is None else entries
    with Simulator(entries=brought) as sim, RawAPI(sim) as api:
        return api.call("GET", f"/v1/models{query}").json


def test_entries_are_served_exactly_as_given() -> None:
    assert listed("?include_schema=true&limit=500") == {"models": ENTRIES, "total": 120}


def test_without_include_schema_there_is_none() -> None:
    first = listed("?limit=1")["models"][0]
    assert first == {k: v for k, v in ENTRIES[0].items() if k != "input_schema"}


@pytest.mark.parametrize(
    ("query", "numbers", "total"),
    [
        ("", range(100), 120),
        ("?offset=100", range(100, 120), 120),
        ("?offset=118&limit=5", range(118, 120), 120),
        ("?offset=500", [], 120),
        ("?limit=2&category=edit", [0, 2], 60),
        ("?limit=2&kind=pipeline&category=text-to-video", [3, 9], 20),
        ("?search=MODEL-11", [11, *range(110, 120)], 11),
        ("?search=model%20119", [119], 1),
        ("?search=nothing", [], 0),
        ("?search=&category=&kind=&limit=1", [0], 120),
    ],
)
def test_pages_and_filters(query: str, numbers: Any, total: int) -> None:
    page = listed(query)
    assert [m["model_id"] for m in page["models"]] == [
        f"vendor/model-{number}" for number in numbers
    ]
    assert page["total"] == total


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=x", "limit=", "offset=-1", "limit=1e2"]
)
def test_a_senseless_page_is_refused(api: RawAPI, query: str) -> None:
    answer = api.call("GET", f"/v1/models?{query}")
    assert (answer.status, answer.json["error_code"]) == (422, 422001)
    assert answer.json["detail"][0]["loc"] == ["query", query.partition("=")[0]]


def test_categories_and_one_entry() -> None:
    with Simulator(entries=ENTRIES) as sim, RawAPI(sim) as api:
        assert api.call("GET", "/v1/models/categories").json == {
            "categories": ["edit", "text-to-image", "text-to-video"]
        }
        assert api.call("GET", "/v1/models/vendor/model-7").json == ENTRIES[7]


def test_disorderly_entries_are_served_too() -> None:
    odd: list[Any] = [
        {"input_schema": {}},
        None,
        "text",
        {"model_id": 7, "categories": "x"},
    ]
    page = listed("?include_schema=true", odd)
    assert page == {"models": odd, "total": 4}
    assert listed("?search=x", odd)["total"] == 0


def test_the_packages_own_models_are_the_default(
    api: RawAPI, simulator: Simulator
) -> None:
    page = api.call("GET", f"/v1/models?search={EDIT}&include_schema=true").json
    assert [model["model_id"] for model in page["models"]] == [EDIT]
    assert page["models"][0] == api.call("GET", f"/v1/models/{EDIT}").json
    assert "prompt" in page["models"][0]["input_schema"]["properties"]
    assert simulator.model_count >= page["total"]
