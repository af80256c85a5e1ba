"""Modules that are imported when something in them is first used.

Importing pydantic and building a model's classes takes most of a program's start, and a
program that imports several models may use one.
"""

from importlib import import_module
from types import ModuleType

__all__ = ["LazyModule"]


class LazyModule(ModuleType):
    """Stands for a module until one of its attributes is asked for."""

    def __getattr__(self, name: str) -> object:
        """Import the module, and stand for it from now on."""
        if name == "__path__":  # asked for by the import system: this is no package
            raise AttributeError(name)
        module = import_module(self.__name__)
        self.__dict__.update(vars(module))
        return getattr(module, name)

    def __dir__(self) -> list[str]:
        """Return the module's names."""
        return dir(import_module(self.__name__))

    def __repr__(self) -> str:
        """Tell that the module may not be imported yet."""
        return f"<lazy module {self.__name__!r}>"

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Pickle by name."""
        return import_module, (self.__name__,)
