"""What can go wrong, as exceptions that carry data. `cli` alone turns them into text."""

from collections.abc import Iterable

from runcomfy_codegen.ir import Problem


class CodegenError(Exception):
    """The base of every error that a person can mend."""


class ProblemsError(CodegenError):
    """Stored models that cannot be generated from. Holds every Problem of the run."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(f"{len(self.problems)} problems in the schemas")


class SourceError(CodegenError):
    """A page or catalogue entry that cannot be read."""

    def __init__(self, origin: str, what: str, fix: str) -> None:
        self.origin, self.what, self.fix = origin, what, fix
        super().__init__(f"{origin}: {what}; {fix}")


class UsageError(CodegenError):
    """Something was asked for that does not exist."""

    def __init__(self, asked: str, what: str, fix: str) -> None:
        self.asked, self.what, self.fix = asked, what, fix
        super().__init__(f"{asked}: {what}; {fix}")


class StoreError(CodegenError):
    """A file that cannot be read or written as a whole."""

    def __init__(self, path: str, what: str, fix: str) -> None:
        self.path, self.what, self.fix = path, what, fix
        super().__init__(f"{path}: {what}; {fix}")


class TemplateError(CodegenError):
    """A template that cannot be rendered. Names the template and its line."""

    def __init__(self, template: str, line: int, what: str) -> None:
        self.template, self.line, self.what = template, line, what
        super().__init__(f"{template}:{line}: {what}; correct the template")
