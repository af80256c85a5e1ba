"""Money: prices, estimates, the balance, and ceilings, over real HTTP."""

import json
import pickle
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from runcomfy_models import (
    APIError,
    ConfigurationError,
    InsufficientBalanceError,
    InvalidInputError,
    ModelNotFoundError,
    OverBudgetError,
    Result,
    RunComfy,
    SubmitUncertainError,
    UnexpectedResponseError,
    load,
)
from runcomfy_models.blackforestlabs import flux_2_pro_edit
from runcomfy_models.simulator import Simulator
from tests.support.faces import Face
from tests.support.scripted_server import Reply, ScriptedServer

EDIT = "blackforestlabs/flux-2/pro/edit"
MODEL = f"/v1/models/{EDIT}"


def edit(prompt: str = "a hat") -> flux_2_pro_edit.Input:
    return flux_2_pro_edit.Input(prompt=prompt, image_urls=["https://x.test/a.png"])


def entry(text: str) -> Reply:
    body = f'{{"model_id": "{EDIT}", "input_schema": {{}}, {text}}}'
    return Reply(body=body.encode(), headers={"Content-Type": "application/json"})


def priced(server: ScriptedServer, usd: str, unit: str = '"output"') -> None:
    server.script(MODEL, entry(f'"base_price_usd": {usd}, "price_unit": {unit}'))


@pytest.fixture
def service() -> Iterator[Simulator]:
    with Simulator(queued=0, running=0, balance="1.00") as simulator:
        yield simulator


@pytest.fixture
def client(face: Face, service: Simulator) -> Any:
    return face.client(base_url=service.url, token=service.token)


@pytest.mark.parametrize(
    "written", ["0.1", "0.57", "2", "0", "0.123456789012", "1e-3", "1E2"]
)
def test_a_price_is_read_as_it_is_written(
    face: Face, server: ScriptedServer, written: str
) -> None:
    priced(server, written)
    price = face.client().price(EDIT)
    assert price.rate == Decimal(written)
    assert (price.unit, price.note, price.why) == ("output", "", "")
    assert price.read_at.utcoffset() is not None


@pytest.mark.parametrize(
    "written",
    [
        *('"base_price_usd": null', '"base_price_usd": "0.04"', '"other": 1'),
        *('"base_price_usd": -1', '"base_price_usd": NaN', '"base_price_usd": true'),
        *('"base_price_usd": Infinity', '"base_price_usd": 1e400'),
        *('"base_price_usd": 1e-400', '"base_price_usd": 10000000'),
        *('"base_price_usd": [0.04]', '"base_price_usd": {"usd": 0.04}'),
        '"base_price_usd": 0.' + "1" * 5000,
    ],
)
def test_a_price_that_is_not_one_is_unknown(
    face: Face, server: ScriptedServer, written: str
) -> None:
    server.script(MODEL, entry(f'{written}, "price_unit": "output"'))
    client = face.client()
    price = client.price(EDIT)
    assert (price.rate, price.unit) == (None, None)
    assert price.why
    found = client.estimate(edit())
    assert found.usd is None
    assert price.why in found.why
    with pytest.raises(OverBudgetError):
        client.run(edit(), max_cost_usd=1000)
    assert not server.calls("submit")


@pytest.mark.parametrize("unit", ['"megapixel"', "null", '""', "3", '"Output"'])
def test_a_price_for_an_unknown_unit_is_unknown(
    face: Face, server: ScriptedServer, unit: str
) -> None:
    priced(server, "0.04", unit)
    client = face.client()
    assert client.price(EDIT).rate is None
    assert client.estimate(edit()).usd is None


def test_a_price_is_asked_for_by_id_module_or_input(
    client: Any, service: Simulator
) -> None:
    service.set_price(EDIT, 0.5)
    for model in (EDIT, flux_2_pro_edit, flux_2_pro_edit.Input, edit(), load(EDIT)):
        assert client.price(model).rate == Decimal("0.5")
    with pytest.raises(ConfigurationError, match="model_id"):
        client.price(3)
    with pytest.raises(ModelNotFoundError):
        client.price("no/such")


