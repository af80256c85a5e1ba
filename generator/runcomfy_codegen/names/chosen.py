"""The names that a person chose, in `names.toml`, and what is wrong with them."""

import keyword
import re
from collections.abc import Mapping, Set
from typing import Any

from runcomfy_codegen.ir import Identifier, Json, Problem
from runcomfy_codegen.names.identifiers import LONGEST_NAME, TAKEN
from runcomfy_codegen.schema.parts import object_of
from runcomfy_codegen.schema.pointer import escape

NAMES_FILE = "names.toml"
ABOVE = "above any [table]"
"""Where a line with a dotted key belongs in a TOML file."""


class ChosenNames:
    """Answers what was chosen for a thing, and collects the Problems of naming."""

    def __init__(self, content: Mapping[str, Json]) -> None:
        self.problems: list[Problem] = []
        self.used: set[tuple[str, str, str]] = set()
        self.tables = {table: self._table(content, table) for table in TAKEN}
        for table in sorted(content.keys() - self.tables.keys()):
            self._refuse(f"/{table}", "there is no such table", "delete it")

    def _table(self, content: Mapping[str, Json], name: str) -> dict[str, Any]:
        table = content.get(name, {})
        if isinstance(table, dict):
            return table
        self._refuse(f"/{name}", "it is not a table", f"write [{name}]")
        return {}

    def _refuse(self, pointer: str, what: str, fix: str) -> None:
        self.problems.append(Problem(NAMES_FILE, pointer, what, fix))

    def choice(self, table: str, model_id: str, key: str = "") -> Identifier | None:
        """Return the name that a person chose, if it is one."""
        chosen = self.tables[table].get(model_id)
        pointer = f"/{table}/{escape(model_id)}"
        if key:
            chosen = object_of(chosen).get(key)
            pointer += f"/{escape(key)}"
        if chosen is None:
            return None
        self.used.add((table, model_id, key))
        if _can_be_a_name(chosen, TAKEN[table]):
            return Identifier(chosen)
        what = f"{chosen!r:.{LONGEST_NAME}} cannot be a name here"
        fix = (
            f"choose up to {LONGEST_NAME} letters, digits and _, "
            "no keyword and no name of the base classes"
        )
        self._refuse(pointer, what, fix)
        return None

    def refuse_leftovers(self, known: Set[str], read: Set[str]) -> None:
        """Refuse what names nothing: of the models there are, and of those that were read."""
        for table, entries in self.tables.items():
            for model_id in sorted(entries.keys() - known):
                pointer = f"/{table}/{escape(model_id)}"
                fix = "correct the model_id, or delete the line"
                self._refuse(pointer, "there is no such model", fix)
            if table == "modules":
                continue  # it has a name for each model, and nothing inside
            for model_id in sorted(entries.keys() & read):
                self._refuse_unused(table, model_id, entries[model_id])

    def _refuse_unused(self, table: str, model_id: str, chosen: Json) -> None:
        """Refuse the names of what a model does not have."""
        place = f"/{table}/{escape(model_id)}"
        if not isinstance(chosen, dict):
            self._refuse(place, "it is not a table", "write pointer = name")
            return
        for key in sorted(chosen):
            if (table, model_id, key) in self.used:
                continue
            what = f"the model has nothing to name here: {key}"
            fix = "write a JSON pointer into its input schema, or delete the line"
            self._refuse(f"{place}/{escape(key)}", what, fix)


def _can_be_a_name(chosen: Json, taken: Set[str]) -> bool:
    """Whether what a person chose is an identifier, and not one that is taken."""
    if not isinstance(chosen, str) or len(chosen) > LONGEST_NAME:
        return False
    if not re.fullmatch(r"[A-Za-z]\w*", chosen, re.ASCII):
        return False
    return chosen not in taken and not keyword.iskeyword(chosen)


def quoted(text: str) -> str:
    """Return a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{"".join(map(_spelled, escaped))}"'


def _spelled(character: str) -> str:
    return character if character.isprintable() else f"\\U{ord(character):08x}"
