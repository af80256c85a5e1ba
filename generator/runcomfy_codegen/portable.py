"""Names that every file system holds: Windows reserves some, and drops the ends of others."""

DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"com{number}" for number in "0123456789¹²³"]
    + [f"lpt{number}" for number in "0123456789¹²³"]
)
"""What Windows takes for a device, in any case and whatever follows a dot."""
MARK = "~"
"""What tells a name of ours from the one that cannot be held. No model_id has it."""


def portable(name: str) -> str:
    """Return the name of a file or folder, marked where it could not be held."""
    stem, dot, rest = name.partition(".")
    if stem.rstrip(" ").lower() in DEVICES:
        name = f"{stem}{MARK}{dot}{rest}"
    return f"{name}{MARK}" if name.endswith((".", " ")) else name
