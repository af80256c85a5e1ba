"""Share what is made of schemas that differ in their words alone."""

import json

from runcomfy_codegen.ir import Schema
from runcomfy_codegen.schema.keywords import WORDS
from runcomfy_codegen.session import Session


def without_words(schema: Schema, session: Session) -> Schema:
    """Return a schema without its words: in a session one and the same for the same rest."""
    return session.once_for(_shared, schema, session)


def _shared(schema: Schema, session: Session) -> Schema:
    text = json.dumps({key: schema[key] for key in schema if key not in WORDS})
    return session.once(_read, text)


def _read(text: str) -> Schema:
    schema: Schema = json.loads(text)
    return schema
