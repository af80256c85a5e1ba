"""What stops a model from being rendered, although its schemas are standard."""

from runcomfy_codegen.ir import Module, Problem


class UnrenderableError(Exception):
    """A schema that came to no type, or to no example."""

    def __init__(
        self,
        what: str,
        fix: str = "simplify the schema in an overlay",
        pointer: str = "",
    ) -> None:
        self.what, self.fix, self.pointer = what, fix, pointer
        super().__init__(what)


def problem_of(module: Module, error: UnrenderableError) -> Problem:
    """Return the Problem of a module that could not be rendered."""
    return Problem(module.model.path, error.pointer, error.what, error.fix)
