"""Make the cases of a validation test from a schema: what is accepted, what refused.

Each rule of a field gives a value just inside and one just outside. A validator has
the last word on each, so that a case never contradicts the schema it came from.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.render.pattern_samples import from_pattern
from runcomfy_codegen.render.python.limits import branches_of
from runcomfy_codegen.render.samples import (
    EXACT,
    beyond,
    lower_bound,
    sample,
    several,
    upper_bound,
)
from runcomfy_codegen.schema.validator import (
    InputJudge,
    SchemaJudge,
    StrictJudge,
    is_valid,
    matches,
)

LONGEST, LONGEST_TEXT = 100_000, 1_000_000
"""Items, and characters, of what is tried: beyond them a limit is not."""
SEVERAL = 8
"""Fields that an object names none of, so many are tried."""
ODD: tuple[Json, ...] = (1, "text", [], {})
MOST_WRITTEN = 100
"""Items that differ, or stand beside one that does, are all written: no more of them."""
ANY_LETTER, ANY_TEXT = "漢", 'Aa 1é漢!\n"\\'
"""What no pattern that nobody wrote would match."""
CHOICE = re.compile(r"(^|, )(enum |its only value$)")
"""What the rule of a value is called that a schema lists."""
FAR = 10**12 + 1
"""Beyond any limit that a service would have, and whole in a double."""
PROSE = frozenset(("title", "description", "format", "x-media", "validations"))
LIMITS = frozenset(
    ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")
)
PLAIN = PROSE | LIMITS | {"type", "enum", "items", "default", "examples"}
"""The keywords whose rules do not touch each other."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A value repeated, which is written as `value * count`."""

    value: Json
    count: int

    def whole(self) -> Json:
        """Return what it stands for."""
        return self.value * self.count


def weight(value: Json | Repeat) -> int:
    """Return how much a value is to write, and to check: values, and characters by tens."""
    if isinstance(value, Repeat):
        return weight(value.value)
    if isinstance(value, str):
        return 1 + len(value) // 10
    if isinstance(value, dict):
        return 1 + sum(map(weight, value)) + sum(map(weight, value.values()))
    return 1 + sum(map(weight, value)) if isinstance(value, list) else 1


def whole(value: Json | Repeat) -> Json:
    """Return a value with each repetition in it made."""
    if isinstance(value, Repeat):
        return value.whole()
    if isinstance(value, list):
        return [whole(item) for item in value]
    if isinstance(value, dict):
        return {key: whole(item) for key, item in value.items()}
    return value


@dataclass(frozen=True, slots=True)
class Case:
    """One change to the example, and the rule that it tries."""

    rule: str
    field: str
    value: Json | Repeat
    accepted: bool


def field_cases(name: str, schema: Schema) -> Iterator[Case]:
    """Yield the cases of one property, each rule once."""
    judges = () if _is_plain(schema) else tuple(_judges(schema))
    seen: set[str] = set()
    rules: Counter[str] = Counter()
    for rule, value, accepted in _cases(schema, name):
        if judges:
            value = _unambiguous(value, schema)
            tried = whole(value)
            is_taken, *others = (judge.is_valid(tried) for judge in judges)
            if any(other != is_taken for other in others) or (
                is_taken != accepted and not _is_telling(rule, value, schema)
            ):
                continue
            if is_taken != accepted:
                rule = f"{rule}, and another type"
            accepted = is_taken
        key = f"{type(value).__name__} {value!r}"
        if key in seen:
            continue
        seen.add(key)
        rules[rule] += 1
        shown = f"{rule} ({rules[rule]})" if rules[rule] > 1 else rule
        yield Case(f"{name}: {shown}", name, value, accepted)


def _judges(schema: Schema) -> Iterator[Any]:
    """Yield those who have to agree on a value; one knows what nobody can say quickly."""
    yield SchemaJudge(schema)
    yield InputJudge(schema)
    if '"pattern"' in json.dumps(schema):
        yield StrictJudge(schema)


def _unambiguous(value: Json | Repeat, schema: Schema) -> Json | Repeat:
    """Return 5 for 5.0 where a type of whole numbers stands beside one of any."""
    if not (isinstance(value, float) and value.is_integer()):
        return value
    if any(_takes_whole_numbers(branch) for branch in branches_of(schema)):
        return int(value)
    return value


