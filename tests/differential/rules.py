"""The deliberate differences between fastrs and FastAPI. The name of each rule is a phrase from `docs/coming-from-fastapi.md`, which gives the reason.

A rule covers exactly its difference. Where possible, it sends FastAPI a second request that is modified accordingly.
"""

import copy
import json
import math
import re
from dataclasses import replace
from decimal import Decimal
from urllib.parse import quote, unquote_to_bytes, urljoin

from generate import ENDPOINTS
from values import TEXT


def rule_for(request, expected, answered, fastapi):
    """Returns the name of the rule that explains a difference, or `None`."""
    for name, holds in RULES.items():
        if holds(request, expected, answered, fastapi):
            return name
    return None


def head(request, expected, answered, fastapi):
    """The head equals that of a GET."""
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
    if (expected.status, answered.status) != (307, 307) or not (expected.location and answered.location):
        return False
    target = urljoin("http://localhost" + request.target.decode(), answered.location)
    return unquote_to_bytes(target) == unquote_to_bytes(expected.location)


def not_finite(request, expected, answered, fastapi):
    return is_no_json(answered) and any(isinstance(value, float) and not math.isfinite(value) for value in leaves(read(request.body)))


def duplicate_key(request, expected, answered, fastapi):
    pairs = []
    read(request.body, lambda found: pairs.append([key for key, _ in found]) or dict(found))
    is_told = any("appears twice" in error["msg"] for error in answered.details())
    return is_told and any(len(set(keys)) < len(keys) for keys in pairs)


def not_utf8(request, expected, answered, fastapi):
    sent = unquote_to_bytes(request.target) if answered.details() and answered.details()[0]["loc"][0] != "body" else request.body
    if is_utf8(sent):
        return False
    return is_no_json(answered) or any(error["type"] == "string_unicode" for error in answered.details())


def long_input(request, expected, answered, fastapi):
    """Equals FastAPI's response without long inputs."""
    if not expected.details() or [error.get("type") for error in expected.details()] != [error.get("type") for error in answered.details()]:
        return False
    shortened = copy.deepcopy(expected.details())
    listed = []
    for error, ours in zip(shortened, answered.details()):
        # The limit of 256 bytes applies to the JSON as sent, which may contain spaces.
        if len(json.dumps(error["input"], ensure_ascii=False, separators=(",", ":")).encode()) > 180 and ours.get("input") is None:
            error.pop("input")
            ours = {**ours}
            ours.pop("input", None)
        listed.append(ours)
    return shortened == listed


def private_header(request, expected, answered, fastapi):
    """Equals FastAPI's response without the private headers."""
    private = ("authorization", "cookie", "proxy-authorization", "forwarded")
    def concealed(error):
        sent = error.get("input")
        kept = {name: value for name, value in sent.items() if name not in private} if isinstance(sent, dict) else sent
        return {**error, "input": kept} if error["loc"][0] == "header" else error

    return bool(expected.details()) and list(map(concealed, expected.details())) == answered.details()


def blank_optional(request, expected, answered, fastapi):
    """Equals FastAPI's response to the request without its empty optional parameters, except for strings."""
    endpoint = next(endpoint for endpoint in ENDPOINTS if f"{endpoint.method} {endpoint.path}" == request.endpoint)
    kinds = {name.rstrip("?"): kind for place in (endpoint.query, endpoint.headers, endpoint.cookies) for name, kind in place.items() if name.endswith("?")}
    blank = {name for name, kind in kinds.items() if not isinstance(kind, tuple) and not kind.right_texts[0] in TEXT.right_texts}
    path, mark, query = request.target.partition(b"?")
    pairs = query.split(b"&")
    jar = dict(request.headers).get("cookie", b"").split(b";")
    is_blank = lambda pair: unquote_to_bytes(pair.partition(b"=")[0]).decode(errors="replace") in blank and not pair.partition(b"=")[2]
    names = {pair.partition(b"=")[0]: is_blank(pair) for pair in pairs}
    kept = [pair for pair in pairs if not names[pair.partition(b"=")[0]]]
    cookies = b";".join(pair for pair in jar if not is_blank(pair.strip()))
    headers = [(name, cookies if name == "cookie" else value) for name, value in request.headers if value or name not in blank]
    if (kept, headers) == (pairs, request.headers):
        return False
    return same(fastapi.ask(replace(request, target=path + mark + b"&".join(kept), headers=headers)), answered)


