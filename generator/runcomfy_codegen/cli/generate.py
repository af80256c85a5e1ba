"""`runcomfy-codegen generate`. Imports little before it knows that there is work."""

import gc
import sys
import time
from typing import TYPE_CHECKING

import click

from runcomfy_codegen.app.idle import stamped
from runcomfy_codegen.cli._exit import NO, PROBLEMS, reports_errors
from runcomfy_codegen.cli._options import OUT_TEXT, SCHEMAS_TEXT, TEMPLATES_TEXT

if TYPE_CHECKING:
    from pathlib import Path

    from runcomfy_codegen.app.plan import Request
    from runcomfy_codegen.cli._generated import Style


@click.command(name="generate")
@SCHEMAS_TEXT
@OUT_TEXT
@TEMPLATES_TEXT
@click.option(
    "--only", multiple=True, metavar="MODEL_ID", help="This model alone; repeatable."
)
@click.option("--force", is_flag=True, help="Replace files that were edited by hand.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="How many processes to use; by default as many as pay for themselves.",
)
@click.option(
    "--keep-going",
    is_flag=True,
    help="Leave models with Problems as they were, make the others, and exit with 3.",
)
@click.option(
    "--verbose", "style", flag_value="verbose", help="Name every model and warning."
)
@click.option("-q", "--quiet", "style", flag_value="quiet", help="Say what is wrong.")
@click.option("--json", "style", flag_value="json", help="One object, for programs.")
@reports_errors
def command(
    schemas: str,
    out: str,
    templates: str | None,
    only: tuple[str, ...],
    force: bool,
    jobs: int | None,
    keep_going: bool,
    style: "Style | None",
) -> None:
    """Generate the package, its docs and its tests.

    A file that was edited by hand is left as it is, and named: it may not fit what is
    generated beside it, so this exits with 1.
    """
    started = time.perf_counter()
    style = style or "brief"
    # Models that are named have to be there, also where nothing is to be done.
    known = None if only else stamped(schemas, out, templates)
    if known is None:
        from pathlib import Path

        from runcomfy_codegen.app.plan import Request

        gc.disable()  # a run makes millions of objects and hardly a cycle, and ends
        request = Request(frozenset(only), force, keep_going)
        own = Path(templates) if templates is not None else None
        code = generate_once(
            Path(schemas), Path(out), own, request, jobs, started, style
        )
        sys.exit(code)
    elif style == "brief":
        # The usual run, for which nothing more is imported.
        seconds = time.perf_counter() - started
        click.echo(f"0 changed, {known.models} unchanged, 0 removed, {seconds:.1f} s")
    else:
        from runcomfy_codegen.cli._generated import say_nothing_new

        say_nothing_new(known.models, style, started)


def generate_once(
    schemas: "Path",
    out: "Path",
    templates: "Path | None",
    request: "Request",
    jobs: int | None,
    started: float,
    style: "Style" = "brief",
) -> int:
    """Generate, say what was done, and return the exit code. Raises CodegenError."""
    from runcomfy_codegen.app.generate import generate
    from runcomfy_codegen.cli._generated import edited, say_generated
    from runcomfy_codegen.cli._progress import say_waiting, shown_progress
    from runcomfy_codegen.session import Session

    with shown_progress() as progress:
        session = Session(progress, jobs)
        done = generate(schemas, out, templates, request, session, say_waiting)
    say_generated(schemas, out, done, style, started)
    if done.plan.problems:
        return PROBLEMS
    return NO if edited(done) else 0
