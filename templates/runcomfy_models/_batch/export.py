"""Writing what became of a batch to a file: JSON lines, or a table."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from ..errors import ConfigurationError
from .items import BatchItem

COLUMNS = (
    *("key", "model_id", "state", "request_id", "cost_usd", "files", "error"),
    *("input", "output", "added_at", "sent_at", "ended_at"),
)


def export(items: Iterable[BatchItem], path: str | os.PathLike[str]) -> Path:
    """Write a line for each job; the file is whole, or as it was before."""
    target = Path(path)
    writers = {".jsonl": _write_lines, ".csv": _write_table}
    if target.suffix.lower() not in writers:
        raise ConfigurationError(
            f"An export is a .jsonl or a .csv file, not {target.name!r}."
        )
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            writers[target.suffix.lower()](file, items)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return target


def as_row(item: BatchItem) -> dict[str, Any]:
    """Return a job as JSON: cost as a text, so that it stays exact."""
    return {
        "key": item.key,
        "model_id": item.model_id,
        "state": item.state,
        "request_id": item.request_id,
        "cost_usd": None if item.cost_usd is None else f"{item.cost_usd:f}",
        "files": [str(path) for path in item.files],
        "error": item.error,
        "input": item.body,
        "output": item.output,
        "added_at": _shown(item.added_at),
        "sent_at": _shown(item.sent_at),
        "ended_at": _shown(item.ended_at),
    }


def _write_lines(file: IO[str], items: Iterable[BatchItem]) -> None:
    for item in items:
        file.write(json.dumps(as_row(item)) + "\n")


def _write_table(file: IO[str], items: Iterable[BatchItem]) -> None:
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    for item in items:
        row = as_row(item)
        row["files"] = " ".join(row["files"])
        row["input"] = json.dumps(row["input"])
        row["output"] = "" if row["output"] is None else json.dumps(row["output"])
        writer.writerow(row)


def _shown(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds")
