"""What the OpenAPI document says of the service itself, the same for any models."""

from typing import Any

REQUEST_ID = "6f1c9a52-7d0e-4b7a-9f0e-0a4a3f1c2b7d"
BASE = f"https://model-api.runcomfy.net/v1/requests/{REQUEST_ID}"


def _ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _json(schema: str, example: Any) -> dict[str, Any]:
    content = {
        "schema": _ref("schemas", schema),
        "examples": {"one": {"value": example}},
    }
    return {"application/json": content}


def _error(description: str, code: int, message: str, **more: Any) -> dict[str, Any]:
    example = {"error_code": code, "error_message": message, **more}
    return {"description": description, "content": _json("Error", example)}


def _string(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **more}


URLS = {
    name: _string(f"Where to {verb}.", format="uri")
    for name, verb in (
        ("status_url", "ask for the status"),
        ("result_url", "fetch the result"),
        ("cancel_url", "cancel"),
    )
}
LINKS = {
    name: {
        "operationId": operation,
        "parameters": {"request_id": "$response.body#/request_id"},
    }
    for name, operation in (
        ("status", "getStatus"),
        ("result", "getResult"),
        ("cancel", "cancelRequest"),
    )
}
SCHEMAS: dict[str, Any] = {
    "Submitted": {
        "type": "object",
        "required": ["request_id"],
        "properties": {"request_id": _string("Names the job."), **URLS},
    },
    "Status": {
        "type": "object",
        "required": ["status"],
        "properties": {
            "request_id": _string("Names the job."),
            "status": _string(
                "`in_queue`, `in_progress`, `completed` (finished: the result says "
                "whether it succeeded) or `cancelled`. Treat any other as running."
            ),
            "queue_position": {
                "type": "integer",
                "description": "Jobs ahead of it, while it is in the queue.",
            },
            **URLS,
        },
    },
    "Result": {
        "type": "object",
        "required": ["status"],
        "properties": {
            "request_id": _string("Names the job."),
            "status": _string(
                "`succeeded`, `failed` or `cancelled`; while the job is not finished, "
                "its state."
            ),
            "output": {
                "description": "What the model made; see the `Output` schema of each."
            },
            "error": {"description": "Text or an object, if it failed."},
            "created_at": _string("When it was submitted.", format="date-time"),
            "finished_at": _string("When it ended.", format="date-time"),
            "cost": {"type": "number", "description": "In US dollars."},
        },
    },
    "Cancelled": {
        "type": "object",
        "required": ["outcome"],
        "properties": {
            "request_id": _string("Names the job."),
            "status": _string("The state of the job now."),
            "outcome": _string("`cancelled` or `not_cancellable`."),
        },
    },
    "Catalogue": {
        "type": "object",
        "required": ["models"],
        "properties": {
            "models": {"type": "array", "items": {"type": "object"}},
            "total": {"type": "integer"},
        },
    },
    "Categories": {
        "type": "object",
        "required": ["categories"],
        "properties": {"categories": {"type": "array", "items": {"type": "string"}}},
    },
    "Error": {
        "type": "object",
        "description": "Some errors come as HTTP 200 with a top-level `error_code`.",
        "properties": {
            "error_code": {
                "type": ["integer", "string"],
                "description": "The service's own code, such as 400002.",
            },
            "error_message": _string("What went wrong."),
            "detail": {"description": "What is wrong with each field of the input."},
        },
    },
}
RESPONSES: dict[str, Any] = {
    "Submitted": {
        "description": "The job was taken.",
        "links": LINKS,
        "content": _json(
            "Submitted",
            {
                "request_id": REQUEST_ID,
                "status_url": f"{BASE}/status",
                "result_url": f"{BASE}/result",
                "cancel_url": f"{BASE}/cancel",
            },
        ),
    },
    "BadRequest": _error(
        "A bad model_id (400001), no balance (400002), or a missing or expired token "
        "(400004).",
        400004,
        "The token is missing or not valid.",
    ),
    "Unauthorized": _error("The token is not valid.", 401001, "Not authenticated."),
    "PaymentRequired": _error("No balance.", 400002, "The balance is too low."),
    "Forbidden": _error("The account may not do this.", 403001, "Not permitted."),
    "NotFound": _error(
        "No such model or request, or the request has expired.", 404001, "Not found."
    ),
    "InvalidInput": _error(
        "The input is not as the model's schema says.",
        422001,
        "Invalid input.",
        detail=[{"loc": ["body", "prompt"], "msg": "Field required"}],
    ),
    "TooManyRequests": _error("Too many calls.", 429001, "Too many requests.")
    | {
        "headers": {
            "Retry-After": {
                "description": "Seconds to wait; not always there.",
                "schema": {"type": "string"},
            }
        }
    },
    "ServerError": _error("The service failed.", 500001, "Internal error."),
}
REQUEST_PARAMETER = {
    "name": "request_id",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
    "example": REQUEST_ID,
}