def fraction(request, expected, answered, fastapi):
    """Equal to the microsecond, except for trailing zeros in a fraction of a second."""
    shortened = lambda found: found[1][:9].rstrip("0")
    return equal_but_for(expected, answered, lambda value: re.sub(r"(:\d\d\.\d+)(?=$|Z|[+-]\d\d:)", shortened, value) if isinstance(value, str) else value)


def exponent(request, expected, answered, fastapi):
    """The same digits: `1E+2` is `100`, zeros beyond 28 digits are omitted, and zero has no sign."""
    def plain(value):
        if not isinstance(value, str) or not re.fullmatch(r"-?[\d.]+(E[+-]?\d+)?", value):
            return value
        text = format(Decimal(value), "f")
        while text.endswith("0") and "." in text and sum(map(str.isdigit, text)) > 28:
            text = text[:-1]
        return text.removeprefix("-") if not Decimal(text) else text
    return request.endpoint in ("GET /query/decimals", "POST /bookings") and equal_but_for(expected, answered, plain)


def decimal_size(request, expected, answered, fastapi):
    types = [(error["type"], list(error.get("ctx", {}).values())) for error in only(answered, expected)]
    too_large = [("decimal_max_digits", [28]), ("decimal_max_places", [28]), ("less_than_equal", [7.922816251426434e28]), ("greater_than_equal", [-7.922816251426434e28])]
    return bool(types) and not only(expected, answered) and all(kind in too_large for kind in types)


def other_digits(request, expected, answered, fastapi):
    sent = unquote_to_bytes(request.target).decode(errors="replace")
    types = {error["type"] for error in only(answered, expected)}
    return types in ({"decimal_parsing"}, {"uuid_parsing"}) and any(c.isdecimal() and not c.isascii() for c in sent)


def rounded_input(request, expected, answered, fastapi):
    """Equal if integers beyond 64 bits are replaced by the nearest float."""
    return has_large(request) and answered.status == 422 and equal_but_for(expected, answered, rounded)


def large_integer(request, expected, answered, fastapi):
    """The integer is rejected, and nothing else differs."""
    refused = [error for error in only(answered, expected, rounded) if error.get("input") in [rounded(number) for number in large(request)]]
    all_of_it = len(refused) == len(only(answered, expected, rounded)) and not only(expected, answered, rounded)
    return bool(refused) and all_of_it


def minus_zero(request, expected, answered, fastapi):
    zero = lambda value: 0 if isinstance(value, float) and value == 0 else value
    is_refused = lambda error: (error["type"], error.get("input")) == ("int_type", 0) and request.endpoint == "POST /strict"
    refused = only(answered, expected, zero)
    same = equal_but_for(expected, answered, zero) or refused and all(map(is_refused, refused)) and not only(expected, answered, zero)
    return bool(re.search(rb"-0(?![.\deE])", request.body)) and same


def naive_timestamp(request, expected, answered, fastapi):
    """FastAPI only adds the error that a number is a time in UTC."""
    return any(map(is_naive_number, only(expected, answered))) and says_only(expected, answered, is_naive_number, is_test_address)


def sibling_input(request, expected, answered, fastapi):
    is_missing = lambda error: error["type"] == "missing" and error["loc"][0] == "query"
    without = lambda answer: [{**error, "input": None} if is_missing(error) else error for error in answer.details()]
    return bool(expected.details()) and without(expected) == without(answered)


def validator(request, expected, answered, fastapi):
    """A field's validator runs only if all fields have valid types, a model's validator even if a field's validator has failed."""
    missed, more = only(expected, answered), only(answered, expected)
    custom = lambda errors: all(error["type"] == "value_error" and error["loc"][0] == "body" for error in errors)
    return request.endpoint == "POST /ranges" and (expected.status, answered.status) == (422, 422) and custom(missed) and custom(more)


def test_address(request, expected, answered, fastapi):
    """FastAPI only adds the error that `.test` is reserved."""
    return any(map(is_test_address, only(expected, answered))) and says_only(expected, answered, is_test_address)


def punycode(request, expected, answered, fastapi):
    missed = only(expected, answered)
    return bool(missed) and all("international domain" in error["msg"] and "//xn--" in str(error.get("input")) for error in missed) and not only(answered, expected)


