"""`deprecated`, in a schema or an overlay, in what is generated and in the changelog."""

import json
from pathlib import Path

from tests.support.workspace import PAINT, Run, Store

OVERLAY = Path("schemas/acme/paint-1.5/edit.overlay.json")
WHY = "Use <b>acme/new</b> instead."


def _deprecate(store: Store) -> None:
    """Store two models, and say in an overlay of one that it should not be used."""
    store()
    store("acme/new.json", model_id="acme/new")
    patch = {
        "deprecated": WHY,
        "input_schema": {"properties": {"strength": {"deprecated": True}}},
    }
    OVERLAY.write_text(json.dumps(patch))


def test_what_is_deprecated_is_marked_in_the_docs(run: Run, store: Store) -> None:
    _deprecate(store)
    assert run("generate").exit_code == 0
    page = Path("generated/docs/models/acme/paint_1_5_edit.md").read_text()
    assert "**Deprecated:** Use &#60;b&#62;acme/new&#60;/b&#62; instead." in page
    assert "**`strength`** number · **deprecated** · default" in page
    assert page.count("**deprecated**") == 1
    for listed in ("models.md", "vendors/acme.md"):
        lines = Path("generated/docs", listed).read_text().splitlines()
        (marked,) = (line for line in lines if "**deprecated**" in line)
        assert "`acme/paint-1.5/edit` · **deprecated**" in marked
    index = json.loads(Path("generated/runcomfy_models/_index.json").read_text())
    assert {row["model_id"]: row.get("deprecated") for row in index} == {
        "acme/new": None,
        "acme/paint-1.5/edit": WHY,
    }


def test_it_is_a_change_of_its_own(run: Run, store: Store) -> None:
    store()
    store("acme/new.json", model_id="acme/new")
    run("generate")
    assert run("release").exit_code == 0
    _deprecate(store)
    done = run("generate")
    assert "additive  deprecated: Use <b>acme/new</b> instead." in done.stdout
    assert "additive  input strength: deprecated" in done.stdout
    log = Path("generated/CHANGELOG.md").read_text()
    assert "### Deprecated\n\n- `acme/paint-1.5/edit`, input `strength`: deprec" in log
    OVERLAY.unlink()
    assert (
        "No model changed"
        in run("diff", "schemas", "schemas", "--format=markdown").output
    )
    run("generate")
    assert "Deprecated" not in Path("generated/CHANGELOG.md").read_text()


def test_a_model_that_was_not_made_again_is_still_deprecated(
    run: Run, store: Store
) -> None:
    _deprecate(store)
    run("generate")
    store("acme/new.json", model_id="acme/new", description="Another.")
    run("generate")
    shared = Path("generated/docs/models.md").read_text()
    assert "`acme/paint-1.5/edit` · **deprecated**" in shared
    assert "0 removed" in run("generate", "--force").stdout
    assert Path("generated/docs/models.md").read_text() == shared


def test_what_is_not_a_flag_says_nothing(run: Run, store: Store) -> None:
    for number, said in enumerate((None, False, "false", "", 7, {}, [])):
        name = f"acme/m{number}"
        store(f"{name}.json", model_id=name, deprecated=said)
    assert run("generate").exit_code == 0
    assert "deprecated" not in Path("generated/docs/models.md").read_text()


def test_an_overlay_takes_it_back(run: Run, store: Store) -> None:
    schema = json.loads(json.dumps(PAINT["input_schema"]))
    schema["deprecated"] = True
    store(deprecated="gone soon", input_schema=schema)
    OVERLAY.write_text('{"deprecated": false, "input_schema": {"deprecated": null}}')
    assert run("generate").exit_code == 0
    assert "deprecated" not in Path("generated/docs/models.md").read_text()
