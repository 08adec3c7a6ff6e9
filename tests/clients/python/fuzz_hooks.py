"""What a server means that schemathesis does not know: whole floats, and the ranges of integers.

5.0 is an integer in JSON Schema, but not in a strict model, as in Pydantic: it becomes 5.
"""

import schemathesis


def without_whole_floats(value):
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, list):
        return [without_whole_floats(item) for item in value]
    if isinstance(value, dict):
        return {name: without_whole_floats(item) for name, item in value.items()}
    return value


@schemathesis.hook
def map_body(context, body):
    return without_whole_floats(body)


# The ranges of the formats for integers (https://spec.openapis.org/registry/format), which schemathesis does not know.
RANGES = {
    "int8": (-(2**7), 2**7 - 1),
    "uint8": (0, 2**8 - 1),
    "int16": (-(2**15), 2**15 - 1),
    "uint16": (0, 2**16 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint64": (0, 2**64 - 1),
}


def with_ranges(schema):
    if isinstance(schema, list):
        for item in schema:
            with_ranges(item)
    if isinstance(schema, dict):
        for item in schema.values():
            with_ranges(item)
        lowest, highest = RANGES.get(str(schema.get("format")), (None, None))
        if lowest is not None:
            schema.setdefault("minimum", lowest)
            schema.setdefault("maximum", highest)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    with_ranges(raw_schema)