def surrogate(request, expected, answered, fastapi):
    """FastAPI accepts an unpaired surrogate, and then cannot write it."""
    return is_no_json(answered) and expected.status == 500 and b"\\ud" in request.body.lower()


def boolean_duration(request, expected, answered, fastapi):
    more = [(error["type"], error.get("input")) for error in only(answered, expected)]
    return more in ([("time_delta_type", True)], [("time_delta_type", False)]) and not only(expected, answered)


def line_in_path(request, expected, answered, fastapi):
    return b"\n" in unquote_to_bytes(request.target.partition(b"?")[0]) and expected.status == 404


def form_text(request, expected, answered, fastapi):
    def encoded(text):
        sent = unquote_to_bytes(text.replace(b"+", b" "))
        return quote(sent.decode("utf-8" if is_utf8(sent) else "latin-1"), safe="").encode()

    if "/forms/" not in request.endpoint or is_utf8(unquote_to_bytes(request.body)) and request.body.isascii():
        return False
    fields = [b"=".join(map(encoded, field.split(b"=", 1))) for field in request.body.split(b"&")]
    return same(fastapi.ask(replace(request, body=b"&".join(fields))), answered)


def is_naive_number(error):
    return error["type"] == "timezone_naive" and isinstance(error.get("input"), (int, float))


def is_test_address(error):
    return "special-use" in error["msg"] and str(error.get("input")).endswith(".test")


def says_only(expected, answered, *kinds):
    """Returns whether the only difference is that FastAPI lists more errors, all of these kinds."""
    missed = only(expected, answered)
    return all(any(kind(error) for kind in kinds) for error in missed) and not only(answered, expected) and answered.status in (200, 422)


def only(answer, other, convert=lambda value: value):
    """Returns the errors of one response that the other does not list."""
    theirs = converted(other.details(), convert)
    return [error for error in converted(answer.details(), convert) if strict(error) not in list(map(strict, theirs))]


def equal_but_for(expected, answered, convert):
    if expected.status != answered.status or not (expected.is_json() and answered.is_json()):
        return False
    return strict(converted(expected.json(), convert)) == strict(converted(answered.json(), convert))


def converted(value, convert):
    if isinstance(value, list):
        return [converted(item, convert) for item in value]
    if isinstance(value, dict):
        return {convert(key): converted(item, convert) for key, item in value.items()}
    return convert(value)


def strict(value):
    """Returns a string that distinguishes floats from integers."""
    return json.dumps(value, sort_keys=True)


def large(request):
    bits = 63 if request.endpoint == "POST /either" else 64
    return [value for value in leaves(read(request.body)) if type(value) is int and not -(2**63) <= value < 2**bits]


def has_large(request):
    return bool(large(request))


def rounded(value):
    return float(value) if type(value) is int and not -(2**63) <= value < 2**64 else value


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
    "Every error is JSON": plain_500,
    "`HEAD` works for every `GET`": head,
    "`OPTIONS` returns a 204": options,
    "A wrong content type is a 415": media_type,
    "A redirect to the path with or without its last slash is relative": slash_redirect,
    "`NaN`, infinities and `1e400` are rejected": not_finite,
    "A field that appears twice in the JSON of a model": duplicate_key,
    "so are bytes that are not UTF-8": not_utf8,
    "An error's `input` is omitted if it is longer than 256 bytes": long_input,
    "`authorization`, `cookie` and `x-forwarded-*` are never echoed": private_header,
    "An empty value of an optional parameter": blank_optional,
    "Fractions of seconds keep nine digits": fraction,
    "A `Decimal` is written in plain digits": exponent,
    "a `Decimal` rejects numbers with more than 28 digits": decimal_size,
    "Digits must be ASCII": other_digits,
    "appears as the nearest float": rounded_input,
    "an `i64` rejects integers beyond 64 bits": large_integer,
    "`-0` in JSON is a float": minus_zero,
    "`chrono::NaiveDateTime` and `NaiveTime` accept a number of seconds": naive_timestamp,
    "If several parameter models read the same location": sibling_input,
    "A validator receives a value of its type": validator,
    "An unpaired surrogate": surrogate,
    "`true` is not a duration": boolean_duration,
    "`.test` is a domain like any other": test_address,
    "is not checked against the IDNA tables": punycode,
    "A path may contain a line break": line_in_path,
    "The text of a form is UTF-8, or else Latin-1": form_text,
}
