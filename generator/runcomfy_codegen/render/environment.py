"""Render templates by Jinja, and say where one is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import CodeType
from typing import Any

import jinja2
from jinja2.bccache import Bucket

from runcomfy_codegen.errors import TemplateError
from runcomfy_codegen.escape import (
    docstring,
    html,
    json_text,
    markdown,
    markdown_code,
    python_string,
    yaml,
)
from runcomfy_codegen.ir import OutputFile, Templates

SUFFIX = ".jinja"
FILTERS = {
    "docstring": docstring,
    "html": html,
    "json": json_text,
    "markdown": markdown,
    "markdown_code": markdown_code,
    "python": python_string,
    "yaml": yaml,
}


class _Compiled(jinja2.BytecodeCache):
    """What templates compile to, by their text: it depends on nothing else."""

    def __init__(self) -> None:
        self._code: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled of this very text, if any."""
        bucket.code = self._code.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code is not None:
            self._code[bucket.key + bucket.checksum] = bucket.code


COMPILED = _Compiled()
"""Of the process: runs that follow each other, as in `watch`, share their templates."""


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders the templates of one run; each is compiled once."""

    environment: jinja2.Environment

    @classmethod
    def of(cls, templates: Templates) -> "Renderer":
        """Return a renderer of some templates."""

        def load(name: str) -> str:
            return templates.files[name].decode()

        environment = jinja2.Environment(
            loader=jinja2.FunctionLoader(load),
            undefined=jinja2.StrictUndefined,
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=-1,
            auto_reload=False,
            bytecode_cache=COMPILED,
        )
        environment.filters.update(FILTERS)
        return cls(environment)

    def file(
        self, template: str, path: str, context: Mapping[str, Any], model_id: str = ""
    ) -> OutputFile:
        """Return the file that a template makes. Raises TemplateError, with its line."""
        try:
            text = self.environment.get_template(template).render(context)
        except jinja2.TemplateSyntaxError as error:
            raise _broken(template, error.lineno, str(error.message)) from error
        except jinja2.TemplateError as error:
            raise _broken(template, _line(error), str(error)) from error
        return OutputFile(path.removesuffix(SUFFIX), text.encode(), model_id)


def _broken(template: str, line: int, what: str) -> TemplateError:
    return TemplateError(f"{template}:{line}", what, "correct the template")


def _line(error: BaseException) -> int:
    """Return the line of the template that an error came from."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_name in ("root", "top-level template code"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
