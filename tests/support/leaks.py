"""What leaves the library by an error."""

import traceback
from pathlib import Path

from tests.support.checkout import TESTS


def library_locals(error: BaseException | None) -> str:
    """Return what a traceback helper would show of every frame that is not a test's."""
    shown: list[str] = []
    while error is not None:
        whole = traceback.TracebackException.from_exception(error, capture_locals=True)
        shown += [str(frame.locals) for frame in whole.stack if _is_ours(frame)]
        error = error.__cause__ or error.__context__
    assert shown
    return "".join(shown)


def _is_ours(frame: traceback.FrameSummary) -> bool:
    return not (
        Path(frame.filename).is_relative_to(TESTS) or "/asyncio/" in frame.filename
    )
