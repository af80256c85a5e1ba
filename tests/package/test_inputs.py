"""What every generated input does beside checking its fields."""

import copy
import json
import pickle
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from runcomfy_models import RunComfy
from runcomfy_models._models import NULLABLE, wire_body
from runcomfy_models._models.bases import (
    InputModel,
    InputObject,
    OpenInputObject,
    OutputModel,
)
from runcomfy_models.blackforestlabs import flux_2_pro_edit
from runcomfy_models.simulator import Simulator

BODY = {"prompt": "A cat", "image_urls": ["https://example.com/a.png"]}


class Lora(InputObject):
    path: str
    """Where its weights are."""
    scale: float | None = 1.0


class Options(OpenInputObject):
    quality: int | None = None


class Returned(OutputModel):
    image: str | None = None


class Painted(InputModel[Returned]):
    model_id = "acme/paint/all"

    field_33_video: Annotated[str, Field(alias="33_video")]
    """A video, of which each frame is painted."""
    mode: Literal["fast", "slow"] | None = "fast"
    loras: list[Lora] | None = None
    tags: list[str] | None = ["a"]  # noqa: RUF012
    options: Options | None = None
    mask: Annotated[str | None, NULLABLE] = None
    self_: Annotated[int | None, Field(alias="self")] = None


VIDEO = {"33_video": "https://example.com/a.mp4"}


def errors_of(refused: pytest.ExceptionInfo[ValidationError]) -> list[tuple[Any, str]]:
    return [(each["loc"], each["msg"]) for each in refused.value.errors()]


def test_a_repr_is_short_and_shows_what_was_set() -> None:
    data = "data:image/png;base64," + "A" * 100_000
    many = flux_2_pro_edit.Input(prompt="A cat", image_urls=[data] * 10)
    shown = repr(many)
    assert shown.startswith(
        "Input(prompt='A cat', image_urls=['data:image/png;base64,AAA"
    )
    assert len(shown) < 600
    assert "seed" not in shown


def test_it_pickles_as_it_goes_over_the_wire() -> None:
    whole = flux_2_pro_edit.Input(**BODY, image_size={"width": 640, "height": 480})
    assert wire_body(pickle.loads(pickle.dumps(whole))) == wire_body(whole)
    unchecked = flux_2_pro_edit.Input.unchecked(prompt=1, new=[2])
    copied = pickle.loads(pickle.dumps(unchecked))
    assert wire_body(copied) == {"prompt": 1, "new": [2]}


def test_assignment_is_checked_and_sent() -> None:
    changed = flux_2_pro_edit.Input(**BODY)
    changed.seed = 7
    assert wire_body(changed) == {**BODY, "seed": 7}
    with pytest.raises(ValidationError, match="seed"):
        changed.seed = "seven"  # type: ignore[assignment]


# An input that nobody checks is still one input: what it shows is what it sends.


def test_an_unchecked_input_that_is_changed_sends_the_change() -> None:
    free = flux_2_pro_edit.Input.unchecked(prompt="A cat", image_urls=[], style="ink")
    free.prompt = "A dog"
    free.image_urls.append("https://example.com/b.png")
    free.style = "oil"  # type: ignore[attr-defined]
    free.size = 3  # type: ignore[attr-defined]
    sent = {
        "prompt": "A dog",
        "image_urls": ["https://example.com/b.png"],
        "style": "oil",
        "size": 3,
    }
    assert free.body() == sent
    assert json.loads(free.model_dump_json()) == sent
    assert "style='oil'" in repr(free)


@pytest.mark.parametrize(
    "copied",
    [
        lambda free: free.model_copy(),
        lambda free: free.model_copy(deep=True),
        copy.copy,
        copy.deepcopy,
        lambda free: pickle.loads(pickle.dumps(free)),
    ],
)
def test_a_copy_of_an_unchecked_input_is_unchecked_and_its_own(copied: Any) -> None:
    free = Painted.unchecked(**VIDEO, mode=None, style="ink")
    other = copied(free)
    other.field_33_video = 5
    other.style = "oil"
    assert other.body() == {"33_video": 5, "mode": None, "style": "oil"}
    assert free.body() == {**VIDEO, "mode": None, "style": "ink"}
    assert copied(free) == free


def test_a_copy_that_is_updated_sends_the_update() -> None:
    free = Painted.unchecked(**VIDEO, style="ink")
    updated = free.model_copy(update={"style": "oil", "mode": "odd", "new": 1})
    assert updated.body() == {**VIDEO, "style": "oil", "mode": "odd", "new": 1}
    assert free.body() == {**VIDEO, "style": "ink"}


