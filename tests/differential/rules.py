"""Where fastrs differs from FastAPI by decision: `docs/coming-from-fastapi.md` gives the reasons, under the same names.

A rule is as narrow as its decision. Where it can, it asks FastAPI once more, for what the decision makes of the request.
"""

import copy
import json
import math
from dataclasses import replace
from urllib.parse import unquote_to_bytes, urljoin

from generate import ENDPOINTS
from values import TEXT


def rule_for(request, expected, answered, fastapi):
    """The name of the rule that explains a difference, or none."""
    for name, holds in RULES.items():
        if holds(request, expected, answered, fastapi):
            return name
    return None


def head(request, expected, answered, fastapi):
    """The same head as for GET."""
    if request.method != "HEAD" or expected.status != 405:
        return False
    get = fastapi.ask(replace(request, method="GET"))
    return (get.status, get.media) == (answered.status, answered.media)


def options(request, expected, answered, fastapi):
    return request.method == "OPTIONS" and (expected.status, answered.status) == (405, 204)


def media_type(request, expected, answered, fastapi):
    media = dict(request.headers).get("content-type", b"").partition(b";")[0].strip().lower()
    is_json = media == b"application/json" or media.startswith(b"application/") and media.endswith(b"+json")
    return answered.status == 415 and (not is_json or "/forms/" in request.endpoint)


def slash_redirect(request, expected, answered, fastapi):
    same = (expected.status, answered.status) == (307, 307) and expected.location and answered.location
    return bool(same) and urljoin("http://localhost" + request.target.decode(), answered.location) == expected.location


def not_finite(request, expected, answered, fastapi):
    return is_no_json(answered) and any(isinstance(value, float) and not math.isfinite(value) for value in leaves(read(request.body)))


def duplicate_key(request, expected, answered, fastapi):
    pairs = []
    read(request.body, lambda found: pairs.append([key for key, _ in found]) or dict(found))
    return is_no_json(answered) and any(len(set(keys)) < len(keys) for keys in pairs)


def not_utf8(request, expected, answered, fastapi):
    sent = unquote_to_bytes(request.target) if answered.details() and answered.details()[0]["loc"][0] != "body" else request.body
    sent = unquote_to_bytes(sent) if "/forms/" in request.endpoint else sent
    if is_utf8(sent):
        return False
    return is_no_json(answered) or any(error["type"] == "string_unicode" for error in answered.details())


def long_input(request, expected, answered, fastapi):
    """FastAPI's answer without the inputs that are long."""
    if not expected.details() or [error.get("type") for error in expected.details()] != [error.get("type") for error in answered.details()]:
        return False
    shortened = copy.deepcopy(expected.details())
    for error, ours in zip(shortened, answered.details()):
        if len(json.dumps(error["input"], ensure_ascii=False, separators=(",", ":")).encode()) > 256 and "input" not in ours:
            del error["input"]
    return shortened == answered.details()


def blank_optional(request, expected, answered, fastapi):
    """FastAPI's answer to the same without the empty parameters that are optional and no text."""
    endpoint = next(endpoint for endpoint in ENDPOINTS if f"{endpoint.method} {endpoint.path}" == request.endpoint)
    kinds = {name.rstrip("?"): kind for place in (endpoint.query, endpoint.headers, endpoint.cookies) for name, kind in place.items() if name.endswith("?")}
    blank = {name for name, kind in kinds.items() if not isinstance(kind, tuple) and not kind.right_texts[0] in TEXT.right_texts}
    path, mark, query = request.target.partition(b"?")
    pairs = query.split(b"&")
    is_blank = lambda pair: unquote_to_bytes(pair.partition(b"=")[0]).decode(errors="replace") in blank and not pair.partition(b"=")[2]
    kept = [pair for pair in pairs if not is_blank(pair)]
    headers = [(name, value) for name, value in request.headers if value or name not in blank]
    if (kept, headers) == (pairs, request.headers):
        return False
    return same(fastapi.ask(replace(request, target=path + mark + b"&".join(kept), headers=headers)), answered)


def same(expected, answered):
    return (expected.status, expected.media, expected.body and expected.json()) == (answered.status, answered.media, answered.body and answered.json())


def is_no_json(answered):
    return [error["type"] for error in answered.details()] == ["json_invalid"]


def is_utf8(sent):
    try:
        return bool(sent.decode()) or True
    except UnicodeDecodeError:
        return False


def read(body, hook=None):
    try:
        return json.loads(body, object_pairs_hook=hook)
    except ValueError:
        return None


def leaves(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def plain_500(request, expected, answered, fastapi):
    theirs = (expected.status, expected.media, expected.body) == (500, "text/plain; charset=utf-8", b"Internal Server Error")
    return theirs and (answered.status, answered.body) == (500, b'{"detail":"Internal Server Error"}')


RULES = {
    "every error is JSON": plain_500,
    "HEAD is answered for every GET": head,
    "OPTIONS is answered": options,
    "a wrong content type is a 415": media_type,
    "slash redirects are relative": slash_redirect,
    "a number beyond a float is not JSON": not_finite,
    "a key that stands twice is an error": duplicate_key,
    "bytes that are not UTF-8 are errors": not_utf8,
    "long inputs are left out": long_input,
    "an empty parameter is an optional one left out": blank_optional,
}
