"""The passes in their order, and how they are run over one model.

Each pass is one file and one verb, `Model -> Model`, and states its before and
after. None touches the stored file, and each change it makes is a note. Their
order matters: a pass may rely on all that stand above it.
"""

from collections.abc import Callable
from dataclasses import replace

from runcomfy_codegen.ir import Model
from runcomfy_codegen.normalise.passes.check_defaults import check_defaults
from runcomfy_codegen.normalise.passes.check_enums import check_enums
from runcomfy_codegen.normalise.passes.check_example import check_example
from runcomfy_codegen.normalise.passes.check_limits import check_limits
from runcomfy_codegen.normalise.passes.check_metaschema import check_metaschema
from runcomfy_codegen.normalise.passes.check_required import check_required
from runcomfy_codegen.normalise.passes.check_sizes import check_sizes
from runcomfy_codegen.normalise.passes.close_objects import close_objects
from runcomfy_codegen.normalise.passes.drop_unsupported import drop_unsupported
from runcomfy_codegen.normalise.passes.inline_references import inline_references
from runcomfy_codegen.normalise.passes.loosen_choices import loosen_choices
from runcomfy_codegen.normalise.passes.mark_media import mark_media
from runcomfy_codegen.normalise.passes.merge_all_of import merge_all_of
from runcomfy_codegen.normalise.passes.modernise_keywords import modernise_keywords
from runcomfy_codegen.normalise.passes.move_samples import move_samples
from runcomfy_codegen.normalise.passes.notice_flags import notice_flags
from runcomfy_codegen.normalise.passes.notice_prose import notice_prose
from runcomfy_codegen.normalise.passes.notice_untyped import notice_untyped
from runcomfy_codegen.normalise.passes.spread_siblings import spread_siblings
from runcomfy_codegen.normalise.passes.standardise_patterns import (
    standardise_patterns,
)
from runcomfy_codegen.normalise.passes.standardise_types import standardise_types
from runcomfy_codegen.normalise.passes.unwrap_output import unwrap_output

PASSES: tuple[Callable[[Model], Model], ...] = (
    unwrap_output,
    inline_references,
    modernise_keywords,
    drop_unsupported,
    standardise_patterns,
    merge_all_of,
    spread_siblings,
    standardise_types,
    check_required,
    mark_media,
    move_samples,
    check_limits,
    check_enums,
    loosen_choices,
    check_sizes,
    check_defaults,
    notice_flags,
    notice_prose,
    notice_untyped,
    close_objects,
    check_metaschema,
    check_example,
)

CODES = tuple(each.__name__.replace("_", "-") for each in PASSES)
"""What the notes of each pass are called, in the same order."""


def run_passes(model: Model) -> Model:
    """Run every pass. A pass that follows a Problem still runs, so that all are found."""
    for normalising_pass, code in zip(PASSES, CODES, strict=True):
        known = len(model.notes)
        model = normalising_pass(model)
        if len(model.notes) > known:
            model = _with_codes(model, known, code)
    return model


def _with_codes(model: Model, known: int, code: str) -> Model:
    """Return a model whose notes beyond the known ones say which pass made them."""
    news = (replace(note, code=code) for note in model.notes[known:])
    return replace(model, notes=(*model.notes[:known], *news))