@pytest.mark.parametrize(
    "name", ["cls", "self", "fields", "_fields_set", "body", "model_id", "values"]
)
def test_an_unchecked_field_may_have_any_name(name: str) -> None:
    assert flux_2_pro_edit.Input.unchecked(**{name: 1}).body() == {name: 1}
    assert Painted.unchecked(**{name: 1}).body() == {name: 1}


def test_the_json_of_an_unchecked_input_has_its_files(tmp_path: Path) -> None:
    film = tmp_path / "a.mp4"
    film.write_bytes(b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + b"\0" * 64)
    free = Painted.unchecked(field_33_video=film, more=[{"film": film}])
    assert free.model_dump()["33_video"] == film
    assert json.loads(free.model_dump_json()) == free.body()
    assert free.model_dump(mode="json") == free.body()


def test_fields_of_an_unchecked_input_can_be_left_out_of_a_dump() -> None:
    free = Painted.unchecked(**VIDEO, style="ink", loras=[{"path": "a", "scale": 2}])
    assert free.model_dump(exclude={"style", "loras"}) == VIDEO
    assert free.model_dump(include={"style"}) == {"style": "ink"}
    assert free.model_dump(exclude={"style": True}).keys() == {"33_video", "loras"}


def test_objects_in_an_unchecked_input_are_sent_as_json() -> None:
    size = flux_2_pro_edit.ImageSize(width=1, height=2)
    free = flux_2_pro_edit.Input.unchecked(image_size=size, more=[{"size": size}])
    as_json = {"width": 1, "height": 2}
    assert free.body() == {"image_size": as_json, "more": [{"size": as_json}]}


# What is sent is checked when it is sent, however it came to be.


def clear(whole: Painted) -> Painted:
    whole.loras.clear()  # type: ignore[union-attr]
    whole.loras.append({"scale": 2.0})  # type: ignore[union-attr, arg-type]
    return whole


def misname(whole: Painted) -> Painted:
    vars(whole)["mod"] = "slow"
    return whole


def unset(whole: Painted) -> Painted:
    del whole.field_33_video
    return whole


def append(whole: Painted) -> Painted:
    whole.tags.append(3)  # type: ignore[union-attr, arg-type]
    return whole