def test_a_price_is_read_each_time(client: Any, service: Simulator) -> None:
    service.set_price(EDIT, 0.5)
    assert client.estimate(edit()).usd == Decimal("0.5")
    service.set_price(EDIT, 0.7)
    assert client.estimate(edit()).usd == Decimal("0.7")


@pytest.mark.parametrize(
    ("body", "usd"),
    [
        ({"duration": 5}, "0.35"),
        ({"duration": 2.5}, "0.175"),
        ({"duration": "10"}, "0.70"),
        ({}, None),
        ({"duration": None}, None),
        ({"duration": "auto"}, None),
        ({"duration": "5s"}, None),
        ({"duration": 0}, None),
        ({"duration": -1}, None),
        ({"duration": True}, None),
        ({"duration": 1e9}, None),
        ({"duration": [5]}, None),
        ({"duration": 5, "num_videos": 2}, None),
        ({"duration": 5, "num_videos": 1}, "0.35"),
    ],
)
def test_a_price_for_a_second_is_multiplied_by_the_duration(
    client: Any, service: Simulator, body: dict[str, Any], usd: str | None
) -> None:
    service.set_price(EDIT, 0.07, "second")
    found = client.estimate_model(EDIT, body)
    assert found.usd == (None if usd is None else Decimal(usd))
    assert found.why


@pytest.mark.parametrize("unit", ["output", "second"])
def test_what_depends_on_more_than_the_duration_is_unknown(
    client: Any, service: Simulator, unit: str
) -> None:
    service.set_price(EDIT, 0.07, unit, note="Double at 4K.\nSee\tthe page.")
    found = client.estimate_model(EDIT, {"duration": 5})
    assert found.usd is None
    assert "Double at 4K. See the page." in found.why
    assert found.price.rate == Decimal("0.07")


def test_several_outputs_for_a_price_of_one_are_unknown(
    client: Any, service: Simulator
) -> None:
    service.set_price(EDIT, 0.04)
    assert client.estimate_model(EDIT, {"num_images": 4}).usd is None
    assert client.estimate_model(EDIT, {"num_images": 1}).usd == Decimal("0.04")


def test_a_price_of_another_model_is_not_taken(
    face: Face, server: ScriptedServer
) -> None:
    server.script(MODEL, Reply(json={"model_id": "a/b", "base_price_usd": 1}))
    with pytest.raises(UnexpectedResponseError):
        face.client().price(EDIT)


def test_a_price_is_asked_for_again_when_the_service_is_busy(
    face: Face, server: ScriptedServer
) -> None:
    server.script(MODEL, Reply(429), Reply(503), Reply(drop=True), entry('"x": 1'))
    assert face.client().price(EDIT).rate is None
    assert len(server.calls(MODEL)) == 4


def test_the_balance_falls_by_what_a_job_costs(client: Any, service: Simulator) -> None:
    service.set_price(EDIT, 0.4)
    assert client.balance().usd == Decimal("1")
    assert client.balance().currency == "USD"
    result = client.run(edit(), max_cost_usd="0.40")
    assert isinstance(result, Result)
    assert result.cost == Decimal("0.4")
    assert client.balance().usd == service.balance == Decimal("0.6")


def test_a_job_that_fails_is_paid_back(face: Face) -> None:
    faults = ["submit/failed"]
    with Simulator(queued=0, running=0, balance=1, faults=faults) as service:
        client = face.client(base_url=service.url, token=service.token)
        job = client.submit(edit())
        assert service.balance == Decimal("0.96")
        with pytest.raises(Exception, match="failed"):
            job.wait()
        assert service.balance == 1


def test_without_balance_nothing_is_taken(client: Any, service: Simulator) -> None:
    service.set_price(EDIT, 0.6)
    client.run(edit())
    with pytest.raises(InsufficientBalanceError) as caught:
        client.run(edit())
    assert caught.value.status_code == 402
    assert len(service.jobs) == 1
    service.balance = 5
    client.run(edit())


