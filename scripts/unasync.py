"""Derive the sync halves of the runtime from the async ones, which are written by hand.

`python scripts/unasync.py` compares, and exits 1 with a diff where they differ;
`--write` writes what is derived. A pair is a file, or a class in one.
"""

from __future__ import annotations

import ast
import difflib
import re
import subprocess
import sys
from pathlib import Path

import black

RUNTIME = Path(__file__).parents[1] / "templates" / "runcomfy_models"
PAIRS = (
    ("_http/async_engine.py", "_http/sync_engine.py"),
    ("async_client.py", "client.py"),
)
CLASSES = (("jobs.py", "AsyncJob", "Job"),)
RULES = (
    (r"The async engine, for asyncio\. The sync one is made of it: see `sync_engine`\.",
     "The sync engine. Made by scripts/unasync.py of the async one: edit that."),
    (r"The async client: `AsyncRunComfy`\.", "The client: `RunComfy`."),
    (r"The sync one is made of it by scripts/unasync\.py\.",
     "Made by scripts/unasync.py of the async one: edit that."),
    (r" of the RunComfy Model API for asyncio,", " of the RunComfy Model API,"),
    (r" and\n( +)awaited if it is a coroutine function; what it raises is logged", "; what\n\\1it raises is logged"),
    (r"shared between tasks", "shared between threads"),
    (r"\basync (def|with|for)\b", r"\1"),
    (r"\bawait ", ""),
    (r"\[([^\[\]]*) async for\b", r"[\1 for"),
    (r"__a(enter|exit)__", r"__\1__"),
    (r"\baclose\b", "close"),
    (r"\baiter_bytes\b", "iter_bytes"),
    (r"\banext\(", "next("),
    (r"\bAsyncGenerator\[(.*), None\]", r"Generator[\1, None, None]"),
    (r"\bAsyncGenerator\b", "Generator"),
    (r"\bAsyncEngine\b", "SyncEngine"),
    (r"\basync_(primitives|engine)\b", r"sync_\1"),
    (r"\bAsync(BaseTransport|Client|RunComfy|Job)\b", r"\1"),
    (r"\bhandle_async_request\b", "handle_request"),
    (r"\b_batch\.tasks\b", "_batch.threads"),
    (r" \| AsyncIterable\[Runnable\[OutputT\]\]", ""),
    (r"\bAsyncIterable,\s*", ""),
    (r"\bfor (\w+) in (\w+):\n +yield \1\n", r"yield from \2\n"),
)  # fmt: skip


def derive(text: str) -> str:
    """Return the sync form of async code."""
    for pattern, replacement in RULES:
        text = re.sub(pattern, replacement, text)
    return text


def class_source(text: str, name: str) -> str:
    """Return a class's own lines."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            lines = text.splitlines(keepends=True)
            return "".join(lines[node.lineno - 1 : node.end_lineno])
    raise LookupError(f"there is no class {name}")


def derived_files() -> dict[Path, str]:
    """Return each sync file as it should be."""
    files = {}
    for source, target in PAIRS:
        if (RUNTIME / source).exists():
            files[RUNTIME / target] = derive((RUNTIME / source).read_text("utf-8"))
    for file, source, target in CLASSES:
        text = (RUNTIME / file).read_text("utf-8")
        made = derive(class_source(text, source))
        files[RUNTIME / file] = text.replace(class_source(text, target), made)
    return {path: _formatted(text) for path, text in files.items()}


def _formatted(text: str) -> str:
    """Sort the imports anew, since names have changed, and lay the code out."""
    ruff = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--select=I",
        "--fix",
        "--quiet",
        "-",
    ]
    done = subprocess.run(ruff, input=text, capture_output=True, text=True, check=True)
    return black.format_str(done.stdout, mode=black.Mode())


def main() -> int:
    """Compare or write, and say where they differ."""
    differ = 0
    for path, wanted in derived_files().items():
        found = path.read_text("utf-8") if path.exists() else ""
        if found == wanted:
            continue
        differ = 1
        if "--write" in sys.argv:
            path.write_text(wanted, "utf-8")
            continue
        name = str(path.relative_to(RUNTIME))
        lines = (text.splitlines(keepends=True) for text in (found, wanted))
        sys.stdout.writelines(difflib.unified_diff(*lines, name, f"{name} as derived"))
    return 0 if "--write" in sys.argv else differ


if __name__ == "__main__":
    sys.exit(main())
