"""Generates the requests: valid, nearly valid and hostile ones for each endpoint, the same for the same seed."""

import random
from dataclasses import dataclass, field
from urllib.parse import quote

from values import *  # noqa: F403


@dataclass
class Request:
    """A request that is sent to both sides."""

    endpoint: str
    method: str
    target: bytes
    headers: list = field(default_factory=list)
    body: bytes = b""

    def __str__(self):
        sent = "".join(f" {name}: {value!r}" for name, value in self.headers if name not in ("host", "content-length"))
        return f"{self.method} {self.target.decode('latin-1')}{sent}" + (f" {self.body!r}" if self.body else "")


@dataclass
class Endpoint:
    """An endpoint, with the kinds of its inputs. A tuple is a list parameter, and a `?` after a name makes the parameter optional."""

    method: str
    path: str
    segments: dict = field(default_factory=dict)
    query: dict = field(default_factory=dict)
    headers: dict = field(default_factory=dict)
    cookies: dict = field(default_factory=dict)
    form: dict = field(default_factory=dict)
    body: object = None


PAGE = Object(skip=Optional(U32), size=sub(U32, ["1", "10", "50"], ["51"]))
CAT = Object(name=TEXT, lives=U8)
DOG = Object(name=TEXT, tricks=List(TEXT))
PRICE = sub(FLOAT, ["1", "2.5", "0.1", "100", "5e-324"], ["0", "-1"])
ITEM = Object(
    name=sub(TEXT, ["Foo", "é", "日本", "x" * 20]), description=Optional(TEXT, True), price=PRICE, tax=Optional(FLOAT, True), count=Optional(U32), tags=Optional(List(TEXT)), inStock=Optional(BOOL)
)
IMAGE = Object(url=URL, name=TEXT, size=Optional(Union(Kind(["x"], ["x"], ["[1,2]", "[0, 4294967295]"], ["[1]", "[1,2,3]", "[]", "[1,-1]", "null", '["1",2.0]', "{}"])), True))
TOKEN = {"x-token": Kind(["secret"] * 5, ["wrong", "", "Secret"])}