CHANGES: dict[str, Any] = {
    "mod": lambda whole: whole.model_copy(update={"mod": "slow"}),
    "mode": lambda whole: whole.model_copy(update={"mode": "gif"}),
    "loras": clear,
    "mod in its dict": misname,
    "33_video": unset,
    "tags": append,
    "constructed": lambda _: Painted.model_construct(mode="slow"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_changed_past_the_checks_is_refused_when_it_is_sent(
    name: str, runcomfy_simulator: Simulator
) -> None:
    changed = CHANGES[name](Painted(**VIDEO, loras=[Lora(path="x")]))
    with RunComfy("token") as client, pytest.raises(ValidationError) as refused:
        client.submit(changed)
    place = "33_video" if name == "constructed" else name.partition(" ")[0]
    assert errors_of(refused)[0][0][0] == place
    assert runcomfy_simulator.requests == []


def test_a_default_that_is_changed_in_place_is_sent() -> None:
    whole = Painted(**VIDEO)
    whole.tags.append("b")  # type: ignore[union-attr]
    assert whole.body() == {**VIDEO, "tags": ["a", "b"]}
    assert Painted(**VIDEO).body() == VIDEO


# A round trip changes nothing.

ROUNDS: dict[str, Any] = {
    "JSON": lambda a: type(a).model_validate_json(a.model_dump_json()),
    "JSON, wire names": lambda a: type(a).model_validate_json(
        a.model_dump_json(by_alias=True)
    ),
    "dict": lambda a: type(a).model_validate(a.model_dump()),
    "keywords": lambda a: type(a)(**a.model_dump()),
    "body": lambda a: type(a).from_body(a.body()),
    "adapter": lambda a: TypeAdapter(type(a)).validate_json(
        TypeAdapter(type(a)).dump_json(a)
    ),
    "pickle": lambda a: pickle.loads(pickle.dumps(a)),
}


@pytest.mark.parametrize("way", ROUNDS)
@pytest.mark.parametrize(
    "whole",
    [
        flux_2_pro_edit.Input(**BODY),
        flux_2_pro_edit.Input(**BODY, seed=0, image_size={"width": 1, "height": 2}),
        Painted(**VIDEO),
        Painted(**VIDEO, mask=None, mode=None, self=3),
        Painted(**VIDEO, loras=[Lora(path="x"), Lora(path="y", scale=2)]),
        Painted(**VIDEO, options={"quality": 3, "unknown": {"deep": [1]}}),
    ],
    ids=repr,
)
def test_a_round_trip_sends_the_same(way: str, whole: InputModel[Any]) -> None:
    again = ROUNDS[way](whole)
    assert again.body() == whole.body()
    assert again == whole or way == "body"  # there, None is what is left out


def test_an_input_inside_another_model_makes_the_round_too() -> None:
    class Task(BaseModel):
        name: str
        input: Painted

    task = Task(name="a", input=Painted(**VIDEO))
    assert json.loads(task.model_dump_json())["input"] == {
        "field_33_video": VIDEO["33_video"]
    }
    assert Task.model_validate_json(task.model_dump_json()).input.body() == VIDEO


def test_a_dump_leaves_out_what_it_is_told_to() -> None:
    whole = Painted(**VIDEO, loras=[Lora(path="x")], mode="slow")
    assert whole.model_dump(include={"mode"}) == {"mode": "slow"}
    assert whole.model_dump(exclude={"field_33_video", "mode"}) == {
        "loras": [{"path": "x"}]
    }


def test_a_body_refuses_what_the_class_would() -> None:
    with pytest.raises(ValidationError, match="33_video"):
        Painted.from_body({})


# Errors say of what they are, and what would have been right.


@pytest.mark.parametrize(
    "build",
    [
        lambda: flux_2_pro_edit.Input(promt="A cat", **BODY),
        lambda: flux_2_pro_edit.Input.model_validate({"promt": "A cat", **BODY}),
        lambda: flux_2_pro_edit.Input.from_body({"promt": "A cat", **BODY}),
        lambda: flux_2_pro_edit.Input.model_validate_json(
            json.dumps({"promt": "A cat", **BODY})
        ),
        lambda: setattr(flux_2_pro_edit.Input(**BODY), "promt", "A cat"),
        lambda: flux_2_pro_edit.Input(**BODY).model_copy(update={"promt": 1}).body(),
    ],
)
def test_an_unknown_field_is_answered_with_the_nearest_and_all(build: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        build()
    [(place, message)] = errors_of(refused)
    assert place == ("promt",)
    assert "did you mean 'prompt'?" in message
    assert "image_urls, image_size, seed, output_format" in message
    assert refused.value.title == "blackforestlabs/flux-2/pro/edit"


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"loras": [{"path": "x", "scal": 1.0}]}, ("loras", 0, "scal")),
        ({"loras": [{"pat": "x"}]}, ("loras", 0, "pat")),
    ],
)
def test_an_unknown_field_inside_is_told_too(fields: Any, place: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        Painted(**VIDEO, **fields)
    told = dict(errors_of(refused))
    assert "(the fields: path, scale)" in told[place]
    assert "did you mean" in told[place]
    assert refused.value.title == "acme/paint/all"


def test_an_object_of_its_own_is_named_with_its_module() -> None:
    with pytest.raises(ValidationError) as refused:
        flux_2_pro_edit.ImageSize(widht=1, height=2)  # type: ignore[call-arg]
    assert (
        refused.value.title == "blackforestlabs.flux_2_pro_edit.ImageSize"
    ), "its module is its model's"
    assert "did you mean 'width'?" in str(refused.value)


def test_other_errors_of_the_same_input_are_kept_as_they_were() -> None:
    with pytest.raises(ValidationError) as refused:
        flux_2_pro_edit.Input(
            prompt=1, image_urls=[], image_size={"width": 1, "hight": 2}, x="{y}"
        )  # type: ignore[call-arg]
    told = dict(errors_of(refused))
    assert told["prompt",] == "Input should be a valid string"
    assert "at least 1 item" in told["image_urls",]
    assert told["image_size", "ImageSize", "height"] == "Field required"
    assert "did you mean 'height'?" in told["image_size", "ImageSize", "hight"]
    assert "there is no such field" in told["x",]


# What editors and documents read of it.


def test_a_json_schema_has_the_words_of_each_field() -> None:
    schema = Painted.model_json_schema()
    assert schema["title"] == "acme/paint/all"
    assert (
        schema["properties"]["33_video"]["description"]
        == "A video, of which each frame is painted."
    )
    lora = schema["$defs"]["Lora"]["properties"]
    assert lora["path"]["description"] == "Where its weights are."
    assert "description" not in lora["scale"]
    dumped = Painted.model_json_schema(mode="serialization")
    assert dumped["properties"].keys() == schema["properties"].keys()


def test_the_output_is_known_without_a_class_of_its_own() -> None:
    assert Painted.output_type is Returned
    assert Painted.__mro__[1] is InputModel

    class Again(Painted):
        pass

    assert Again.output_type is Returned