def _takes_whole_numbers(schema: Schema) -> bool:
    inner = map(_takes_whole_numbers, branches_of(schema))
    return schema.get("type") == "integer" or any(inner)


def _is_telling(rule: str, value: Json | Repeat, schema: Schema) -> bool:
    """Whether a value is tried although the whole decides otherwise than one branch."""
    if CHOICE.search(rule):  # the tests look for each
        return True
    return bool(branches_of(schema)) and isinstance(value, str | int | bool)


def _is_plain(schema: Schema) -> bool:
    """Whether each rule stands for itself, so that no case needs a judge."""
    if not PLAIN.issuperset(schema) or not isinstance(schema.get("type"), str):
        return False
    limits = LIMITS & schema.keys()
    if "enum" in schema and (limits or None in schema["enum"]):
        return False
    if not all(isinstance(schema[keyword], int) for keyword in limits):
        return bool(schema["type"] == "number")
    items = schema.get("items")
    return items is None or (isinstance(items, dict) and _is_plain(items))


def _cases(schema: Schema, name: str) -> Iterator[tuple[str, Json | Repeat, bool]]:
    branches = [
        branch
        for keyword in ("anyOf", "oneOf")
        for branch in schema.get(keyword, ())
        if isinstance(branch, dict)
    ]
    for branch in branches:
        yield from _cases(branch, name)
    if "const" in schema:
        yield "its only value", schema["const"], True
        yield "not its only value", _stranger([schema["const"]]), False
    if isinstance(schema.get("enum"), list):
        for value in schema["enum"]:
            yield f"enum {value}", value, value is not None
        yield "not in its enum", _stranger(schema["enum"]), False
    named = schema.get("type")
    for type_name in named if isinstance(named, list) else [named]:
        yield from _type_cases(str(type_name), schema, name)
    if isinstance(named, list) and "null" in named:
        yield "null", None, True
    if not branches and not {"type", "enum", "const"} & schema.keys():
        yield "any text", "text", True
        yield "anything", {"any": [1, None]}, True


def _type_cases(
    type_name: str, schema: Schema, name: str
) -> Iterator[tuple[str, Json | Repeat, bool]]:
    if {"enum", "const"} & schema.keys():
        return
    if type_name in ("integer", "number"):
        yield from _number_cases(schema, 1 if type_name == "integer" else 0)
    elif type_name == "string":
        yield from _string_cases(schema)
    elif type_name == "array":
        yield from _array_cases(schema, name)
    elif type_name == "object" and schema.get("properties"):
        yield from _object_cases(schema)
    elif type_name == "object":
        yield from _map_cases(schema)
    elif type_name == "boolean":
        yield "true", True, True
        yield "false", False, True


def _number_cases(schema: Schema, step: int) -> Iterator[tuple[str, Json, bool]]:
    if "multipleOf" in schema:
        yield from _multiple_cases(schema, step)
        return
    whole = int if step else float
    low, high = lower_bound(schema, step), upper_bound(schema, step)
    if low is not None:
        yield f"at least {low}", whole(low), True
        yield f"below {low}", whole(beyond(low, step, -1)), False
        if not step and high is None and abs(low) < FAR:
            yield f"a whole number below {low}", math.ceil(low) - 1, False
    elif high is None or high >= -FAR:
        yield "however low", -FAR if step else -FAR - 0.1, True
    if high is not None:
        yield f"at most {high}", whole(high), True
        yield f"above {high}", whole(beyond(high, step, 1)), False
        if not step and abs(high) < FAR:
            yield f"a whole number above {high}", math.floor(high) + 1, False
    elif low is None or low <= FAR:
        yield "however high", FAR if step else FAR + 0.1, True
    if low is not None and high is not None and high - low > step:
        yield "between them", (low + 1 if step else low + (high - low) / 3), True


def _multiple_cases(schema: Schema, step: int) -> Iterator[tuple[str, Json, bool]]:
    """Yield the multiples next to each bound, and numbers between multiples."""
    for rule, exact, accepted in _multiples(schema, step):
        value = _written(exact, step)
        if value is not None:
            yield rule, value, accepted


