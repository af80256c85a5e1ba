"""Decide every Python name, once. The only stage that makes identifiers.

Two wire names that come to one Python name are a Problem, which prints the line for
`names.toml` that settles it: a number behind a name would change its meaning with
the next model.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set

from runcomfy_codegen.ir import (
    Identifier,
    Json,
    Model,
    Module,
    Package,
    Problem,
    Retired,
)
from runcomfy_codegen.names.chosen import ABOVE, NAMES_FILE, ChosenNames, quoted
from runcomfy_codegen.names.classes import classes_of
from runcomfy_codegen.names.identifiers import (
    LONGEST_NAME,
    MODULE_NAMES_TAKEN,
    identifier,
)
from runcomfy_codegen.schema.pointer import escape

RETIRED_FILE = "retired.toml"


def name_package(
    models: Iterable[Model],
    chosen: Mapping[str, Json],
    retired: Mapping[str, Json],
    runtime_names: Iterable[str],
    settled: Set[str] = frozenset(),
) -> Package:
    """Return the package that the models make, in the order of their module names.

    `chosen` and `retired` are what `names.toml` and `retired.toml` hold;
    `runtime_names` are the names in the package that no vendor may have. `settled` are
    the models that had their names before: of two with one name, the newcomer gets
    another, so that no import comes to mean another paid model.
    """
    names = ChosenNames(chosen)
    naming = _Naming(names, frozenset(runtime_names))
    modules = [naming.module(model) for model in models]
    live = {module.model.model_id for module in modules}
    gone = naming.retired(retired, live)
    naming.refuse_clashes(modules, gone, settled)
    known = live | {each.model_id for each in gone}
    read = {module.model.model_id for module in modules if module.classes}
    names.refuse_leftovers(known, read)
    modules.sort(key=lambda module: (module.vendor, module.name))
    return Package(tuple(modules), tuple(gone), tuple(names.problems))


class _Naming:
    """Names modules, and collects the Problems of doing so."""

    def __init__(self, chosen: ChosenNames, runtime: frozenset[str]) -> None:
        self.chosen, self.runtime = chosen, runtime

    def _refuse(self, file: str, pointer: str, what: str, fix: str) -> None:
        self.chosen.problems.append(Problem(file, pointer, what, fix))

    def module(self, model: Model) -> Module:
        vendor, name = self.module_name(model.model_id)
        # A schema with Problems may be none at all: only the module gets its name.
        classes = () if model.problems else classes_of(model, self.chosen)
        return Module(model, vendor, name, classes)

    def module_name(self, model_id: str) -> tuple[Identifier, Identifier]:
        first, _, rest = model_id.partition("/")
        vendor = identifier(first, "m_", self.runtime)
        name = self.chosen.choice("modules", model_id)
        return vendor, name or identifier(rest, "m_", MODULE_NAMES_TAKEN)

    def retired(self, table: Mapping[str, Json], live: set[str]) -> list[Retired]:
        """Return the models that are gone; a line that cannot be meant is a Problem."""
        gone = []
        known = live | table.keys()
        for model_id, successor in sorted(table.items()):
            wrong = _wrong_of_line(model_id, successor, live)
            if wrong is None:
                gone.append(Retired(model_id, *self.module_name(model_id), successor))
                wrong = _wrong_of_successor(model_id, successor, known)
            if wrong is not None:
                pointer = f"/{escape(model_id[:LONGEST_NAME])}"
                self._refuse(RETIRED_FILE, pointer, *wrong)
        return gone

    def refuse_clashes(
        self, modules: list[Module], gone: list[Retired], settled: Set[str]
    ) -> None:
        """Refuse each model whose name another had before, or has by the alphabet."""

        def newness(owner: tuple[str, str]) -> int:
            model_id, path = owner
            if model_id in settled:
                return 0
            return 1 if path == RETIRED_FILE else 2

        for (vendor, name), owners in _owners(modules, gone).items():
            (other, first_path), *rest = sorted(owners, key=newness)
            for model_id, path in rest:
                what = f"{other!r} is {vendor}.{name} too"
                line = f'modules.{quoted(model_id)} = "{name}_other"'
                fix = f"choose another name in {NAMES_FILE}, {ABOVE}: {line}"
                if other == model_id:
                    what, fix = f"{first_path} has this model_id too", "delete one"
                self._refuse(path, "/model_id", what, fix)


def _owners(
    modules: list[Module], gone: list[Retired]
) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Return who has each name of a module: the model_ids, and where they are written."""
    owners: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for module in modules:
        model = module.model
        owners[module.vendor, module.name].append((model.model_id, model.path))
    for retired in gone:
        owner = (retired.model_id, RETIRED_FILE)
        owners[retired.vendor, retired.name].append(owner)
    return owners


def _wrong_of_line(
    model_id: str, successor: Json, live: Set[str]
) -> tuple[str, str] | None:
    """Return why a line names no retired model, and what to do; None for one that does."""
    if not isinstance(successor, str) or "/" not in model_id:
        fix = 'write "vendor/old" = "vendor/new", or = "" where there is none'
        return "it names no successor", fix
    if len(model_id) > LONGEST_NAME or not all(model_id.partition("/")):
        return "it is not a model_id", "correct it, or delete the line"
    if model_id in live:
        fix = "delete this line, or the stored model"
        return "the model is published", fix
    return None


def _wrong_of_successor(
    model_id: str, successor: str, known: Set[str]
) -> tuple[str, str] | None:
    """Return why a successor cannot be used instead; None for one that can, or for none."""
    is_another = successor != model_id and successor in known
    if not successor or is_another:
        return None
    what = f"there is no model {successor[:LONGEST_NAME]!r} to use instead"
    return what, 'name one that is stored, or write "" where there is none'
