"""Describe the service with every model as one OpenAPI 3.1 document."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from operator import itemgetter
from typing import Any
from urllib.parse import quote

from runcomfy_codegen.escape import json_text
from runcomfy_codegen.ir import Json, Module, Schema
from runcomfy_codegen.render.docs.openapi_service import PATHS, RESPONSES, SCHEMAS
from runcomfy_codegen.render.entries import shortened
from runcomfy_codegen.render.subject import Subject

SCHEMA_MAPS = ("properties", "patternProperties", "$defs", "dependentSchemas")
RENAMED = {"validations": "x-validations"}
SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
SCHEMA_PLACES = ("items", "additionalProperties", "not", "if", "then", "else")


def document(subjects: Iterable[Subject], version: str) -> dict[str, Any]:
    """Return the document: a path for each model, the queue's endpoints, the errors."""
    ordered = sorted(subjects, key=lambda subject: subject.module.model.model_id)
    modules = [subject.module for subject in ordered]
    vendors = sorted({str(module.vendor) for module in modules})
    outputs = _outputs(modules)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "RunComfy Model API",
            "version": version,
            "contact": {"name": "RunComfy", "url": "https://www.runcomfy.com"},
            "summary": "Every model of the RunComfy Model API.",
            "description": (
                "Made from the published schemas of the models. Submit a job, poll its "
                "status, fetch its result."
            ),
        },
        "servers": [{"url": "https://model-api.runcomfy.net"}],
        "security": [{"token": []}],
        "tags": [
            {"name": "requests", "description": "Jobs, once submitted."},
            {"name": "catalogue", "description": "What models there are."},
            *(
                {"name": f"models/{vendor}", "description": f"Models of {vendor}."}
                for vendor in vendors
            ),
        ],
        "paths": {
            **PATHS,
            **{
                _path(each.module): _submit(
                    each, outputs[each.module.model.model_id][0]
                )
                for each in ordered
            },
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _with_outputs(name for name, _ in outputs.values())
            | _inputs(modules)
            | dict(sorted(outputs.values(), key=itemgetter(0))),
            "responses": RESPONSES,
        },
    }


def _path(module: Module) -> str:
    return f"/v1/models/{quote(module.model.model_id)}"


def _component(module: Module, side: str) -> str:
    return f"{module.vendor}__{module.name}__{side}"


def _inputs(modules: list[Module]) -> dict[str, Schema]:
    return {
        _component(module, "Input"): adapted(module.model.input_schema)
        for module in modules
    }


def _outputs(modules: list[Module]) -> dict[str, tuple[str, Schema]]:
    """Return the component of each model's output: of those that are alike, one."""
    by_text: dict[str, list[Module]] = {}
    for module in modules:
        by_text.setdefault(json_text(module.model.output_schema), []).append(module)
    found: dict[str, tuple[str, Schema]] = {}
    for text, alike in by_text.items():
        name = _component(alike[0], "Output")
        if len(alike) > 1:
            name = f"Output_{sha256(text.encode()).hexdigest()[:8]}"
        for module in alike:
            schema = adapted(module.model.output_schema)
            found[module.model.model_id] = (name, schema)
    return found


def _with_outputs(names: Iterable[str]) -> dict[str, Any]:
    """Return the service's own components, with what a result may hold."""
    result = SCHEMAS["Result"]
    output = result["properties"]["output"]
    if forms := [_ref(name) for name in sorted(set(names))]:
        output = {**output, "anyOf": forms}
    properties = {**result["properties"], "output": output}
    return {**SCHEMAS, "Result": {**result, "properties": properties}}


def _submit(subject: Subject, output: str) -> dict[str, Any]:
    module, said = subject.module, subject.about
    operation = {
        "operationId": f"submit__{module.vendor}__{module.name}",
        "summary": said.title,
        "description": shortened(said.description),
        "tags": [f"models/{module.vendor}"],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": _ref(_component(module, "Input")),
                    "examples": {"sample": {"value": subject.example}},
                }
            },
        },
        "responses": {
            "200": {"$ref": "#/components/responses/Submitted"},
            **{
                status: {"$ref": f"#/components/responses/{name}"}
                for status, name in SUBMIT_ERRORS.items()
            },
        },
        "x-output-schema": _ref(output),
    }
    return {"post": operation}


SUBMIT_ERRORS: Mapping[str, str] = {
    "400": "BadRequest",
    "401": "Unauthorized",
    "402": "PaymentRequired",
    "403": "Forbidden",
    "404": "NotFound",
    "422": "InvalidInput",
    "429": "TooManyRequests",
    "500": "ServerError",
}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def adapted(schema: Json) -> Json:
    """Return a schema as other generators take it.

    Without titles, of which they make class names; with items for each array; and with
    what is not a keyword of JSON Schema behind an `x-`.
    """
    if not isinstance(schema, dict):
        return schema
    plain = {RENAMED.get(k, k): value for k, value in schema.items() if k != "title"}
    for key in SCHEMA_MAPS:
        if isinstance(plain.get(key), dict):
            plain[key] = {n: adapted(inner) for n, inner in plain[key].items()}
    for key in SCHEMA_LISTS:
        if isinstance(plain.get(key), list):
            plain[key] = [adapted(inner) for inner in plain[key]]
    for key in SCHEMA_PLACES:
        if key in plain:
            plain[key] = adapted(plain[key])
    if plain.get("type") == "array" and "prefixItems" not in plain:
        plain.setdefault("items", {})
    return plain
