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
    "--repeat": NOTHING,
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
        "--moved": None,
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
        "--moved": None,
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
            names = [name.partition(" ")[2] for name in OPTIONS]
            yield from _named(word, filter(None, names))
            return
        command, *rest = f"batch {rest[0]}", *rest[1:]
    if command not in OPTIONS:
        return
    if command == "completion":
        yield from _named(word, SHELLS)
        return
    yield from _within(command, rest, word)


def _within(command: str, rest: list[str], word: str) -> Iterable[Candidate]:
    """Return what completes a word behind a command."""
    options = OPTIONS[command]
    flag, equals, value = word.partition("=")
    if equals and flag.startswith("--"):
        found = _values(command, options, rest, flag, value)
        return [_joined(flag, *each) for each in found]
    last = rest[-1] if rest else ""
    if last.startswith("--"):
        behind = list(_values(command, options, rest[:-1], last, word))
        if behind or options.get(last) == NOTHING:
            return behind
    if word.startswith("-"):
        return _matching(word, _names(command, options, rest))
    return _arguments(command, options, rest, word)


def _joined(flag: str, value: str, about: str) -> Candidate:
    """Return a value as it stands behind `--flag=`."""
    return (value if value.startswith(":") else f"{flag}={value}"), about


def _arguments(
    command: str, options: dict[str, str | None], rest: list[str], word: str
) -> Iterator[Candidate]:
    """Yield what a command takes that is not a flag: files, or its model."""
    if command in TAKES_FILES:
        yield FILES, ""
    if command in TAKES_MODEL and _model(rest, options) is None:
        yield from _named(word, _models())


def _names(
    command: str, options: dict[str, str | None], rest: list[str]
) -> Iterator[Candidate]:
    """Yield the flags of the model that was named, and the command's options."""
    model_id = _packaged(rest, options)
    if command in TAKES_FLAGS and model_id is not None:
        from .requests.flags import every_flag

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
        yield from _option_values(options[flag], word)
        return
    model_id = _packaged(rest, options)
    if command in TAKES_FLAGS and model_id is not None:
        yield from _flag_values(model_id, flag, frozenset(options), word)


def _option_values(behind: str | None, word: str) -> Iterator[Candidate]:
    """Yield the values of an option of a command's own, by what is behind it."""
    match behind:
        case ":files" | ":folders":
            yield behind, ""
        case "kinds":
            yield from _named(word, KINDS)
        case "states":
            yield from _named(word, STATES)
        case "models":
            yield from _named(word, _models())
        case "vendors":
            vendors = {name.partition("/")[0] for name in _models()}
            yield from _named(word, sorted(vendors))


def _flag_values(
    model_id: str, name: str, own: frozenset[str], word: str
) -> Iterator[Candidate]:
    """Yield the values of a model's flag: its choices, files, or true and false."""
    from .._core.fields.values import shown
    from .requests.flags import find_flag

    reader = _reader(model_id)
    flag = find_flag(reader, name[2:], own)
    if flag is None:
        return
    items = reader.items(flag.schema)
    schema = flag.schema if items is None else items
    choices = reader.choices(schema)
    if choices:
        texts = [each if isinstance(each, str) else shown(each) for each in choices]
        yield from _named(word, texts)
    elif word.startswith("@") or reader.medium(schema, str(flag.path[-1])):
        yield FILES, ""
    elif word and "boolean" in reader.kinds(schema):
        yield from _named(word, ("true", "false"))


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
    from .requests.entries import packaged_entry

    return Reader(packaged_entry(model_id)["input_schema"])


def _named(word: str, names: Iterable[str]) -> Iterator[Candidate]:
    """Yield the names that a word may become, with nothing said of them."""
    yield from _matching(word, ((name, "") for name in names))


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
