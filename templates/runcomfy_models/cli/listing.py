"""Which commands there are, and what each does in a line. Imports nothing."""

COMMANDS = {
    "run": "Run a model, and wait for what it makes.",
    "status": "Tell where jobs stand now.",
    "wait": "Wait for jobs, and show what they made.",
    "result": "Show what finished jobs made.",
    "cancel": "Cancel jobs that are still in the queue.",
    "download": "Download what finished jobs made.",
    "models": "Look models up.",
    "show": "Show a model, its flags and an example.",
    "schema": "Print a model's JSON Schema.",
    "example": "Print a request body that a model takes.",
    "batch": "Run many jobs, each paid once, whatever happens.",
    "price": "Tell what a model costs now, and a job with these flags.",
    "balance": "Tell what is left on the account.",
    "mcp": "Serve agents, within what may be spent.",
    "simulator": "Serve a local stand-in for the service, free of charge.",
    "completion": "Print what makes a shell complete this command.",
}
HOMES = {
    "run": "run",
    "status": "jobs",
    "wait": "jobs",
    "result": "jobs",
    "cancel": "jobs",
    "download": "jobs",
    "models": "models",
    "show": "models",
    "schema": "models",
    "example": "examples",
    "batch": "batch",
    "price": "money",
    "balance": "money",
    "mcp": "servers",
    "simulator": "servers",
    "completion": "completion",
}
"""The module that has each."""