def _multiples(schema: Schema, step: int) -> Iterator[tuple[str, Fraction, bool]]:
    multiple = schema["multipleOf"]
    exact = Fraction(str(multiple))
    low, high = lower_bound(schema, step), upper_bound(schema, step)
    first = -FAR if low is None else math.ceil(Fraction(str(low)) / exact)
    last = FAR if high is None else math.floor(Fraction(str(high)) / exact)
    yield f"the first multiple of {multiple}", first * exact, True
    yield f"the last multiple of {multiple}", last * exact, True
    if low is not None:
        yield f"a multiple below {low}", (first - 1) * exact, False
    if high is not None:
        yield f"a multiple above {high}", (last + 1) * exact, False
    middle = (0 if first <= 0 <= last else first) * exact
    yield "the next multiple", middle + exact, True
    for by in (1,) if step else (exact / 2, exact / 5):
        yield "between multiples", middle + by, False
    if step and multiple > 3 and isinstance(multiple, int):
        yield "between multiples", middle + multiple // 2, False


def _written(exact: Fraction, step: int) -> float | None:
    """Return a number as JSON writes it; None where no double has these decimals."""
    if step:
        return int(exact)
    try:
        value = float(exact)
    except OverflowError:
        return None
    return value if Fraction(str(value)) == exact else None


