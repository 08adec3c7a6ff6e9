"""Validates AsyncAPI 3.0 documents: `asyncapi.py SCHEMA DOCUMENT..`.

The schema is AsyncAPI's own. What it cannot express is checked here: that references lead somewhere, that an operation
uses messages of its channel, and that the placeholders of an address are its parameters.
"""

import json
import re
import sys

from jsonschema import Draft7Validator


def references(value):
    """Yields all references in a value."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def is_resolved(document, reference):
    assert reference.startswith("#/"), f"{reference} is not in the document"
    for name in reference.removeprefix("#/").split("/"):
        name = name.replace("~1", "/").replace("~0", "~")
        if not isinstance(document, dict) or name not in document:
            return False
        document = document[name]
    return True


def mistakes(document):
    for reference in sorted(set(references(document))):
        if not is_resolved(document, reference):
            yield f"{reference} leads nowhere"
    for name, operation in document["operations"].items():
        messages = operation["channel"]["$ref"] + "/messages/"
        for message in operation["messages"]:
            if not message["$ref"].startswith(messages):
                yield f"{name}: {message['$ref']} is not a message of its channel"
    for name, channel in document["channels"].items():
        placeholders = set(re.findall(r"{([^}]*)}", channel["address"]))
        if placeholders != set(channel.get("parameters", {})):
            yield f"{name}: the parameters are not those of {channel['address']}"


def main(schema, *paths):
    with open(schema) as file:
        validator = Draft7Validator(json.load(file))
    failed = False
    for path in paths:
        with open(path) as file:
            document = json.load(file)
        found = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
        found = found or list(mistakes(document))
        for mistake in found:
            print(f"{path}: {mistake}", file=sys.stderr)
        failed = failed or bool(found)
        print(f"{path}: {len(document['channels'])} channels, {len(found)} mistakes")
    sys.exit(failed)


main(*sys.argv[1:])
