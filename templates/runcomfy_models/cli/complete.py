"""What a press of Tab offers. Imports no click: there is no time for it.

A shell's script hands over the words so far, and gets a line for each candidate: the
value, a tab, what it is. A line `:files` or `:folders` asks the shell for names of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .._core.fields.dialect import Reader

Candidate = tuple[str, str]

FILES, FOLDERS, NOTHING = ":files", ":folders", ""
KINDS = ("text", "image", "video", "audio")
SHELLS = ("bash", "zsh", "fish")
JSON: dict[str, str | None] = {"--json": None}
JOURNAL: dict[str, str | None] = {"--journal": FILES}
RUN: dict[str, str | None] = {
    "--input": FILES,
    "--out": FOLDERS,
    "--no-wait": None,
    "--timeout": NOTHING,
    "--max-cost-usd": NOTHING,
    "--allow-unpriced": None,
    "--dry-run": None,
    **JSON,
}
OPTIONS: dict[str, dict[str, str | None]] = {
    "run": RUN,
    "status": JSON,
    "wait": {"--timeout": NOTHING, "--out": FOLDERS, **JSON},
    "result": {"--out": FOLDERS, **JSON},
    "cancel": JSON,
    "download": {"--out": FOLDERS, **JSON},
    "models": {"--takes": "kinds", "--makes": "kinds", "--vendor": "vendors", **JSON},
    "show": JSON,
    "schema": {"--output": None},
    "example": {},
    "batch": {},
    "batch add": {**JOURNAL, "--model": "models", **JSON},
    "batch run": {
        **JOURNAL,
        "--model": "models",
        "--concurrency": NOTHING,
        "--max-cost-usd": NOTHING,
        "--allow-unpriced": None,
        "--out": FOLDERS,
        "--timeout": NOTHING,
        **JSON,
    },
    "batch status": {**JOURNAL, **JSON},
    "batch retry": {"--state": "states", **JOURNAL, **JSON},
    "batch settle": {"--request-id": NOTHING, "--lost": None, **JOURNAL, **JSON},
    "batch export": {**JOURNAL, **JSON},
    "batch work": {
        **JOURNAL,
        "--concurrency": NOTHING,
        "--per-minute": NOTHING,
        "--max-cost-usd": NOTHING,
        "--allow-unpriced": None,
        "--out": FOLDERS,
        "--timeout": NOTHING,
        "--until-empty": None,
    },
    "price": {"--input": FILES, **JSON},
    "balance": JSON,
    "mcp": {
        "--http": NOTHING,
        "--model": "models",
        "--vendor": "vendors",
        "--max-cost-usd": NOTHING,
        "--max-jobs": NOTHING,
        "--allow-unpriced": None,
        "--files": FOLDERS,
        "--out": FOLDERS,
        "--journal": FILES,
    },
    "simulator": {},
    "playground": {
        "--site": FOLDERS,
        "--port": NOTHING,
        "--max-cost-usd": NOTHING,
        "--allow-unpriced": None,
        "--simulator": None,
    },
    "completion": {},
}
"""The options of each command, and what is behind each: None where nothing is."""
TAKES_MODEL = frozenset({"run", "show", "schema", "example", "price"})
TAKES_FLAGS = frozenset({"run", "price"})
TAKES_FILES = frozenset({"batch add", "batch run", "batch export"})
STATES = ("failed", "cancelled")
LONGEST = 60


def print_candidates(arguments: Sequence[str]) -> int:
    """Print what completes the last of some words, for a shell."""
    shell, *words = arguments or ("",)
    try:
        found = list(candidates(words or [""]))
    except (OSError, ValueError, LookupError, RecursionError):
        return 1  # nothing is offered where the package cannot be read
    lines = [_line(shell, value, about) for value, about in found]
    text = "".join(f"{line}\n" for line in lines)
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    return 0


def candidates(words: Sequence[str]) -> Iterator[Candidate]:
    """Yield what the last word may become. `words` are those behind the program's name."""
    *before, word = words
    if not before:
        from .listing import COMMANDS

        yield from _matching(word, COMMANDS.items())
        return
    command, *rest = before
    if command == "batch":
        if not rest:
            names = (name.partition(" ")[2] for name in OPTIONS)
            yield from _matching(word, ((name, "") for name in names if name))
            return
        command, *rest = f"batch {rest[0]}", *rest[1:]
    if command not in OPTIONS:
        return
    if command == "completion":
        yield from _matching(word, ((shell, "") for shell in SHELLS))
        return
    yield from _within(command, rest, word)


