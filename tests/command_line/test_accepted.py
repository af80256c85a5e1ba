"""Warnings that a person accepts in `schemas/accepted.toml`, each with a reason."""

from pathlib import Path

import pytest

from tests.support.workspace import Run, Store

WRONG = {"type": "object", "properties": {}, "required": ["gone", "lost"]}
ROW = '[[accepted]]\nmodel = "acme/paint-1.5/edit"\ncode = "check-required"\n'
REASON = 'reason = "the page is older"\n'


def _accept(*rows: str) -> None:
    Path("schemas/accepted.toml").write_text("\n".join(rows), "utf-8")


def test_an_accepted_warning_is_counted_and_strict_is_green(
    run: Run, store: Store
) -> None:
    store(input_schema=WRONG)
    _accept(ROW + REASON)
    done = run("lint", "--strict")
    assert done.exit_code == 0
    assert "0 Problems, 0 warnings, 2 accepted" in done.output
    assert "gone" not in done.output
    assert run("lint", "--all").output.count("[check-required], accepted") == 2


def test_one_place_alone_can_be_accepted(run: Run, store: Store) -> None:
    store(input_schema=WRONG)
    _accept(f'{ROW}pointer = "/input_schema/required/0"\n{REASON}')
    done = run("lint", "--strict")
    assert done.exit_code == 1
    assert "lost -> not required" in done.output
    assert "gone -> not required" not in done.output


@pytest.mark.parametrize(
    "row",
    [
        ROW.replace("edit", "other") + REASON,
        ROW.replace("check-required", "mark-media") + REASON,
        f'{ROW}pointer = "/input_schema/required/7"\n{REASON}',
    ],
)
def test_news_and_what_is_accepted_in_vain_fail(
    run: Run, store: Store, row: str
) -> None:
    store(input_schema=WRONG)
    _accept(row, ROW + REASON)
    done = run("lint", "--strict")
    assert done.exit_code == 1
    assert "schemas/accepted.toml#/accepted/0: warning: " in done.output
    assert "there is no such warning; delete the entry" in done.output


def test_a_new_warning_is_not_accepted_by_an_old_row(run: Run, store: Store) -> None:
    store(input_schema=WRONG)
    _accept(ROW + REASON)
    wrong = {**WRONG, "properties": {"n": {"type": "integer", "description": "1 to 2"}}}
    store(input_schema={**wrong})
    before = run("lint", "--strict")
    store("acme/b.json", model_id="acme/b", input_schema=WRONG)
    after = run("lint", "--strict")
    assert before.exit_code == (1 if "notice" in before.output else 0)
    assert after.exit_code == 1
    assert "acme/b.json#/input_schema/required/0" in after.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ROW, "#/accepted/0: there is no reason; add `reason`"),
        (ROW + 'reason = " "\n', "#/accepted/0: there is no reason"),
        (REASON, "/reason: there is no such key; write [[accepted]]"),
        ("[[accepted]]\n" + REASON, "#/accepted/0: there is no model"),
        (ROW + REASON + "pointer = 3\n", "pointer is not a text; put it in quotes"),
        (ROW + REASON + 'file = "x"\n', "there is no key `file`; use "),
        ("accepted = 3\n", "#/accepted: it is not a list; write [[accepted]]"),
        ("accepted = [3]\n", "#/accepted/0: it is not a table"),
        ("[[accepted", "schemas/accepted.toml#: "),
    ],
)
def test_a_table_that_is_wrong_is_a_problem(
    run: Run, store: Store, text: str, said: str
) -> None:
    store()
    _accept(text)
    done = run("lint")
    assert done.exit_code == 3
    assert said in done.output
