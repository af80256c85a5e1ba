"""What JSON Schema is, of no dialect.

keywords     which keywords there are, what they hold and what they speak of
visit        a schema's direct subschemas, and how deep they may go
read         what a schema says of its types, values and branches
values       when two JSON values are the same, and what type one is of
pointer      JSON pointers              merge_patch  JSON Merge Patch
strict_json  JSON text, read strictly
patterns     regular expressions        validator    whether a schema takes a value
"""
