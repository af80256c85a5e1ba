"""Reading a result: output, media, cost, times."""

import pickle
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from runcomfy_models import Result
from runcomfy_models._models import OutputModel
from runcomfy_models.blackforestlabs.flux_2_pro_edit import Output
from runcomfy_models.results import read_result

A, B, C = "https://x.test/a.png?sig=1", "http://x.test/b", "data:image/png;base64,aGk="


def result(output: Any, **more: Any) -> Result[Output]:
    return read_result({"output": output, **more}, "r", Output)


@pytest.mark.parametrize(
    ("output", "media"),
    [
        ({"image": A}, [A]),
        ({"images": [A, B], "video": A, "text": "see https://x.test/c"}, [A, B]),
        ({"anything": {"deep": [{"er": B}, [C]]}, "n": 1, "none": None}, [B, C]),
        (A, [A]),
        ([A, {"url": B}], [A, B]),
        (f" {A}\n", [A]),
        ("plain words", []),
        ("a.png", []),
        ("", []),
        (None, []),
        (7, []),
        ({"image": "HTTPS://X.test/A.PNG"}, ["HTTPS://X.test/A.PNG"]),
        ({"image": "file:///etc/passwd"}, ["file:///etc/passwd"]),
        ({"image": "https://x.test/a b.png"}, ["https://x.test/a b.png"]),
        ({"text": "https://x.test/a is a page"}, []),
        ({"text": "https://x.test/a\nb.png"}, []),
        (["data:image/png;base64,aG\n k="], ["data:image/png;base64,aG\n k="]),
    ],
)
def test_media_are_found_wherever_they_are(output: Any, media: list[str]) -> None:
    assert result(output, input={"image_url": "https://x.test/in.png"}).media() == media


def test_deep_outputs_do_not_exhaust_the_stack() -> None:
    deep: Any = A
    for _ in range(5_000):
        deep = [deep]
    assert result(deep).media() == [A]


def test_output_is_typed_and_keeps_the_unknown() -> None:
    found = result({"image": A, "images": "odd", "new": 1})
    assert isinstance(found.output, Output)
    assert found.output.image == A
    assert found.output.images == "odd"  # type: ignore[comparison-overlap]
    assert found.output.model_extra == {"new": 1}
    assert found.raw["output"]["new"] == 1


@pytest.mark.parametrize("output", [A, [A], None, 3])
def test_an_output_that_is_no_object_stays_raw(output: Any) -> None:
    found = result(output)
    assert found.output == Output()
    assert found.raw == {"output": output}


def test_without_a_type_the_output_is_open() -> None:
    found: Result[OutputModel] = read_result({"output": {"x": 1}}, "r", None)
    assert type(found.output) is OutputModel
    assert found.output.model_extra == {"x": 1}


@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        (2.85, Decimal("2.85")),
        ("0.5", Decimal("0.5")),
        (None, None),
        ("?", None),
        ({}, None),
    ],
)
def test_cost(cost: Any, expected: Decimal | None) -> None:
    assert result({}, cost=cost).cost == expected


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20T10:00:00Z", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("2026-11-20T10:00:00.5+00:00", datetime(2026, 11, 20, 10, 0, 0, 500_000, UTC)),
        (1_795_168_800, datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("yesterday", None),
        (None, None),
        (1e300, None),
    ],
)
def test_times(text: Any, moment: datetime | None) -> None:
    found = result({}, created_at=text, finished_at=text)
    assert found.created_at == found.finished_at == moment


def test_results_pickle_and_show_little() -> None:
    found = result({"image": A})
    again = pickle.loads(pickle.dumps(found))
    assert again == found
    assert again.output == found.output
    for protocol in range(pickle.HIGHEST_PROTOCOL):
        assert pickle.loads(pickle.dumps(found, protocol)) == found
    assert again != 1
    assert repr(found) == "Result(request_id='r', media=['https://x.test/a.png'])"
