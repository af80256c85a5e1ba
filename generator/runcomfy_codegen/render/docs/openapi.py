"""Describe the service with every model as one OpenAPI 3.1 document."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from runcomfy_codegen.ir import Json, Module, Schema
from runcomfy_codegen.render.docs.listing import shortened
from runcomfy_codegen.render.docs.openapi_service import PATHS, RESPONSES, SCHEMAS
from runcomfy_codegen.render.subject import Subject

SCHEMA_MAPS = ("properties", "patternProperties", "$defs", "dependentSchemas")
SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
SCHEMA_PLACES = ("items", "additionalProperties", "not", "if", "then", "else")


def document(subjects: Iterable[Subject], version: str) -> dict[str, Any]:
    """Return the document: a path for each model, the queue's endpoints, the errors."""
    ordered = sorted(subjects, key=lambda subject: subject.module.model.model_id)
    modules = [subject.module for subject in ordered]
    vendors = sorted({str(module.vendor) for module in modules})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "RunComfy Model API",
            "version": version,
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
            *({"name": f"models/{vendor}"} for vendor in vendors),
        ],
        "paths": PATHS
        | {_path(subject.module): _submit(subject) for subject in ordered},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": SCHEMAS | dict(_schemas(modules)),
            "responses": RESPONSES,
        },
    }


def _path(module: Module) -> str:
    return f"/v1/models/{quote(module.model.model_id)}"


def _component(module: Module, side: str) -> str:
    return f"{module.vendor}__{module.name}__{side}"


def _schemas(modules: list[Module]) -> list[tuple[str, Schema]]:
    found = []
    for module in modules:
        model = module.model
        found.append((_component(module, "Input"), untitled(model.input_schema)))
        found.append((_component(module, "Output"), untitled(model.output_schema)))
    return found


def _submit(subject: Subject) -> dict[str, Any]:
    module, said = subject.module, subject.about
    output = f"#/components/schemas/{_component(module, 'Output')}"
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
        "x-output-schema": {"$ref": output},
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


def untitled(schema: Json) -> Json:
    """Return a schema without titles, of which other generators make class names."""
    if not isinstance(schema, dict):
        return schema
    plain = {key: value for key, value in schema.items() if key != "title"}
    for key in SCHEMA_MAPS:
        if isinstance(plain.get(key), dict):
            plain[key] = {n: untitled(inner) for n, inner in plain[key].items()}
    for key in SCHEMA_LISTS:
        if isinstance(plain.get(key), list):
            plain[key] = [untitled(inner) for inner in plain[key]]
    for key in SCHEMA_PLACES:
        if key in plain:
            plain[key] = untitled(plain[key])
    return plain
