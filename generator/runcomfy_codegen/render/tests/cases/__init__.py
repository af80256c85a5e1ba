"""Make the cases of a validation test from a schema: what is accepted, what refused.

Each rule of a schema gives a value just inside and one just outside of it. That is easy
where rules do not touch: then `by type` knows by itself on which side a value is. But
rules do touch. What one branch of a union refuses, another takes; a value outside of an
enum may be inside a pattern; 5.0 is a whole number to JSON Schema and none to an Input. So:

- A field with none of the keywords that touch (`plain.py`) is believed.
- Of any other, judges have the last word (`field.py`): those who have to agree, a JSON
  Schema validator and one that sees numbers as an Input does, are asked about each value.
  Where they differ, nothing is tried. Where they agree against the rule, the value is tried
  all the same if that tells something of the union as a whole, on the side that they say.

So a case never contradicts the schema that it came from. A case keeps what kind of rule it
tries (`CaseKind`), apart from the words that a person reads.
"""
