"""Models made by hand that, together, use all of the dialect."""

from typing import Any

RICH: tuple[dict[str, Any], ...] = (
    {
        "model_id": "acme/limits/4K",
        "input_schema": {
            "type": "object",
            "required": ["prompt", "frames"],
            "properties": {
                "prompt": {"type": "string", "minLength": 2, "maxLength": 400},
                "frames": {"type": "integer", "enum": [4, 6, 8]},
                "seconds": {"type": "string", "enum": ["auto", "5", "10"]},
                "scale": {
                    "type": "float",
                    "exclusiveMinimum": 0,
                    "exclusiveMaximum": 1,
                    "default": 0.5,
                },
                "strength": {"type": "number", "minimum": -1, "maximum": 1},
                "guidance": {"type": "float", "multipleOf": 0.25, "minimum": 0},
                "width": {
                    "type": "integer",
                    "minimum": 64,
                    "maximum": 4096,
                    "multipleOf": 8,
                    "default": 512,
                },
                "steps": {
                    "type": "integer",
                    "exclusiveMinimum": 0,
                    "exclusiveMaximum": 9,
                },
                "seed": {"type": "integer", "default": -1, "maximum": 4294967295},
                "ratio": {"type": "number", "enum": [0.5, 1, 1.5], "default": 1},
                "zero": {"type": "integer", "enum": [0, 1, 2], "default": 0},
                "only": {"type": "string", "const": "v2"},
                "color": {"type": "string", "pattern": "^#[0-9a-f]{6}$"},
                "code": {"type": "string", "pattern": "^[A-Z]+$", "maxLength": 4},
                "tags": {
                    "type": "array",
                    "items": {"type": "string", "minLength": 1, "maxLength": 20},
                    "uniqueItems": True,
                    "minItems": 1,
                    "maxItems": 5,
                },
                "points": {
                    "type": "array",
                    "items": {
                        "type": "array",
                        "items": {"type": "number", "minimum": 0},
                        "minItems": 2,
                        "maxItems": 2,
                    },
                },
                "is_fast": {"type": "boolean", "default": False},
                "33_video": {"type": "string", "format": "video_uri"},
                "promptImage": {"type": "string", "format": "image_uri"},
                "class": {"type": "integer", "nullable": True},
                "audio": {"type": "array", "format": "audio_uris", "maxItems": 3},
            },
        },
    },
    {
        "model_id": "acme/nested",
        "input_schema": {
            "type": "object",
            "required": ["prompt", "loras", "note"],
            "properties": {
                "prompt": {"type": "string", "default": "A sample."},
                "note": {"type": ["string", "null"], "maxLength": 9},
                "loras": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 3,
                    "items": {
                        "type": "object",
                        "required": ["path"],
                        "properties": {
                            "path": {"type": "string"},
                            "scaleBy": {
                                "type": "float",
                                "minimum": 0,
                                "maximum": 4,
                                "default": 1,
                            },
                            "mode": {"type": "string", "enum": ["add", "mix"]},
                            "until": {"type": "integer", "nullable": True},
                        },
                    },
                },
                "camera": {
                    "type": "object",
                    "properties": {
                        "zoom": {"type": "integer", "minimum": 1, "default": 1},
                        "lens": {
                            "type": "object",
                            "required": ["name"],
                            "properties": {
                                "name": {"type": "string", "enum": ["wide", "tele"]},
                                "blades": {"type": "integer", "enum": [5, 7]},
                            },
                        },
                    },
                    "additionalProperties": {"type": "integer", "minimum": 0},
                },
                "extra": {
                    "type": "object",
                    "properties": {"a": {"type": "boolean"}},
                    "additionalProperties": True,
                    "maxProperties": 3,
                },
                "weights": {
                    "type": "object",
                    "additionalProperties": {"type": "number", "maximum": 1},
                    "minProperties": 1,
                    "maxProperties": 3,
                },
                "free": {"type": "object"},
            },
        },
        "output_schema": {
            "type": "object",
            "required": ["image", "meta"],
            "properties": {
                "image": {"type": "string", "format": "image_uri"},
                "state": {"type": "string", "enum": ["ok", "nsfw"]},
                "seed": {"type": "integer", "minimum": 0},
                "scores": {"type": "array", "items": {"type": "float"}},
                "33_mask": {"type": "string"},
                "meta": {
                    "type": "object",
                    "required": ["width"],
                    "properties": {
                        "width": {"type": "integer"},
                        "isFast": {"type": "boolean"},
                    },
                    "additionalProperties": {"type": "integer"},
                },
                "frames": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"url": {"type": "string"}},
                    },
                },
            },
        },
        "example": {"prompt": "A fox", "note": None, "loras": [{"path": "a.bin"}]},
    },
    {
        "model_id": "acme/choices",
        "input_schema": {
            "type": "object",
            "required": ["source"],
            "properties": {
                "source": {
                    "anyOf": [
                        {"type": "string", "format": "image_uri"},
                        {
                            "type": "array",
                            "items": {"type": "string"},
                            "minItems": 1,
                            "maxItems": 4,
                        },
                    ]
                },
                "size": {
                    "anyOf": [
                        {"type": "string", "enum": ["S", "M", "L"]},
                        {"type": "integer", "minimum": 64, "maximum": 2048},
                        {
                            "type": "object",
                            "required": ["width", "height"],
                            "properties": {
                                "width": {"type": "integer", "minimum": 64},
                                "height": {"type": "integer", "maximum": 4096},
                            },
                        },
                    ],
                    "default": "M",
                },
                "amount": {
                    "oneOf": [
                        {"type": "integer", "minimum": 0, "maximum": 10},
                        {"type": "number", "minimum": 5},
                    ]
                },
                "mask": {
                    "oneOf": [
                        {"type": "string"},
                        {
                            "type": "object",
                            "required": ["points"],
                            "properties": {
                                "points": {
                                    "type": "array",
                                    "items": {"type": "integer"},
                                }
                            },
                        },
                    ],
                    "nullable": True,
                },
                "mixed": {"enum": ["low", "high", 7]},
                "several": {"type": ["integer", "boolean"], "minimum": 3},
                "shared": {"$ref": "#/$defs/Tone"},
                "both": {
                    "allOf": [
                        {"type": "string", "minLength": 2},
                        {"type": "string", "maxLength": 6},
                    ]
                },
            },
            "$defs": {
                "Tone": {"type": "string", "enum": ["warm", "cold"], "default": "warm"}
            },
        },
    },
)
"""Stored models, as a service would publish them."""