ENDPOINTS = [
    Endpoint("GET", "/query/integers", query={"n": I64, "small?": U8, "bounded?": sub(I64, ["-5", "0", "95"], ["3", "100", "-10"])}),
    Endpoint("GET", "/query/floats", query={"x": FLOAT, "ratio?": sub(FLOAT, ["0", "0.5", "0.999"], ["1", "-0.1"]), "maybe?": FLOAT}),
    Endpoint("GET", "/query/booleans", query={"a": BOOL, "b?": BOOL, "c?": BOOL}),
    Endpoint("GET", "/query/texts", query={"q": TEXT, "short?": sub(TEXT, ["ab", "abcde", "日本"], ["a", "abcdef"]), "code?": sub(TEXT, ["ab-12"], ["ab-x"]), "item-query?": TEXT}),
    Endpoint("GET", "/query/days", query={"day": DATE, "at?": TIME}),
    Endpoint("GET", "/query/moments", query={"moment": MOMENT, "wait?": SPAN}),
    Endpoint("GET", "/query/identifiers", query={"id": UUID, "address?": IPV4}),
    Endpoint("GET", "/query/decimals", query={"price": DECIMAL, "exact?": sub(DECIMAL, ["1.50", "12.5", "9999.99"], ["0", "-1"])}),
    Endpoint("GET", "/query/contacts", query={"email": EMAIL, "site?": URL}),
    Endpoint("GET", "/query/choices", query={"color": COLOR, "second?": COLOR, "third?": COLOR}),
    Endpoint("GET", "/query/lists", query={"ids": (I64,), "tags?": (TEXT,), "colors?": (COLOR,)}),
    Endpoint("GET", "/query/model", query={"limit?": sub(U8, ["1", "100"], ["0", "101"]), "order?": LITERAL, "since?": DATE, "tags?": (TEXT,)}),
    Endpoint("GET", "/query/page", query={"skip?": U32, "size": sub(U32, ["1", "50"], ["51"]), "q?": TEXT}),
    Endpoint("GET", "/path/integers/{n}", {"n": I64}),
    Endpoint("GET", "/path/bounded/{n}", {"n": sub(U8, ["1", "10"], ["0", "11"])}, {"q?": BOOL}),
    Endpoint("GET", "/path/numbers/{x}/half", {"x": FLOAT}),
    Endpoint("GET", "/path/texts/{t}", {"t": TEXT}),
    Endpoint("GET", "/path/files/{p}", {"p": Kind(["a", "a/b", "a/b/c.txt", "é/x"], ["", "/", "a//b", "a/", "../a", "/a", "a/./b", "."])}),
    Endpoint("GET", "/path/flights/{a}-{b}", {"a": TEXT, "b": Kind(["x", "y"], ["", "x-y", "-", "a/b"])}),
    Endpoint("GET", "/path/colors/{c}", {"c": COLOR}),
    Endpoint("GET", "/path/uuids/{u}", {"u": UUID}),
    Endpoint("GET", "/path/days/{d}/{o}", {"d": DATE, "o": BOOL}),
    Endpoint("GET", "/headers", headers={"x-count": I64, "user-agent?": TEXT, "x-ratio?": sub(FLOAT, ["0", "1.5"], ["-1"]), "x-tag?": (TEXT,)}),
    Endpoint("GET", "/headers/model", headers={"save-data": BOOL, "x-color?": COLOR, "x-number?": (I64,)}),
    Endpoint("GET", "/cookies", cookies={"session?": TEXT, "visits?": U32, "theme?": COLOR}),
    Endpoint("GET", "/cookies/model", cookies={"session": TEXT, "level?": U8}),
    Endpoint("POST", "/cookies", query={"value": Kind(["abc", "a b", "a;b", "é", '"q"', "a/b=", "x,y", "a%20b", "\\", "a:b"], ["日本", "", "\n", " ", "0", "a'b", "(a)", "~", "\x7f", "\"", "\\\\", "\u00ff", "a=b; c=d"])}),
    Endpoint("POST", "/items", body=ITEM),
    Endpoint("PATCH", "/items/{id}", {"id": I64}, body=Object(name=Optional(TEXT, True), price=Optional(FLOAT, True), tags=Optional(List(TEXT)))),
    Endpoint("DELETE", "/items/{id}", {"id": I64}),
    Endpoint("POST", "/offers", body=Object(name=TEXT, items=List(ITEM, 2), images=Optional(Map(TEXT, IMAGE)), owner=Optional(IMAGE, True))),
    Endpoint("POST", "/numbers", body=List(I64)),
    Endpoint("POST", "/weights", body=Map(I64, FLOAT)),
    Endpoint("POST", "/labels", body=Map(TEXT, List(COLOR, 2))),
    Endpoint(
        "POST",
        "/shapes",
        body=Union(
            Object(type=Kind(["circle"], ["Circle", "", "box"]), radius=PRICE),
            Object(type=Kind(["box"], ["cube", "circle"], None, ['"cube"', "1", "null", "[]"]), width=U32, height=Optional(U32)),
        ),
    ),
    Endpoint("POST", "/pets", body=Union(CAT, DOG)),
    Endpoint("POST", "/either", body=Object(value=Union(I64, TEXT), others=Optional(List(Union(FLOAT, BOOL))))),
    Endpoint("POST", "/optional", body=PAGE),
    Endpoint(
        "PUT",
        "/several/{id}",
        {"id": I64},
        {"q?": TEXT},
        body=Object(cat=CAT, page=PAGE, importance=sub(U8, ["1", "5"], ["0"]), note=Optional(TEXT, True)),
    ),
    Endpoint("POST", "/embedded", body=Object(cat=CAT)),
    Endpoint("POST", "/bookings", body=Object(id=UUID, day=DATE, start=OFFSET_MOMENT, local=Optional(LOCAL_MOMENT, True), at=Optional(TIME, True), wait=Optional(SPAN), price=Optional(DECIMAL), email=Optional(EMAIL, True))),
    Endpoint("POST", "/scalars", body=Object(yes=BOOL, small=U8, large=I64, real=FLOAT, text=TEXT, color=Optional(COLOR))),
    Endpoint("POST", "/strict", body=Object(number=I64, real=FLOAT, yes=Optional(BOOL), text=Optional(TEXT, True))),
    Endpoint("POST", "/values", body=Union(ANY, Map(TEXT, ANY), List(ANY))),
    Endpoint("POST", "/ranges", body=Object(name=TEXT, start=sub(I64, ["-5", "0", "5"]), end=sub(I64, ["5", "7"], ["-7"]))),
    Endpoint("POST", "/forms/login", form={"username": TEXT, "age?": U8, "remember?": BOOL}),
    Endpoint("POST", "/forms/survey", form={"name": TEXT, "score?": sub(FLOAT, ["0", "10", "2.5"], ["11"]), "colors?": (COLOR,)}),
    Endpoint("POST", "/users", body=Object(username=TEXT, password=sub(TEXT, ["hunter2", "1234"], ["123"]))),
    Endpoint("GET", "/users/me"),
    Endpoint("GET", "/users/{n}", {"n": sub(TEXT, ["ada", "nobody", "é"], ["me"])}),
    Endpoint("GET", "/fail/{c}", {"c": Kind(["400", "401", "404", "409", "418", "429", "500", "503"], ["399", "600", "40", "4e2", "404.0", "x"])}),
    Endpoint("GET", "/status", query={"code?": Kind(["200", "201", "202", "203", "206", "299"], ["199", "300", "0", "-1", "x", "200.5"])}),
    Endpoint("GET", "/redirect", query={"to?": Kind(["/a", "/users/me?x=1", "https://example.com/a#b", "//host/x", "/é", "/a b", "/%41"], ["", "a b", '"', "<x>", "\\", "/\u0000", "/日本?q=ü"])}),
    Endpoint("GET", "/moved"),
    Endpoint("GET", "/text", query={"q?": TEXT}),
    Endpoint("GET", "/page"),
    Endpoint("GET", "/things/", query={"q?": TEXT}),
    Endpoint("GET", "/guarded/{id}", {"id": U32}, {"skip?": U32, "limit?": sub(U32, ["0", "100"], ["101"]), "q": TEXT}, {**TOKEN, "x-user": sub(I64, ["1", "7"], ["-1"])}),
    Endpoint("GET", "/admin/stats", query={"days?": U8}, headers=TOKEN),
    Endpoint("POST", "/admin/notes", headers=TOKEN, body=CAT),
]


