"""What CONTRIBUTING.md says that templates may use is all that they may use."""

import dataclasses
import re
from pathlib import Path

import jinja2
import pytest
from click.testing import CliRunner
from jinja2 import meta, nodes

from runcomfy_codegen.cli import main
from runcomfy_codegen.render.environment import FILTERS
from runcomfy_codegen.render.model_files import VIEWS
from tests.support.checkout import CHECKOUT, SCHEMAS, TEMPLATES

ROW = re.compile(r"^\| (one file|`[^`]+`) \| `([\w.]+)` \| \S.* \|$", re.MULTILINE)
ONE_FILE = "one file"
KINDS = {
    ONE_FILE: "README.md.jinja",
    "{vendor}": "runcomfy_models/{vendor}/__init__.py.jinja",
    "{retired}": "docs/models/{vendor}/{retired}.md.jinja",
    "{module}": "docs/models/{vendor}/{module}.md.jinja",
    "runcomfy_models/…{module}": "runcomfy_models/{vendor}/{module}.py.jinja",
    "tests/…{module}": "tests/{vendor}/test_{module}.py.jinja",
    "docs/…{module}": "docs/models/{vendor}/{module}.md.jinja",
}
"""A template of each kind."""


def documented() -> dict[str, set[str]]:
    """Return the variables that are documented, by kind of template."""
    found: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for kind, name in ROW.findall((CHECKOUT / "CONTRIBUTING.md").read_text("utf-8")):
        found[kind.strip("`")].add(name)
    return found


def _kinds_of(path: str) -> list[str]:
    """Return the kinds of a template at a path."""
    for part in ("{module}", "{retired}", "{vendor}"):
        if part in path:
            top = path.partition("/")[0]
            return [part, f"{top}/…{part}"] if part == "{module}" else [part]
    return [ONE_FILE]


def _used(text: str) -> set[str]:
    """Return the variables that a template uses, and what it reads of `view`."""
    environment = jinja2.Environment()
    environment.filters.update(FILTERS)
    tree = environment.parse(text)
    used = meta.find_undeclared_variables(tree)
    for each in tree.find_all(nodes.Getattr):
        if isinstance(each.node, nodes.Name) and each.node.name == "view":
            used.add(f"view.{each.attr}")
    return used


@pytest.mark.parametrize(
    "file", sorted(TEMPLATES.rglob("*.jinja")), ids=lambda f: f.name
)
def test_what_the_shipped_templates_use_is_documented(file: Path) -> None:
    path = file.relative_to(TEMPLATES).as_posix()
    known: set[str] = set()
    for kind in _kinds_of(path):
        known |= documented()[kind]
    assert _used(file.read_text("utf-8")) <= known


def test_all_that_is_documented_can_be_used(tmp_path: Path) -> None:
    """Each kind is overridden by a template that uses all of it: none is undefined."""
    wanted: dict[str, set[str]] = {}
    for kind, path in KINDS.items():
        wanted.setdefault(path, set()).update(documented()[kind])
    for path in list(wanted):
        if "{module}" in path:
            wanted[path] |= documented()["{module}"]
    for path, names in wanted.items():
        file = tmp_path / "templates" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = (f"{{{{ {name} | string | length }}}}" for name in sorted(names))
        file.write_text("\n".join(lines))
    retired = tmp_path / "schemas" / "retired.toml"
    model = SCHEMAS / "blackforestlabs/flux-2/dev/edit.json"
    stored = tmp_path / "schemas/blackforestlabs/flux-2/dev/edit.json"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(model.read_bytes())
    retired.write_text('"acme/old" = ""')
    places = ("--schemas", "--out", "--templates")
    arguments = [
        word for place in places for word in (place, str(tmp_path / place.strip("-")))
    ]
    done = CliRunner().invoke(main, ["generate", *arguments])
    assert done.exit_code == 0, done.output
    readme = (tmp_path / "out" / "README.md").read_text()
    assert len(readme.splitlines()) == len(documented()[ONE_FILE])


@pytest.mark.parametrize("top", VIEWS)
def test_every_field_of_a_view_is_documented(top: str) -> None:
    fields = {
        "docs": "runcomfy_codegen.render.docs.pages:Page",
        "runcomfy_models": "runcomfy_codegen.render.python.modules:ModuleText",
        "tests": "runcomfy_codegen.render.tests.modules:TestText",
    }
    module, _, name = fields[top].partition(":")
    imported = __import__(module, fromlist=[name])
    names = {f"view.{f.name}" for f in dataclasses.fields(getattr(imported, name))}
    assert documented()[f"{top}/…{{module}}"] == names