@pytest.mark.parametrize(
    ("body", "usd"),
    [
        ({"balance_usd": 12.5, "balance_microdollars": 12500000}, "12.5"),
        ({"balance_microdollars": 100000}, "0.1"),
        ({"balance_usd": -0.1, "currency": "USD"}, "-0.1"),
    ],
)
def test_a_balance_is_read_from_either_number(
    face: Face, server: ScriptedServer, body: dict[str, Any], usd: str
) -> None:
    server.script("/prod/v2/balance", Reply(json=body))
    assert face.client().balance().usd == Decimal(usd)


@pytest.mark.parametrize("body", [{}, {"balance_usd": "12"}, {"balance_usd": None}])
def test_a_balance_that_is_not_one_is_an_error(
    face: Face, server: ScriptedServer, body: dict[str, Any]
) -> None:
    server.script("/prod/v2/balance", Reply(json=body))
    with pytest.raises(UnexpectedResponseError, match="balance"):
        face.client().balance()


def test_a_balance_that_is_nowhere_is_no_lost_request(
    face: Face, server: ScriptedServer
) -> None:
    with pytest.raises(APIError) as caught:
        face.client().balance()
    assert type(caught.value) is APIError


def test_the_account_may_live_elsewhere(
    face: Face, server: ScriptedServer, token: str
) -> None:
    other = ScriptedServer()
    try:
        other.script("/prod/v2/balance", Reply(json={"balance_usd": 3}))
        client = face.client(account_url=other.url + "/")
        assert client.balance().usd == 3
        (asked,) = other.received
        assert asked.headers["host"] == other.url.removeprefix("http://")
        assert asked.headers["authorization"] == f"Bearer {token}"
        client.run(edit())
        assert len(other.received) == 1
    finally:
        other.stop()
    assert not server.calls("/prod/v2/balance")


def test_with_another_base_url_the_services_account_is_left_alone(
    token: str,
) -> None:
    own = RunComfy(token)
    other = RunComfy(token, base_url="http://127.0.0.1:9")
    given = RunComfy(token, account_url="http://127.0.0.1:8/v1")
    origins = [client._settings.account_url for client in (own, other, given)]
    assert origins == [
        "https://api.runcomfy.net",
        "http://127.0.0.1:9",
        "http://127.0.0.1:8",
    ]
    with pytest.raises(ConfigurationError):
        RunComfy(token, account_url="ftp://x.test")


def test_above_its_ceiling_nothing_is_sent(client: Any, service: Simulator) -> None:
    service.set_price(EDIT, 0.4)
    for method in ("run", "submit"):
        with pytest.raises(OverBudgetError) as caught:
            getattr(client, method)(edit(), max_cost_usd=0.39)
    for method in ("run_model", "submit_model"):
        with pytest.raises(OverBudgetError):
            getattr(client, method)(EDIT, {"prompt": "x"}, max_cost_usd=0)
    assert not service.jobs
    error = caught.value
    assert error.estimate.usd == Decimal("0.4")
    assert error.max_cost_usd == Decimal("0.39")
    assert "0.39" in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert again.estimate == error.estimate


def test_the_unknown_passes_only_where_it_may(client: Any, service: Simulator) -> None:
    service.set_price(EDIT, None)
    with pytest.raises(OverBudgetError, match="allow_unpriced"):
        client.run(edit(), max_cost_usd=100)
    assert not service.jobs
    assert client.run(edit(), max_cost_usd=100, allow_unpriced=True).request_id


def test_without_a_ceiling_no_price_is_asked_for(
    client: Any, service: Simulator
) -> None:
    client.run(edit())
    assert not [r for r in service.requests if r.endpoint == "catalogue"]


@pytest.mark.parametrize("ceiling", [-1, float("nan"), "a lot", float("inf"), True])
@pytest.mark.parametrize("method", ["run", "submit", "run_many"])
def test_what_is_not_a_ceiling_is_refused(
    client: Any, service: Simulator, ceiling: Any, method: str
) -> None:
    given = [edit()] if method == "run_many" else edit()
    with pytest.raises(ConfigurationError, match="max_cost_usd"):
        getattr(client, method)(given, max_cost_usd=ceiling)
    assert not service.requests


