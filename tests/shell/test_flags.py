"""Every kind of field is given by flags, and comes out on the wire as it was meant."""

import json
from pathlib import Path
from typing import Any

import pytest

from runcomfy_models import load, models
from runcomfy_models.simulator import Simulator
from tests.support.checkout import CATALOGUE, GENERATED
from tests.support.command import Command, pointed_at, sent
from tests.support.every_field import EVERYTHING, packaged
from tests.support.typed_flags import typed

URL = "https://x.test/a.png"
UNTYPED = {
    **EVERYTHING,
    "input_schema": {
        "type": "object",
        "properties": {**EVERYTHING["input_schema"]["properties"], "anything": {}},
    },
}
"""The same with a field of no type, which only the service has."""
CASES: list[tuple[str, list[str], dict[str, Any]]] = [
    (
        "text",
        ["--text", "a 'b' \"c\" $d `e` \\ !"],
        {"text": "a 'b' \"c\" $d `e` \\ !"},
    ),
    ("empty text", ["--text", ""], {"text": ""}),
    ("equals", ["--text=x=y"], {"text": "x=y"}),
    ("line breaks", ["--text", "a\nb\tc\r\n"], {"text": "a\nb\tc\r\n"}),
    ("dashes", ["--text", "--not-a-flag"], {"text": "--not-a-flag"}),
    ("double dash", ["--text", "--"], {"text": "--"}),
    ("a dash", ["--text", "-"], {"text": "-"}),
    ("looks like json", ["--text", '{"a": 1}'], {"text": '{"a": 1}'}),
    ("looks like a number", ["--text", "007"], {"text": "007"}),
    ("null as a text", ["--text", "null"], {"text": "null"}),
    (
        "unicode",
        ["--text", "\u96ea \U0001f3a9 \u202e"],
        {"text": "\u96ea \U0001f3a9 \u202e"},
    ),
    ("an at sign", ["--text", "@@me"], {"text": "@me"}),
    ("a file", ["--text", "@long.txt"], {"text": "one\ntwo"}),
    ("a flag's name", ["--text=--whole"], {"text": "--whole"}),
    ("an integer", ["--whole", "-1"], {"whole": -1}),
    ("a large integer", ["--whole", "4294967295"], {"whole": 4294967295}),
    ("a whole float", ["--whole", "3.0"], {"whole": 3}),
    ("a number", ["--share", "1e-3"], {"share": 0.001}),
    ("a whole number", ["--share", "2"], {"share": 2}),
    ("true", ["--switch"], {"switch": True}),
    ("false", ["--no-switch"], {"switch": False}),
    ("true in words", ["--switch", "true"], {"switch": True}),
    ("false in words", ["--switch=false"], {"switch": False}),
    ("null switch", ["--maybe", "null"], {"maybe": None}),
    ("false, nullable", ["--no-maybe"], {"maybe": False}),
    ("a word", ["--word", "b c"], {"word": "b c"}),
    ("a word like true", ["--word", "true"], {"word": "true"}),
    ("an integer of some", ["--steps", "6"], {"steps": 6}),
    ("mixed text", ["--mixed", "auto"], {"mixed": "auto"}),
    ("mixed integer", ["--mixed", "5"], {"mixed": 5}),
    ("mixed number", ["--mixed", "1.5"], {"mixed": 1.5}),
    ("mixed null", ["--mixed", "null"], {"mixed": None}),
    ("mixed true", ["--mixed", "true"], {"mixed": True}),
    ("texts", ["--texts", "a", "--texts", "b c"], {"texts": ["a", "b c"]}),
    ("texts as JSON", ["--texts", '["a", "b"]'], {"texts": ["a", "b"]}),
    ("no texts", ["--texts", "[]"], {"texts": []}),
    ("a bracket", ["--texts", "[a"], {"texts": ["[a"]}),
    ("by index", ["--texts.1", "b", "--texts.0", '["a"]'], {"texts": ['["a"]', "b"]}),
    ("wholes", ["--wholes", "1", "--wholes=2"], {"wholes": [1, 2]}),
    (
        "switches",
        ["--switches", "true", "--switches", "false"],
        {"switches": [True, False]},
    ),
    ("rows", ["--grid", "[1,2]", "--grid", "[3]"], {"grid": [[1, 2], [3]]}),
    ("a grid", ["--grid", "[[1,2],[3]]"], {"grid": [[1, 2], [3]]}),
    ("parts", ["--size.width", "3"], {"size": {"width": 3}}),
    ("deep parts", ["--size.deep.a-b", "x"], {"size": {"deep": {"a_b": "x"}}}),
    ("an object", ["--size", '{"width": 3}'], {"size": {"width": 3}}),
    (
        "a whole and a part",
        ["--size.width", "4", "--size", '{"width": 3}'],
        {"size": {"width": 4}},
    ),
    (
        "objects by index",
        ["--loras.0.path", "p", "--loras.1.path", "q", "--loras.1.scale", "5"],
        {"loras": [{"path": "p"}, {"path": "q", "scale": 5}]},
    ),
    (
        "objects as JSON",
        ["--loras", '{"path": "p"}', "--loras", '{"path": "q"}'],
        {"loras": [{"path": "p"}, {"path": "q"}]},
    ),
    (
        "objects as one list",
        ["--loras", '[{"path": "p"}]', "--loras.0.scale", "1"],
        {"loras": [{"path": "p", "scale": 1}]},
    ),
    ("either text", ["--either", "x"], {"either": "x"}),
    ("either integer", ["--either", "5"], {"either": 5}),
    ("either quoted", ["--either", '"5"'], {"either": "5"}),
    ("either quoted text", ["--either", '"x"'], {"either": '"x"'}),
    ("choice text", ["--choice", "auto"], {"choice": "auto"}),
    ("choice object", ["--choice.width", "5"], {"choice": {"width": 5}}),
    ("choice JSON", ["--choice", '{"width": 5}'], {"choice": {"width": 5}}),
    ("nullable text", ["--nullable", "x"], {"nullable": "x"}),
    ("nullable quoted", ["--nullable", '"x"'], {"nullable": '"x"'}),
    ("null", ["--nullable", "null"], {"nullable": None}),
    ("null by no", ["--no-nullable"], {"nullable": None}),
    ("null as text, nullable", ["--nullable", '"null"'], {"nullable": "null"}),
    ("null number", ["--number-or-null", "null"], {"number_or_null": None}),
    (
        "free fields",
        ["--free.a_b", "1", "--free.c", "x"],
        {"free": {"a_b": 1, "c": "x"}},
    ),
    ("named fields", ["--names.a", "1"], {"names": {"a": 1}}),
    ("anything", ["--anything", '[1, {"a": null}]'], {"anything": [1, {"a": None}]}),
    ("anything, a text", ["--anything", "a text"], {"anything": "a text"}),
    ("a picture", ["--picture", URL], {"picture": URL}),
    ("pictures", ["--pictures", URL, "--pictures", URL], {"pictures": [URL, URL]}),
    ("pictures as JSON", ["--pictures", json.dumps([URL])], {"pictures": [URL]}),
    ("a digit first", ["--33-video", URL], {"33_video": URL}),
    ("the wire name", [f"--33_video={URL}"], {"33_video": URL}),
    ("camel case", ["--camelCase", "x"], {"camelCase": "x"}),
    ("a name that is an option's", ["--input.timeout", "5"], {"timeout": 5}),
    ("the name input", ["--input.input", "x"], {"input": "x"}),
    ("a switch that is an option's", ["--no-input.json"], {"json": False}),
    ("another", ["--input.no-wait"], {"no_wait": True}),
    ("the name help", ["--input.help", "x"], {"help": "x"}),
    ("a dot in a name", ["--a.b", "x"], {"a.b": "x"}),
    ("a space in a name", ["--with space", "x"], {"with space": "x"}),
    ("an equals sign in a name", ["--un=even=x"], {"un=even": "x"}),
]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of the model of every kind of field."""
    return packaged(tmp_path_factory.mktemp("everything"), [EVERYTHING])


@pytest.fixture(scope="module", params=["packaged", "unlisted"])
def bodies(
    request: pytest.FixtureRequest,
    everything: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Any]:
    """What each case sent, by a package that has the model, and by one that has not."""
    home = tmp_path_factory.mktemp("home")
    (home / "long.txt").write_text("one\ntwo\n")
    package = everything if request.param == "packaged" else GENERATED
    with Simulator(entries=[UNTYPED]) as simulator:
        command = Command(home, package, **pointed_at(simulator))
        calls = [["run", "acme/everything", *w, "--no-wait"] for _, w, _ in CASES]
        found: dict[str, Any] = {}
        done = command.each(calls)
        requests = iter([body for _, body in sent(simulator)])
        for (name, _, _), each in zip(CASES, done, strict=True):
            found[name] = next(requests) if each.code == 0 else each.err
    return found


@pytest.mark.parametrize(("name", "expected"), [(n, b) for n, _, b in CASES])
def test_a_field_is_sent_as_it_was_meant(
    bodies: dict[str, Any], name: str, expected: dict[str, Any]
) -> None:
    if "anything" in name and "there is no such flag" in bodies[name]:
        return
    assert same(bodies[name]) == same(expected), bodies[name]


def same(value: Any) -> str:
    """Return a JSON value as text in which 1 and 1.0 are the same, and true is not."""
    text = json.dumps(value)
    return json.dumps(
        json.loads(
            text,
            parse_float=lambda n: int(float(n)) if float(n).is_integer() else float(n),
        )
    )


MISTAKES: list[tuple[list[str], list[str]]] = [
    (["--wohle", "3"], ["--wohle: there is no such flag; did you mean --whole?"]),
    (
        ["--size.widht", "3"],
        ["--size.widht: there is no such flag; did you mean --size.width?"],
    ),
    (["--whole", "x"], ['--whole "x" is not a whole number']),
    (["--whole", "1.5"], ['--whole "1.5" is not a whole number']),
    (["--share", "NaN"], ['--share "NaN" is not a number']),
    (["--switch=maybe"], ['--switch "maybe" is not true or false']),
    (
        ["--whole", "-6"],
        ["--whole -6: it takes a whole number from -5 to 1000000000000"],
    ),
    (["--word", "b"], ['--word "b": it takes one of a, b c, true']),
    (["--steps", "5"], ["--steps 5: it takes one of 4, 6, 8"]),
    (["--text", "x", "--text", "y"], ['--text is given twice: "x" and "y"']),
    (
        ["--text", "--whole", "3"],
        ["--text: its value is missing (--text=--whole if that is it)"],
    ),
    (["--text"], ["--text: its value is missing"]),
    (["--no-switch=true"], ["--no-switch: takes no value"]),
    (["--loras.1.path", "x"], ["--loras.1.path leaves a gap: give --loras.0 too"]),
    (["--loras.0.scale", "1"], ["--loras.0.path is required: a text"]),
    (["--size", "3"], ['--size "3" is not an object, as JSON or one flag a field']),
    (["stray"], ['"stray" is behind no flag; see --help']),
]


def test_every_mistake_is_told_at_once(everything: Path, tmp_path: Path) -> None:
    with Simulator(entries=[EVERYTHING]) as simulator:
        for package in (everything, GENERATED):
            command = Command(tmp_path, package, **pointed_at(simulator))
            done = command.each([["run", "acme/everything", *w] for w, _ in MISTAKES])
            for (_, lines), each in zip(MISTAKES, done, strict=True):
                assert [line[: len(lines[0])] for line in each.lines] == lines
                assert each.code == 65
        assert sent(simulator) == []


@pytest.mark.parametrize("model_id", models())
def test_a_shipped_model_runs_by_flags_alone(
    model_id: str, command: Command, simulator: Simulator
) -> None:
    entry = json.loads(command("show", model_id).out)
    words = typed(entry["example"], entry["input_schema"])
    assert command("run", model_id, *words, "--no-wait").code == 0
    assert sent(simulator) == [(model_id, entry["example"])]
    assert load(model_id).info.model_id == model_id


@pytest.mark.skipif(not CATALOGUE.exists(), reason="there is no saved catalogue here")
@pytest.mark.parametrize(
    "where", ["packaged", pytest.param("unlisted", marks=pytest.mark.stress)]
)
def test_every_model_of_the_catalogue_runs_by_flags_alone(
    where: str, tmp_path: Path
) -> None:
    entries = json.loads(CATALOGUE.read_text("utf-8"))["models"]
    known = packaged(tmp_path, entries)
    examples = {}
    for file in (known / "runcomfy_models/_schemas").rglob("*.json"):
        entry = json.loads(file.read_text("utf-8"))
        examples[entry["model_id"]] = (entry["example"], entry["input_schema"])
    package = known if where == "packaged" else GENERATED
    with Simulator(entries=entries) as simulator:
        command = Command(tmp_path, package, **pointed_at(simulator))
        calls = [
            ["run", model_id, *typed(body, schema), "--no-wait"]
            for model_id, (body, schema) in examples.items()
        ]
        refused = [done.err for done in command.each(calls) if done.code]
        bodies = dict(sent(simulator))
    assert len(examples) == len(entries)
    assert refused == []
    assert bodies == {model_id: body for model_id, (body, _) in examples.items()}
