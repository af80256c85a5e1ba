"""Walk a folder, however deep. Imports little, since most runs walk and do no more."""

import os
from collections.abc import Callable, Iterator
from typing import TypeAlias

Entry: TypeAlias = "os.DirEntry[str]"


def walk(
    folder: str | os.PathLike[str],
    is_entered: Callable[[Entry], bool],
    failed: Callable[[OSError], None],
) -> Iterator[Entry]:
    """Yield what is below a folder and is not a folder itself, in no order.

    A symbolic link is yielded, wherever it leads. `failed` is told of a folder that
    cannot be listed. Not by recursion, of which Python has an end.
    """
    waiting = [os.fspath(folder)]
    while waiting:
        try:
            entries = list(os.scandir(waiting.pop()))
        except OSError as error:
            failed(error)
            continue
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                yield entry
            elif is_entered(entry):
                waiting.append(entry.path)


def is_visible(entry: Entry) -> bool:
    """Whether a file or folder is not a hidden one."""
    return not entry.name.startswith(".")


def nothing(error: OSError) -> None:
    """Take no notice."""
