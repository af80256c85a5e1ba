"""Choose the model that README and guides show, once: a newcomer does not rewrite them.

What is chosen stands in `shown.toml`, where a person may choose another. It is written
when models are stored, since what is generated is a function of the schema folder.
"""

from pathlib import Path

from runcomfy_codegen.app.build import modules_of
from runcomfy_codegen.atomic import write_file
from runcomfy_codegen.resources import load_templates, runtime_names
from runcomfy_codegen.store.entries import parse_models
from runcomfy_codegen.store.folder import Folder
from runcomfy_codegen.store.tables import SHOWN_NAME, dump_shown


def record_shown(schemas: Path, before: Folder, after: Folder) -> None:
    """Write down which model is shown, if that is not clear from what is stored.

    It is the one that was shown before the folder changed, if it is still there.
    """
    if after.shown in _model_ids(after):
        return
    staying = [path for path in after.model_paths() if path in before.files]
    chosen = _last_model(after, staying)
    if not staying:
        chosen = _last_model(after, [*after.model_paths()])
    if chosen:
        write_file(schemas, SHOWN_NAME, dump_shown(chosen))


def _last_model(folder: Folder, paths: list[str]) -> str:
    """Return the last of some models, in the order of their modules; empty of none."""
    reserved = runtime_names(load_templates())
    modules = modules_of(folder, reserved, paths)
    return modules[-1].model.model_id if modules else ""


def _model_ids(folder: Folder) -> set[str]:
    return {str(model.entry["model_id"]) for model in parse_models(folder).models}