def _string_cases(schema: Schema) -> Iterator[tuple[str, Json | Repeat, bool]]:
    if "pattern" in schema:
        yield from _pattern_cases(schema)
        return
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    yield f"{least} characters", Repeat("x", least), True
    if least > 0:
        yield f"fewer than {least} characters", Repeat("x", least - 1), False
    if most is None:
        yield "however long", Repeat(ANY_TEXT, LONGEST // len(ANY_TEXT)), True
    elif most <= LONGEST_TEXT:
        yield f"{most} characters", Repeat(ANY_LETTER, most), True
        yield f"more than {most} characters", Repeat(ANY_LETTER, most + 1), False


def _pattern_cases(schema: Schema) -> Iterator[tuple[str, Json, bool]]:
    """Yield texts that the pattern matches, and some that are next to them."""
    own = {k: v for k, v in schema.items() if k not in ("default", "examples")}
    pattern = schema["pattern"]
    lengths = [schema.get("minLength", 0), schema.get("maxLength", 0)]
    counts = {*range(6), *(n + by for n in lengths for by in (-1, 0, 1))}
    texts = [sample(own)]
    for count in sorted(count for count in counts if 0 <= count <= MOST_WRITTEN):
        texts += from_pattern(pattern, count)
    matching = [text for text in texts if matches(pattern, text)]
    if not matching:
        return
    shortest, longest = min(matching, key=len), max(matching, key=len)
    texts = [text for text in matching if len(text) - 1 in lengths]
    texts += [text for text in matching if len(text) in lengths]
    texts += [text for text in matching if len(text) + 1 in lengths]
    texts += [shortest, longest, "", "-", "!", ANY_TEXT, shortest[:-1]]
    texts.append(ANY_LETTER * max(lengths[0], 1))
    texts += [longest + longest[-1:], shortest[:1] + longest, longest.swapcase()]
    texts += [f"{shortest}!", f"!{shortest}"]
    for text in texts:
        if matches(pattern, text):
            fits = is_valid({**schema, "pattern": ""}, text)
            rule = "matching its pattern"
            yield (rule, text, True) if fits else (f"{rule} alone", text, False)
        elif matches(pattern, text) is False:
            yield "not matching its pattern", text, False


def _array_cases(
    schema: Schema, name: str
) -> Iterator[tuple[str, Json | Repeat, bool]]:
    items = schema.get("items")
    items = items if isinstance(items, dict) else {}
    unique = schema.get("uniqueItems") is True
    longest = MOST_WRITTEN if unique else LONGEST

    def filled(count: int) -> Json | Repeat:
        if unique:
            return several(items, name, count)
        return Repeat(several(items, name, 1), count)

    least, most = schema.get("minItems", 0), schema.get("maxItems")
    if least <= longest:
        yield f"{least} items", filled(least), True
    if 0 < least <= longest:
        yield f"fewer than {least} items", filled(least - 1), False
    if most is None:
        yield "however many items", filled(20 if unique else 1000), True
    elif most is not None and most <= longest:
        yield f"{most} items", filled(most), True
        yield f"more than {most} items", filled(most + 1), False
    if most == 0 or least > MOST_WRITTEN:
        return
    around = several(items, name, max(least - 1, 0), 2)
    if unique:
        yield "an item twice", [*several(items, name, 1) * 2, *around[1:]], False
    for rule, value, accepted in _cases(items, name):
        yield f"an item, {rule}", [value, *around], accepted


def _object_cases(schema: Schema) -> Iterator[tuple[str, Json | Repeat, bool]]:
    body = sample({k: v for k, v in schema.items() if k not in ("default", "examples")})
    yield "whole", body, True
    for name in schema.get("required", ()):
        rest = {key: value for key, value in body.items() if key != name}
        yield f"without {name}", rest, False
    others = schema.get("additionalProperties")
    if others is False:
        yield "an unknown field", {**body, "unknown_field": 1}, False
    else:
        for name, child in schema["properties"].items():
            odd = next((v for v in ODD if not is_valid(child, v)), None)
            if odd is not None:
                yield f"{name}, {type(odd).__name__}", {**body, name: odd}, False
                break
        for rule, value, accepted in _other_cases(others):
            yield f"another field, {rule}", {**body, "another": value}, accepted
    yield from _count_cases(schema, body)
    for name, child in schema["properties"].items():
        if isinstance(child, dict):
            for rule, value, accepted in _cases(child, name):
                yield f"{name}, {rule}", {**body, name: value}, accepted


def _map_cases(schema: Schema) -> Iterator[tuple[str, Json | Repeat, bool]]:
    """Yield the cases of an object that names no fields."""
    others = schema.get("additionalProperties")
    yield from _count_cases(schema, {})
    if others is not False:
        least = max(schema.get("minProperties", 0) - 1, 0)
        value = sample(others) if isinstance(others, dict) and others else "value"
        body = {f"key_{number}": value for number in range(1, least + 1)}
        for rule, value, accepted in _other_cases(others):
            yield f"a field, {rule}", {**body, "another": value}, accepted


def _other_cases(others: Json) -> Iterator[tuple[str, Json, bool]]:
    """Yield the cases of a field that the schema does not name."""
    if not isinstance(others, dict) or not others:
        yield "anything", {"any": [1, None]}, True
        return
    for rule, value, accepted in _cases(others, ""):
        yield rule, value, accepted
    for value in (1.5, True, *ODD):
        yield f"{type(value).__name__} for {others.get('type')}", value, False


def _count_cases(
    schema: Schema, body: dict[str, Json]
) -> Iterator[tuple[str, Json, bool]]:
    """Yield objects with as many fields as there may be, and one more or fewer."""
    properties = schema.get("properties", {})
    others = schema.get("additionalProperties")
    fields = dict(body)
    fields |= {
        name: sample(child, name)
        for name, child in properties.items()
        if name not in fields and isinstance(child, dict)
    }
    if others is not False:
        value = sample(others) if isinstance(others, dict) and others else "value"
        fields |= {f"key_{number}": value for number in range(1, MOST_WRITTEN)}
    most = len(properties) + (0 if others is False else SEVERAL)
    if not {"minProperties", "maxProperties"} & schema.keys():
        yield "each field", dict(list(fields.items())[:most]), True
        yield "no other field", body, True
    elif "maxProperties" not in schema:
        yield "many fields", dict(list(fields.items())[:most]), True
    elif "minProperties" not in schema:
        yield "no other field", body, True
    for keyword, by in (("minProperties", -1), ("maxProperties", 1)):
        count = schema.get(keyword, MOST_WRITTEN)
        if count < min(MOST_WRITTEN, len(fields) + (by < 0)):
            some = list(fields.items())
            if count + by >= 0:
                yield f"{count + by} fields", dict(some[: count + by]), False
            yield f"{count} fields", dict(some[:count]), True


def _stranger(values: list[Json]) -> Json:
    """Return a value of the type of an enum that is not in it."""
    numbers = [
        v for v in values if isinstance(v, int | float) and not isinstance(v, bool)
    ]
    if not numbers:
        return "not in the enum"
    stranger = max(numbers) + max(1, abs(max(numbers)) // 2**52)
    return stranger if abs(stranger) < EXACT else int(float(stranger))  # as it is sent
