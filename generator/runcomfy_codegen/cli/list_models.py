"""`runcomfy-codegen list`."""

from pathlib import Path

import click

from runcomfy_codegen.app.build import build_folder
from runcomfy_codegen.cli._exit import reports_errors
from runcomfy_codegen.cli._options import SCHEMAS


@click.command(name="list")
@SCHEMAS
@reports_errors
def command(schemas: Path) -> None:
    """List the stored models and the modules that they become."""
    built = build_folder(schemas)
    modules = built.package.modules
    width = max((len(module.model.model_id) for module in modules), default=0)
    for module in modules:
        path = f"runcomfy_models.{module.vendor}.{module.name}"
        click.echo(f"{module.model.model_id:<{width}}  {path}")
    built.refuse_problems()
