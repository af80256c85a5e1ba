"""`runcomfy-codegen list`."""

from pathlib import Path

import click

from runcomfy_codegen.app.build import build, problems_of
from runcomfy_codegen.cli._options import SCHEMAS
from runcomfy_codegen.cli._wording import reports_errors
from runcomfy_codegen.resources import load_templates


@click.command(name="list")
@SCHEMAS
@reports_errors
def command(schemas: Path) -> None:
    """List the stored models and the modules that they become."""
    built = build(schemas, load_templates())
    width = max((len(m.model.model_id) for m in built.package.modules), default=0)
    for module in built.package.modules:
        path = f"runcomfy_models.{module.vendor}.{module.name}"
        click.echo(f"{module.model.model_id:<{width}}  {path}")
    error = problems_of(built)
    if error:
        raise error
