"""Which tools there are, and what each takes. Pure but for reading the package's schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Any

import mcp_types as types

from ..._core.model_info import KINDS, ModelInfo
from .words import MARK, quoted, tame

LONGEST_NAME = 56
"""Clients allow 64 characters, and some put the server's name in front."""
NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
LONGEST_WAIT = 600
TEXT: dict[str, Any] = {"type": "string"}
MODEL_ID = {**TEXT, "description": "Such as find_models gives it: vendor/model."}
INPUT = {
    "type": "object",
    "description": "The model's input; describe_model tells what it takes.",
}
REQUEST_ID = {**TEXT, "description": "Of the job."}
AGAIN = {
    "type": "boolean",
    "default": False,
    "description": "Pay for the same call again, though it was made within the last hour.",
}
WAIT = {
    "type": "number",
    "minimum": 0,
    "maximum": LONGEST_WAIT,
    "default": 45,
    "description": "Seconds to wait; a job that takes longer goes on, see job_status.",
}


@dataclass(frozen=True, slots=True)
class ToolInfo:
    """One tool: how it is shown, and the model that it runs, if it is one model's."""

    tool: types.Tool
    costs: bool
    model_id: str = ""


def _tool(
    name: str,
    description: str,
    properties: Mapping[str, Any],
    required: Iterable[str] = (),
    *,
    reads: bool = True,
    costs: bool = False,
) -> ToolInfo:
    schema: dict[str, Any] = {"type": "object", "properties": dict(properties)}
    if required:
        schema["required"] = list(required)
    schema["additionalProperties"] = False
    return _info(name, description, schema, reads, costs)


def _info(
    name: str,
    description: str,
    schema: dict[str, Any],
    reads: bool,
    costs: bool,
    model_id: str = "",
) -> ToolInfo:
    hints = types.ToolAnnotations(
        read_only_hint=reads,
        destructive_hint=not (costs or reads),
        idempotent_hint=reads,
        open_world_hint=True,
    )
    tool = types.Tool(
        name=name,
        description=description,
        input_schema=schema,
        annotations=hints,
        _meta={"runcomfy/costs_money": costs},
    )
    return ToolInfo(tool, costs, model_id)


FREE = (
    _tool(
        "find_models",
        "Find models by words, by what they take and make, and by vendor. Free.",
        {
            "search": {**TEXT, "description": "Words, all of which must stand in it."},
            "takes": {"type": "array", "items": {"enum": list(KINDS)}},
            "makes": {"type": "array", "items": {"enum": list(KINDS)}},
            "vendor": TEXT,
            "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
            "offset": {"type": "integer", "minimum": 0, "default": 0},
        },
    ),
    _tool(
        "describe_model",
        "Tell what a model takes (JSON Schema), with an example input. Free.",
        {"model_id": MODEL_ID},
        ["model_id"],
    ),
    _tool(
        "estimate",
        "Tell what a job would cost, where that can be told before. Free.",
        {"model_id": MODEL_ID, "input": INPUT},
        ["model_id", "input"],
    ),
    _tool(
        "job_status",
        "Tell where a job stands now. Free.",
        {"request_id": REQUEST_ID},
        ["request_id"],
    ),
    _tool(
        "job_result",
        "Get what a finished job made. With wait_seconds, wait for it first. Free.",
        {"request_id": REQUEST_ID, "wait_seconds": {**WAIT, "default": 0}},
        ["request_id"],
    ),
    _tool(
        "cancel_job",
        "Cancel a job that is still in the queue. Free.",
        {"request_id": REQUEST_ID},
        ["request_id"],
        reads=False,
    ),
    _tool("balance", "Tell what is left on the account. Free.", {}),
    _tool(
        "ledger",
        "Tell what this session may spend, has spent, and which jobs it has begun. Free.",
        {},
    ),
)
PAID = (
    _tool(
        "run_model",
        "Run a model and wait for what it makes. COSTS MONEY.",
        {"model_id": MODEL_ID, "input": INPUT, "wait_seconds": WAIT, "again": AGAIN},
        ["model_id", "input"],
        reads=False,
        costs=True,
    ),
    _tool(
        "submit_model",
        "Begin a job and return its request_id at once. COSTS MONEY.",
        {"model_id": MODEL_ID, "input": INPUT, "again": AGAIN},
        ["model_id", "input"],
        reads=False,
        costs=True,
    ),
)


def model_tools(chosen: Iterable[ModelInfo]) -> tuple[list[ToolInfo], list[str]]:
    """Return a tool for each model, and the models that no client could call so."""
    infos = list(chosen)
    names = tool_names(info.model_id for info in infos)
    tools, left_out = [], []
    for info in infos:
        schema = input_schema(info)
        if not all(NAME.fullmatch(name) for name in schema.get("properties", ())):
            left_out.append(info.model_id)
            continue
        description = (
            f"Run the model {quoted(info.model_id)}. COSTS MONEY. "
            f"{MARK}: {quoted(info.description or info.display_name)}"
        )
        tools.append(
            _info(
                names[info.model_id],
                description,
                tame(schema),
                False,
                True,
                info.model_id,
            )
        )
    return tools, left_out


def input_schema(info: ModelInfo) -> dict[str, Any]:
    """Return the normalised schema of a model's input."""
    package = __name__.split(".", 1)[0]
    path = files(package).joinpath("_schemas", info.vendor, f"{info.module}.json")
    schema: dict[str, Any] = json.loads(path.read_text("utf-8"))["input_schema"]
    return schema


def tool_names(model_ids: Iterable[str]) -> dict[str, str]:
    """Return a tool's name for each model, none twice, each as clients allow it."""
    plain = {each: re.sub(r"[^A-Za-z0-9_-]+", "_", each) for each in model_ids}
    counts: dict[str, int] = {}
    for name in plain.values():
        counts[name.lower()] = counts.get(name.lower(), 0) + 1
    names = {}
    for model_id, name in plain.items():
        if counts[name.lower()] > 1 or len(name) > LONGEST_NAME:
            mark = sha256(model_id.encode()).hexdigest()[:8]
            name = f"{name[: LONGEST_NAME - 9]}_{mark}"
        names[model_id] = name
    return names
