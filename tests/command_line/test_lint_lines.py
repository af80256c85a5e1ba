"""Each line of `lint` and `check`, as it is printed."""

import json
from pathlib import Path

from tests.support.workspace import Run, Store

PATH = "schemas/acme/paint-1.5/edit.json"
MALFORMED = {
    "type": "object",
    "properties": {"x": {"type": "cat"}},
    "required": ["gone"],
}


def test_text(run: Run, store: Store) -> None:
    store(input_schema=MALFORMED)
    done = run("lint")
    assert done.exit_code == 3
    assert done.stdout.splitlines() == [
        f'{PATH}#/input_schema/properties/x/type: "cat" is not a type; use one of array, '
        "boolean, integer, null, number, object, string in an overlay",
        f"{PATH}#/input_schema/required/0: warning: gone -> not required: "
        "there is no such property [check-required]",
        "1 Problem, 1 warning, 2 notes (--all shows them)",
    ]
    assert run("lint", "--all").stdout.splitlines()[2:] == [
        f"{PATH}#/input_schema: info: open -> additionalProperties: false: "
        "unknown fields are refused [close-objects]",
        f"{PATH}#/output_schema: info: nothing -> the generic output: "
        "the page publishes no output [unwrap-output]",
        "1 Problem, 1 warning, 2 notes",
    ]


def test_json(run: Run, store: Store) -> None:
    store(input_schema=MALFORMED)
    done = run("lint", "--format", "json")
    assert done.exit_code == 3
    assert done.stdout.startswith('{\n  "problems": [\n    {\n')
    said = json.loads(done.stdout)
    assert list(said) == ["problems", "notes", "accepted"]
    assert said["problems"] == [
        {
            "file": PATH,
            "line": 9,
            "pointer": "/input_schema/properties/x/type",
            "what": '"cat" is not a type',
            "fix": "use one of array, boolean, integer, null, number, object, string "
            "in an overlay",
        }
    ]
    assert said["notes"][0] == {
        "file": PATH,
        "line": 13,
        "pointer": "/input_schema/required/0",
        "severity": "warning",
        "before": "gone",
        "after": "not required",
        "why": "there is no such property",
        "code": "check-required",
    }


def test_github(run: Run, store: Store) -> None:
    store("acme/a,b%c:d.json", input_schema=MALFORMED)
    lines = run("lint", "--all", "--format", "github").stdout.splitlines()
    path = "schemas/acme/a%2Cb%25c%3Ad.json"
    plain = "schemas/acme/a,b%25c:d.json"
    assert lines == [
        f'::error file={path},line=9::{plain}#/input_schema/properties/x/type: "cat" is '
        "not a type; use one of array, boolean, integer, null, number, object, string in "
        "an overlay",
        f"::warning file={path},line=13::{plain}#/input_schema/required/0: warning: "
        "gone -> not required: there is no such property [check-required]",
        f"::notice file={path},line=5::{plain}#/input_schema: info: open -> "
        "additionalProperties: false: unknown fields are refused [close-objects]",
        f"::notice file={path},line=1::{plain}#/output_schema: info: nothing -> the "
        "generic output: the page publishes no output [unwrap-output]",
    ]


def test_strict(run: Run, store: Store) -> None:
    store(input_schema={**MALFORMED, "properties": {}})
    done = run("lint", "--strict")
    assert done.exit_code == 1
    assert "\n0 Problems, 1 warning, 2 notes" in done.stdout


def test_what_check_says_to_do(run: Run, store: Store) -> None:
    store()
    run("generate")
    module = Path("generated/runcomfy_models/acme/paint_1_5_edit.py")
    module.write_text("# mine\n")
    edited = run("check").stderr
    assert edited == (
        "move edits into schemas/ or templates/, then run "
        "`runcomfy-codegen generate --force`\n"
    )
    run("generate", "--force")
    stray = module.with_name("stray.py")
    stray.write_text("")
    assert run("check").stderr == (
        "delete what is orphaned, unless `runcomfy-codegen generate` wrote it: then "
        "that deletes it\n"
    )
    stray.unlink()
    module.unlink()
    done = run("check")
    assert (done.exit_code, done.stderr) == (1, "run `runcomfy-codegen generate`\n")
    assert done.stdout == f"missing  {module.as_posix()}\n"


def test_what_generate_says_of_what_it_kept(run: Run, store: Store) -> None:
    store(input_schema={**MALFORMED, "properties": {}})
    first = run("generate").stdout.splitlines()
    assert first[:3] == [
        "new  acme/paint-1.5/edit",
        "    from runcomfy_models.acme import paint_1_5_edit  "
        "# generated/runcomfy_models/acme/paint_1_5_edit.py",
        f"    {PATH}#/input_schema/required/0: warning: gone -> not required: "
        "there is no such property [check-required]",
    ]
    assert first[3].startswith("1 changed, 0 unchanged, 0 removed, ")
    assert first[3].endswith(" s")
    assert len(first) == 4
    module = Path("generated/runcomfy_models/acme/paint_1_5_edit.py")
    module.write_text("# mine\n")
    kept = run("generate")
    assert kept.exit_code == 1
    assert kept.stderr.splitlines() == [
        f"edited by hand  {module.as_posix()}",
        "1 file edited by hand left as before, beside what is new",
        "move edits into schemas/ or templates/, then run "
        "`runcomfy-codegen generate --force`",
    ]