def test_many_share_one_ceiling(client: Any, service: Simulator) -> None:
    service.balance = 100
    service.set_price(EDIT, 0.3)
    inputs = [edit(str(number)) for number in range(10)]
    found = dict(client.run_many(inputs, concurrency=4, max_cost_usd="1.00"))
    held = [each for each in found.values() if isinstance(each, OverBudgetError)]
    assert len(held) == 7
    assert len(service.jobs) == 3
    assert service.balance == Decimal("99.1")


def test_what_was_refused_does_not_count(face: Face, server: ScriptedServer) -> None:
    priced(server, "0.6")
    server.script("submit", Reply(422), Reply(json={"request_id": "r"}))
    inputs = [edit("1"), edit("2")]
    found = dict(face.client().run_many(inputs, concurrency=1, max_cost_usd=1))
    assert isinstance(found[0], InvalidInputError)
    assert isinstance(found[1], Result)


def test_what_is_uncertain_counts(face: Face, server: ScriptedServer) -> None:
    priced(server, "0.6")
    server.script("submit", Reply(drop=True), Reply(json={"request_id": "r"}))
    inputs = [edit("1"), edit("2")]
    found = dict(face.client().run_many(inputs, concurrency=1, max_cost_usd=1))
    assert isinstance(found[0], SubmitUncertainError)
    assert isinstance(found[1], OverBudgetError)


def test_a_true_cost_takes_the_place_of_its_estimate(
    face: Face, server: ScriptedServer
) -> None:
    priced(server, "0.6")
    cheap = {"status": "succeeded", "output": {"image": "https://x.test/i.png"}}
    server.script("result", Reply(json={**cheap, "cost": 0.1}))
    found = dict(
        face.client().run_many([edit("1"), edit("2")], concurrency=1, max_cost_usd=1)
    )
    assert [type(each) for each in found.values()] == [Result, Result]


@pytest.mark.parametrize("written", ["0.1", "2.85", "0.12345678901234567890"])
def test_a_cost_is_exact(face: Face, server: ScriptedServer, written: str) -> None:
    text = f'{{"status": "succeeded", "output": {{"x": 0.1}}, "cost": {written}}}'
    server.script("result", Reply(body=text.encode()))
    result = face.client().run(edit())
    assert result.cost == Decimal(written)
    assert json.loads(json.dumps(result.raw)) == json.loads(text)
    assert pickle.loads(pickle.dumps(result)).cost == Decimal(written)


def entries(count: int) -> list[dict[str, Any]]:
    return [
        {"model_id": f"a/{number}", "categories": ["edit"], "base_price_usd": 0.1}
        for number in range(count)
    ]


def test_the_catalogue_is_read_to_its_end(face: Face) -> None:
    with Simulator(entries=[*entries(250), "odd", *entries(3)]) as service:
        client = face.client(base_url=service.url, token=service.token)
        found = list(client.catalogue(category="edit"))
        assert [info.model_id for info in found] == [f"a/{n}" for n in range(250)]
        assert found[0].base_price_usd == Decimal("0.1")
        assert [i.model_id for i in client.catalogue(search="a/24")] == [
            "a/24",
            *(f"a/{n}" for n in range(240, 250)),
        ]
        assert client.model("a/3").model_id == "a/3"
        with pytest.raises(ModelNotFoundError):
            client.model("a/none")


def test_a_catalogue_that_never_ends_is_left(face: Face) -> None:
    server = ScriptedServer()
    try:
        page = {"models": entries(1000), "total": 10**9}
        server.script("/v1/models", Reply(json=page))
        found = list(face.client(base_url=server.url).catalogue())
        assert len(found) == 1000
        assert len(server.received) == 10
    finally:
        server.stop()


@pytest.mark.parametrize("body", [{}, {"models": None}, {"models": {"a": 1}}])
def test_a_catalogue_that_is_not_one_is_an_error(
    face: Face, server: ScriptedServer, body: Any
) -> None:
    server.script("/v1/models", Reply(json=body))
    with pytest.raises(UnexpectedResponseError, match="catalogue"):
        list(face.client().catalogue())