DESCRIPTIONS = {
    "getStatus": "Ask again after a while, until it is `completed` or `cancelled`.",
    "getResult": "`succeeded` with what was made, `failed` with the error, or the state "
    "now. URLs of media expire.",
    "cancelRequest": "A job in progress cannot be cancelled.",
    "listModels": "A page of the models that there are, with prices.",
    "listCategories": "What models can be chosen by.",
    "getModel": "One model, with its schema and its price now.",
    "getBalance": "What is left on the account, for all products. Free to ask.",
}


def _operation(
    name: str,
    summary: str,
    tag: str,
    content: dict[str, Any],
    parameters: list[dict[str, Any]],
) -> dict[str, Any]:
    errors = {"400": "BadRequest", "401": "Unauthorized", "429": "TooManyRequests"}
    if tag == "requests":
        errors["404"] = "NotFound"
    errors["500"] = "ServerError"
    return {
        "operationId": name,
        "summary": summary,
        "description": DESCRIPTIONS[name],
        "tags": [tag],
        "parameters": parameters,
        "responses": {
            "200": {"description": summary, "content": content},
            **{status: _ref("responses", error) for status, error in errors.items()},
        },
    }


def _query(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


PATHS: dict[str, Any] = {
    "/v1/requests/{request_id}/status": {
        "get": _operation(
            "getStatus",
            "Where a job stands now.",
            "requests",
            _json(
                "Status",
                {
                    "request_id": REQUEST_ID,
                    "status": "in_queue",
                    "queue_position": 3,
                    "status_url": f"{BASE}/status",
                    "result_url": f"{BASE}/result",
                },
            ),
            [REQUEST_PARAMETER],
        )
    },
    "/v1/requests/{request_id}/result": {
        "get": _operation(
            "getResult",
            "What a job made; while it is not finished, its state.",
            "requests",
            _json(
                "Result",
                {
                    "request_id": REQUEST_ID,
                    "status": "succeeded",
                    "output": {"image": "https://example.com/output.png"},
                    "created_at": "2026-01-01T00:00:00Z",
                    "finished_at": "2026-01-01T00:00:09Z",
                    "error": None,
                },
            ),
            [
                REQUEST_PARAMETER,
                _query("include_cost", "Whether to say the cost.", type="boolean"),
            ],
        )
    },
    "/v1/requests/{request_id}/cancel": {
        "post": _operation(
            "cancelRequest",
            "Cancel a job that is in the queue.",
            "requests",
            _json(
                "Cancelled",
                {
                    "request_id": REQUEST_ID,
                    "status": "cancelled",
                    "outcome": "cancelled",
                },
            ),
            [REQUEST_PARAMETER],
        )
    },
    "/v1/models": {
        "get": _operation(
            "listModels",
            "The catalogue.",
            "catalogue",
            _json("Catalogue", {"models": [], "total": 0}),
            [
                _query("search", "Words to look for.", type="string"),
                _query("category", "One category.", type="string"),
                _query("kind", "One kind.", type="string"),
                _query("include_schema", "With schemas.", type="boolean"),
                _query(
                    "limit",
                    "At most.",
                    type="integer",
                    minimum=1,
                    maximum=500,
                    default=100,
                ),
                _query("offset", "From.", type="integer", minimum=0, default=0),
            ],
        )
    },
    "/v1/models/categories": {
        "get": _operation(
            "listCategories",
            "The categories.",
            "catalogue",
            _json("Categories", {"categories": ["text-to-image"]}),
            [],
        )
    },
}
