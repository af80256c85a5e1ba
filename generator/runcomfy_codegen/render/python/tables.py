"""Write the tables of models: the package's catalogue, and a vendor's list of modules."""

from collections.abc import Iterable

from runcomfy_codegen.escape import python_string
from runcomfy_codegen.ir import Module, Package
from runcomfy_codegen.render.python.code import (
    Code,
    Node,
    literal,
    mapping,
    parentheses,
)
from runcomfy_codegen.render.python.import_order import by_number
from runcomfy_codegen.render.python.layout import WIDTH, imported, lay_out


def catalogue(package: Package) -> dict[str, str]:
    """Return the tables of live and of retired models, as Python."""
    modules = sorted(package.modules, key=lambda module: module.model.model_id)
    live = {m.model.model_id: _place(m) for m in modules}
    gone = {r.model_id: literal(r.successor) for r in package.retired}
    return {"models": _table(live), "retired": _table(gone)}


def _place(module: Module) -> Node:
    return parentheses(literal(module.vendor), literal(module.name))


def _table(rows: dict[str, Node]) -> str:
    return lay_out(mapping(rows.items()), 0, 40)


def module_names(modules: Iterable[Module]) -> str:
    """Return the names of a vendor's modules, as a Python tuple."""
    names = [Code(python_string(module.name)) for module in modules]
    before = len("MODULES = ")
    if len(names) == 1 and before + len(names[0].text) + len("(,)") <= WIDTH:
        return f"({names[0].text},)"
    return lay_out(parentheses(*names), 0, before)


def module_imports(modules: Iterable[Module]) -> list[str]:
    """Return the imports of a vendor's modules, each under its own name."""
    names = sorted((module.name for module in modules), key=by_number)
    return [imported("from . import", f"{name} as {name}", indent=4) for name in names]