def _within(command: str, rest: list[str], word: str) -> Iterator[Candidate]:
    """Yield what completes a word behind a command."""
    options = OPTIONS[command]
    flag, equals, value = word.partition("=")
    if equals and flag.startswith("--"):
        for each, about in _values(command, options, rest, flag, value):
            yield (each if each.startswith(":") else f"{flag}={each}"), about
        return
    if rest and rest[-1].startswith("--"):
        found = list(_values(command, options, rest[:-1], rest[-1], word))
        if found or options.get(rest[-1]) == NOTHING:
            yield from found
            return
    if not word.startswith("-"):
        if command in TAKES_FILES:
            yield FILES, ""
        if command in TAKES_MODEL and _model(rest, options) is None:
            yield from _matching(word, ((name, "") for name in _models()))
        return
    yield from _matching(word, _names(command, options, rest))


def _names(
    command: str, options: dict[str, str | None], rest: list[str]
) -> Iterator[Candidate]:
    """Yield the flags of the model that was named, and the command's options."""
    model_id = _packaged(rest, options)
    if command in TAKES_FLAGS and model_id is not None:
        from .flags import every_flag

        reader = _reader(model_id)
        for flag in every_flag(reader, frozenset(options)):
            about = flag.schema.get("description") or flag.schema.get("title") or ""
            yield flag.spelled, str(about)
            if "boolean" in reader.kinds(flag.schema):
                yield f"--no-{flag.name}", str(about)
    for name in (*options, "--help"):
        yield name, ""


def _values(
    command: str,
    options: dict[str, str | None],
    rest: list[str],
    flag: str,
    word: str,
) -> Iterator[Candidate]:
    """Yield the values that may stand behind a flag."""
    if flag in options:
        behind = options[flag]
        if behind in (FILES, FOLDERS):
            yield behind, ""
        elif behind == "kinds":
            yield from _matching(word, ((kind, "") for kind in KINDS))
        elif behind == "states":
            yield from _matching(word, ((state, "") for state in STATES))
        elif behind == "models":
            yield from _matching(word, ((name, "") for name in _models()))
        elif behind == "vendors":
            vendors = sorted({name.partition("/")[0] for name in _models()})
            yield from _matching(word, ((vendor, "") for vendor in vendors))
        return
    model_id = _packaged(rest, options)
    if command not in TAKES_FLAGS or model_id is None:
        return
    from .._core.fields.values import shown
    from .flags import find_flag

    reader = _reader(model_id)
    found = find_flag(reader, flag[2:], frozenset(options))
    if found is None:
        return
    items = reader.items(found.schema)
    schema = found.schema if items is None else items
    choices = [c if isinstance(c, str) else shown(c) for c in reader.choices(schema)]
    yield from _matching(word, ((choice, "") for choice in choices))
    is_file = reader.medium(schema, str(found.path[-1])) or word.startswith("@")
    if is_file and not choices:
        yield FILES, ""
    elif "boolean" in reader.kinds(schema) and word:
        yield from _matching(word, (("true", ""), ("false", "")))


def _model(rest: list[str], options: dict[str, str | None]) -> str | None:
    """Return the model that the words name: the first that is not an option's."""
    skips = False
    for word in rest:
        if skips:
            skips = False
        elif word.startswith("-"):
            skips = options.get(word) is not None
        else:
            return word
    return None


def _packaged(rest: list[str], options: dict[str, str | None]) -> str | None:
    """Return the model that the words name, where its flags are known."""
    model_id = _model(rest, options)
    return model_id if model_id in _models() else None


def _models() -> Collection[str]:
    from .._catalogue import MODELS

    return MODELS


def _reader(model_id: str) -> Reader:
    from .._core.fields.dialect import Reader
    from .entries import packaged_entry

    return Reader(packaged_entry(model_id)["input_schema"])


def _matching(word: str, found: Iterable[Candidate]) -> Iterator[Candidate]:
    for value, about in found:
        if value.startswith(word):
            yield value, about


def _line(shell: str, value: str, about: str) -> str:
    """Return a candidate as a shell's script reads it."""
    if not value.isprintable():
        return ""
    said = " ".join("".join(c if c.isprintable() else " " for c in about).split())
    if len(said) > LONGEST:
        said = f"{said[: LONGEST - 3]}..."
    return value if shell == "bash" or not said else f"{value}\t{said}"
