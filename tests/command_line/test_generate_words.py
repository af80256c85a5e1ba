"""What `generate` prints: ten seconds of reading, whatever the number of models."""

import json
from pathlib import Path
from typing import Any

from tests.support.workspace import Run, Store

MALFORMED = {"type": "object", "properties": {}, "required": ["gone"]}


def _many(store: Store, count: int, **changes: Any) -> None:
    for number in range(count):
        store(f"acme/m{number:02}.json", model_id=f"acme/m{number:02}", **changes)


def test_many_new_models_are_a_few_lines(run: Run, store: Store) -> None:
    _many(store, 30)
    store("acme/odd.json", model_id="acme/odd", input_schema=MALFORMED)
    lines = run("generate").output.splitlines()
    assert len(lines) < 20
    assert sum(line.startswith("new  ") for line in lines) == 5
    assert "… and 26 more new; --verbose shows them" in lines
    assert any("gone -> not required" in line for line in lines)
    assert "31 new, 0 changed, 0 removed, 0 breaking changes, 1 warning" in lines
    assert lines[-1].startswith("31 changed, 0 unchanged, 0 removed, ")


def test_verbose_names_them_all(run: Run, store: Store) -> None:
    _many(store, 12)
    assert run("generate", "--verbose").output.count("new  acme/m") == 12


def test_what_breaks_comes_first(run: Run, store: Store) -> None:
    _many(store, 12)
    run("generate")
    _many(store, 12, display_name="Other")
    last = {"type": "object", "properties": {}}
    store("acme/m11.json", model_id="acme/m11", input_schema=last)
    lines = run("generate").output.splitlines()
    assert lines[0] == "changed  acme/m11"
    assert lines[1].startswith("    breaking  ")
    assert any(line.startswith("0 new, 12 changed, 0 removed, ") for line in lines)


def test_json_says_everything(run: Run, store: Store) -> None:
    _many(store, 8)
    said = json.loads(run("generate", "--json").stdout)
    assert len(said["new"]) == 8
    assert said["files"]["created"]
    store("acme/m00.json", model_id="acme/m00", input_schema=MALFORMED)
    Path("schemas/acme/m01.json").unlink()
    said = json.loads(run("generate", "--json").stdout)
    assert said["changed"] == ["acme/m00"]
    assert said["removed"] == ["acme/m01"]
    assert said["unchanged"] == 6
    assert said["breaking"] >= 1
    assert "gone -> not required" in said["warnings"][0]
    assert json.loads(run("generate", "--json").stdout)["unchanged"] == 7


def test_quiet_says_what_is_wrong_alone(run: Run, store: Store) -> None:
    store()
    done = run("generate", "-q")
    assert (done.stdout, done.stderr) == ("", "")
    assert run("generate", "-q").stdout == ""
    Path("generated/README.md").write_text("mine")
    store(display_name="Other")
    assert "edited by hand" in run("generate", "-q").stderr


def test_what_changed_beside_the_models_is_said(run: Run, store: Store) -> None:
    store()
    run("generate")
    Path("own").mkdir()
    Path("own/README.md.jinja").write_text("Ours.\n")
    done = run("generate", "--templates", "own")
    assert "0 changed, 1 unchanged, 0 removed, " in done.output
    assert "; written all the same: README.md, manifest.json" in done.output


def test_what_was_deleted_beside_the_models_is_said(run: Run, store: Store) -> None:
    store()
    own = Path("own/docs")
    own.mkdir(parents=True)
    for number in range(7):
        (own / f"extra-{number}.md").write_text("Ours.\n")
    Path("own/README.md.jinja").write_text("Ours.\n")
    run("generate", "--templates", "own")
    assert Path("generated/docs/extra-0.md").is_file()
    done = run("generate")
    assert not Path("generated/docs/extra-0.md").exists()
    last = done.output.splitlines()[-1]
    assert last.startswith("0 changed, 1 unchanged, 0 removed, ")
    named = ", ".join(f"docs/extra-{number}.md" for number in range(5))
    assert last.endswith(f"; deleted all the same: {named} and 2 more")
    assert "; written all the same: " in last


def test_a_name_that_is_wrong_is_an_error_also_where_nothing_is_to_be_done(
    run: Run, store: Store
) -> None:
    store()
    run("generate")
    run("generate")
    done = run("generate", "--only", "acme/typo")
    assert done.exit_code == 2
    assert "acme/typo: there is no such stored model" in done.output


def test_a_folder_of_other_things_is_not_one_of_templates(
    run: Run, store: Store
) -> None:
    store()
    done = run("generate", "--templates", "schemas")
    assert done.exit_code == 2
    assert "none of its files has the path of a shipped template" in done.output
    assert not Path("generated").exists()


def test_a_successor_that_is_not_there_is_a_problem(run: Run, store: Store) -> None:
    store()
    table = Path("schemas/retired.toml")
    for successor in ("acme/typo", "acme/old"):
        table.write_text(f'"acme/old" = "{successor}"\n')
        done = run("generate")
        assert done.exit_code == 3
        assert (
            f"retired.toml#/acme~1old: there is no model '{successor}'" in done.output
        )
    table.write_text(
        '"acme/old" = "acme/older"\n"acme/older" = "acme/paint-1.5/edit"\n'
    )
    assert run("generate").exit_code == 0