def request(seed, index):
    """Returns the request with this number, which depends only on the number and the seed."""
    rng = random.Random(f"{seed}/{index}")
    endpoint = ENDPOINTS[index % len(ENDPOINTS)]
    mood = rng.choices(["right", "near", "hostile"], [45, 43, 12])[0]
    made = build(endpoint, rng, mood)
    if rng.random() < 0.025:
        rng.choice(TWISTS)(made, rng)
    if made.body or made.method in ("POST", "PUT", "PATCH"):
        made.headers.append(("content-length", str(len(made.body)).encode()))
    made.headers.insert(0, ("host", b"localhost"))
    return made


def build(endpoint, rng, mood):
    path = endpoint.path
    places = {name: getattr(endpoint, name) for name in ("segments", "query", "headers", "cookies", "form")}
    names = [(place, name) for place, kinds in places.items() for name in kinds]
    if endpoint.body:
        names += [("body", None)] * 2
    spoiled = rng.choice(names) if names and mood != "right" else None
    moods = lambda place, name: mood if (place, name) == spoiled or mood != "right" and rng.random() < 0.15 else "right"
    for name, kind in endpoint.segments.items():
        mood_here = moods("segments", name)
        # An empty segment changes the path, so it is tried less often.
        text = kind.text(rng, mood_here) or kind.text(rng, mood_here)
        path = path.replace("{" + name + "}", escaped(rng, text, safe="/" if name == "p" else ""))
    target = path.encode()
    query = pairs(rng, endpoint.query, lambda name: moods("query", name), mood)
    if query:
        target += b"?" + urlencoded(rng, query).encode()
    headers = [(name, value) for name, text in pairs(rng, endpoint.headers, lambda name: moods("headers", name), mood) if (value := header(text)) is not None]
    jar = pairs(rng, endpoint.cookies, lambda name: moods("cookies", name), mood)
    if jar and (value := header(cookie(rng, jar))) is not None:
        headers.append(("cookie", value))
    body = b""
    if endpoint.form:
        body = urlencoded(rng, pairs(rng, endpoint.form, lambda name: moods("form", name), mood)).encode()
        headers.append(("content-type", b"application/x-www-form-urlencoded"))
    if endpoint.body:
        body = endpoint.body.json(rng, moods("body", None)).encode()
        headers.append(("content-type", rng.choice([b"application/json"] * 9 + [b"application/json; charset=utf-8", b"application/problem+json", b"Application/JSON"])))
    return Request(f"{endpoint.method} {endpoint.path}", endpoint.method, target, headers, body)


