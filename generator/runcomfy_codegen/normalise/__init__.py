"""Turn a stored model into standard JSON Schema, pass by pass.

`pipeline` has the passes and their order, `passes/` what each does, `by_field` how a run
does it once for each field that models share.
"""

from runcomfy_codegen.ir import Model, StoredModel
from runcomfy_codegen.normalise.by_field import is_separable, normalise_by_field
from runcomfy_codegen.normalise.overlay import apply_overlay
from runcomfy_codegen.normalise.pipeline import run_passes
from runcomfy_codegen.session import Session


def normalise(stored: StoredModel, session: Session | None = None) -> Model:
    """Return the model that a stored file and its overlay describe, and what is said of it.

    In a session, what models share is normalised once.
    """
    model = apply_overlay(stored)
    if session is not None and is_separable(model):
        return normalise_by_field(model, session)
    return run_passes(model)
