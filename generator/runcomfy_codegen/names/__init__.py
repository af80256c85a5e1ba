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
    gone = naming.retired(retired, {module.model.model_id for module in modules})
    naming.refuse_clashes(modules, gone, settled)
    models_read = {m.model.model_id for m in modules if not m.model.problems}
    known = {module.model.model_id for module in modules}
    known |= {each.model_id for each in gone}
    names.refuse_leftovers(known, models_read)
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
        gone = []
        successors = live | table.keys()
        for model_id, successor in sorted(table.items()):
            if not isinstance(successor, str) or "/" not in model_id:
                self._refuse(
                    RETIRED_FILE,
                    f"/{escape(model_id)}",
                    "it names no successor",
                    'write "vendor/old" = "vendor/new", or = "" where there is none',
                )
            elif len(model_id) > LONGEST_NAME or not all(model_id.partition("/")):
                self._refuse(
                    RETIRED_FILE,
                    f"/{escape(model_id[:LONGEST_NAME])}",
                    "it is not a model_id",
                    "correct it, or delete the line",
                )
            elif model_id in live:
                self._refuse(
                    RETIRED_FILE,
                    f"/{escape(model_id)}",
                    "the model is published",
                    "delete this line, or the stored model",
                )
            elif successor and (successor == model_id or successor not in successors):
                self._refuse(
                    RETIRED_FILE,
                    f"/{escape(model_id)}",
                    f"there is no model {successor[:LONGEST_NAME]!r} to use instead",
                    'name one that is stored, or write "" where there is none',
                )
                gone.append(Retired(model_id, *self.module_name(model_id), successor))
            else:
                gone.append(Retired(model_id, *self.module_name(model_id), successor))
        return gone

    def refuse_clashes(
        self, modules: list[Module], gone: list[Retired], settled: Set[str]
    ) -> None:
        """Refuse each model whose name another had before, or has by the alphabet."""
        places: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for module in modules:
            model = module.model
            places[module.vendor, module.name].append((model.model_id, model.path))
        for retired in gone:
            places[retired.vendor, retired.name].append(
                (retired.model_id, RETIRED_FILE)
            )

        def newness(owner: tuple[str, str]) -> int:
            model_id, path = owner
            if model_id in settled:
                return 0
            return 1 if path == RETIRED_FILE else 2

        for (vendor, name), owners in places.items():
            owners.sort(key=newness)
            for model_id, path in owners[1:]:
                other = owners[0][0]
                if other == model_id:
                    what, fix = f"{owners[0][1]} has this model_id too", "delete one"
                else:
                    what = f"{other!r} is {vendor}.{name} too"
                    line = f'modules.{quoted(model_id)} = "{name}_other"'
                    fix = f"choose another name in {NAMES_FILE}, {ABOVE}: {line}"
                self._refuse(path, "/model_id", what, fix)
