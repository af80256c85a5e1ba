"""The recipes for others' frameworks, run by those: FastAPI and Celery."""

import asyncio
import json
import re
import runpy
from pathlib import Path
from typing import Any

import httpx2
import pytest

from runcomfy_models.simulator import Simulator

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "generated/docs/guides/recipes.md"
INPUT = {"prompt": "A hat", "image_urls": ["https://example.com/a.png"]}


@pytest.fixture
def recipe(
    runcomfy_simulator: Simulator, tmp_path: Path, request: pytest.FixtureRequest
) -> dict[str, Any]:
    """What the block of that title defines."""
    block = rf'```python title="{request.param}"\n(.*?)^```$'
    found = re.search(block, PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found, request.param
    file = tmp_path / request.param
    file.write_text(found[1], "utf-8")
    return runpy.run_path(str(file), run_name="recipe")


@pytest.mark.parametrize("recipe", ["app.py"], indirect=True)
def test_fastapi_takes_an_input_and_answers_with_a_result(
    recipe: dict[str, Any], runcomfy_simulator: Simulator
) -> None:
    app = recipe["app"]

    async def drive() -> None:
        transport = httpx2.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(transport=transport, base_url="http://app") as browser,
        ):
            ran = await browser.post("/run", json=INPUT)
            assert ran.status_code == 200, ran.text
            assert ran.json()["media"][0].endswith(".png")
            assert ran.json()["output"]["image"] == ran.json()["media"][0]
            started = await browser.post("/jobs", json=INPUT)
            state = await browser.get(f"/jobs/{started.json()['request_id']}")
            assert state.json()["state"] in ("in_queue", "in_progress", "completed")
            wrong = {**INPUT, "image_urls": ["a.png"], "seeds": 1}
            refused = await browser.post("/run", json=wrong)
            assert refused.status_code == 422
            places = [fault["loc"] for fault in refused.json()["detail"]]
            assert places == [["body", "image_urls", 0], ["body", "seeds"]]
            document = (await browser.get("/openapi.json")).json()
            [schema] = [
                schema
                for schema in document["components"]["schemas"].values()
                if "image_urls" in schema.get("properties", {})
            ]
            assert schema["required"] == ["prompt", "image_urls"]

    asyncio.run(drive())
    posts = [r.body for r in runcomfy_simulator.requests if r.method == "POST"]
    assert posts == [INPUT, INPUT]


@pytest.mark.parametrize("recipe", ["tasks.py"], indirect=True)
def test_a_celery_task_runs_by_the_client_of_its_worker(
    recipe: dict[str, Any], runcomfy_simulator: Simulator
) -> None:
    recipe["start"]()
    try:
        [medium] = recipe["run"].apply(args=(INPUT,)).get(timeout=30)
    finally:
        recipe["stop"]()
    assert medium.endswith(".png")
    [post] = [r for r in runcomfy_simulator.requests if r.method == "POST"]
    assert json.dumps(post.body) == json.dumps(INPUT)
