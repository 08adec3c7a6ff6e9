"""Turns whole floats into integers: 5.0 is an integer in JSON Schema, but not in a strict model, as in Pydantic."""

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