def pairs(rng, kinds, moods, mood):
    """Returns the parameters of one location. Optional ones may be missing, lists repeat, and invalid ones may be doubled or missing."""
    found = []
    for name, kind in kinds.items():
        optional, name = name.endswith("?"), name.rstrip("?")
        here = moods(name + "?" if optional else name)
        if optional and here == "right" and rng.random() < 0.4 or here != "right" and rng.random() < 0.12:
            continue
        count = rng.choice([0, 1, 1, 2, 3]) if isinstance(kind, tuple) else 1 + (here != "right" and rng.random() < 0.1)
        kind = kind[0] if isinstance(kind, tuple) else kind
        found += [(name, kind.text(rng, here if not index or rng.random() < 0.4 else "right")) for index in range(count)]
    if mood != "right" and rng.random() < 0.08:
        found.append((rng.choice(["extra", "N", "x_y", "q"]), rng.choice(TEXTS)))
    if rng.random() < 0.2:
        rng.shuffle(found)
    return found


def escaped(rng, text, safe):
    """Returns the text percent-encoded, and occasionally encodes more than necessary."""
    if rng.random() < 0.05:
        return "".join(f"%{byte:02x}" for byte in text.encode())
    return quote(text, safe=safe + "-._~!$'()*,:@")


def urlencoded(rng, pairs):
    def part(text):
        plus = text.replace(" ", "+") if "+" not in text and rng.random() < 0.5 else text
        return escaped(rng, plus, "/?" + "+" * (plus != text))

    return "&".join(part(name) if not value and rng.random() < 0.1 else f"{part(name)}={part(value)}" for name, value in pairs)


def header(text):
    """Returns the value of a header, or `None` if a header cannot carry the text unchanged."""
    if text != text.strip() or not text.isascii() or not (text or " ").isprintable():
        return None
    return text.encode()


def cookie(rng, pairs):
    def value(text):
        quoted = rng.random()
        if quoted < 0.1:
            return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace(";", "\\073").replace("é", "\\351") + '"'
        return quote(text, safe=" '\"\\%[]{}<>&=+:,/") if quoted < 0.4 else text.replace(";", "")

    joined = rng.choice(["; ", ";", " ; "]).join(f"{name}={value(text)}" for name, text in pairs)
    return rng.choice([joined, joined, joined, joined + ";", "other=1; " + joined]).strip()


def other_method(request, rng):
    request.method = rng.choice([m for m in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS") if m != request.method])


def other_path(request, rng):
    path, mark, query = request.target.partition(b"?")
    changes = [path + b"/", path.rstrip(b"/") or b"/", path + b"/x", b"/x" + path, path.upper(), b"/" + path, b"/", b"/nowhere", path.replace(b"/", b"//", 1)]
    request.target = rng.choice(changes) + mark + query


def other_media(request, rng):
    media = [b"text/plain", b"application/x-www-form-urlencoded", b"application/xml", b"", b"application/jsonx", b"text/json", b"application", b"multipart/form-data"]
    request.headers = [(name, rng.choice(media) if name == "content-type" else value) for name, value in request.headers]


def no_media(request, rng):
    request.headers = [(name, value) for name, value in request.headers if name != "content-type"]


def no_body(request, rng):
    request.body = b""


def broken_body(request, rng):
    if request.body:
        at = rng.randrange(len(request.body))
        noise = rng.choice([b"", b",", b'"', b"}", b"{", b"]", b"[", b":", b"\\", b"x", b"\x00", b"\n", b"'", b"NaN", b"1", b"-", b"."])
        request.body = rng.choice([request.body[:at], request.body[:at] + noise + request.body[at:], request.body[:at] + noise + request.body[at + 1 :], request.body + noise])


def raw_bytes(request, rng):
    if request.body and rng.random() < 0.6:
        at = rng.randrange(len(request.body))
        request.body = rng.choice([b"\xef\xbb\xbf" + request.body, request.body[:at] + rng.choice([b"\xff", b"\xc3", b"\xed\xa0\x80"]) + request.body[at:]])
    elif b"=" in request.target:
        request.target += rng.choice([b"%ff", b"%C3", b"%", b"%4", b"%zz", b"&", b"&&x", b"&=", b";y=1", b"&%"])


TWISTS = [other_method, other_path, other_path, other_media, no_media, no_body, no_body, *[broken_body] * 7, raw_bytes, raw_bytes]
