"""Modules that are imported when something in them is first used, and misspelt names.

Importing pydantic and building a model's classes takes most of a program's start, and a
program that imports several models may use one. There is one module object a module,
in `sys.modules` from the start, so that what is patched is patched for all.
"""

import sys
from importlib.util import find_spec, module_from_spec
from threading import RLock
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["LazyModule", "lazy_module", "no_such_name"]


class LazyModule(ModuleType):
    """A module that runs when one of its names is first asked for."""

    def __getattr__(self, name: str) -> object:
        """Run the module, which is an ordinary one from then on."""
        if name.startswith("__") and name != "__all__":
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        _run(self)
        return getattr(self, name)

    def __dir__(self) -> list[str]:
        """Return the module's names."""
        _run(self)
        return dir(self)

    def __repr__(self) -> str:
        """Tell that the module has not run yet."""
        return f"<lazy module {self.__name__!r}>"


_lock = RLock()


def _run(module: ModuleType) -> None:
    """Run a lazy module, once, whichever threads ask for it."""
    with _lock:
        if type(module) is ModuleType:  # another thread was first
            return
        spec = module.__spec__
        if spec is None or spec.loader is None:
            raise ImportError(f"{module.__name__} cannot be loaded")
        spec.loader.exec_module(module)
        module.__class__ = ModuleType


def lazy_module(name: str) -> ModuleType:
    """Return the module of a full name, which runs when it is first used."""
    found = sys.modules.get(name)
    if found is not None:
        return found
    spec = find_spec(name)
    if spec is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    module = module_from_spec(spec)
    module.__class__ = LazyModule
    module = sys.modules.setdefault(name, module)
    package, _, last = name.rpartition(".")
    setattr(sys.modules[package], last, module)
    return module


def no_such_name(module: str, name: str, known: "Iterable[str]") -> Exception:
    """Return the error for a name that a package does not have, with the nearest.

    A `from` import hides the words of an AttributeError, so it gets an ImportError.
    """
    from ._nearest import suggestion

    names = [each for each in known if not each.startswith("_")]
    near = suggestion(name, names)
    # Frame 1 is the package's __getattr__; 2 is who asks.
    importer = sys._getframe(2).f_code
    is_imported = importer.co_filename.startswith("<frozen importlib")
    is_wanted = is_imported and near and not name.startswith("_")
    if is_wanted and find_spec(f"{module}.{name}") is None:
        return ImportError(
            f"cannot import name {name!r} from {module!r}{near}", name=module
        )
    return AttributeError(f"module {module!r} has no attribute {name!r}{near}")
