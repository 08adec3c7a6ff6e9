"""Values, as parameter text and as JSON: valid, nearly valid and hostile."""

import json

# Hostile text for any parameter.
TEXTS = [
    "", " ", "null", "None", "true", "0", "-0", "1", "+5", " 5 ", "5.0", "-0.0", "1.5", "1e3", "1e400", "1_000", "0x10", "nan", "inf", "-Infinity",
    "٣", "１", "99999999999999999999", "-9223372036854775809", "9" * 60, "é", "日本", "😀", "a b", "a+b", "a&b=c", "a;b", "'", '"', "\\", "<b>", "%", "%41",
    "[]", "{}", "[1]", "a,b", "a\tb", "a\nb", "../x", "red ", "RED", "2024-02-29", "x" * 70,
]

# Hostile JSON for any part of a body.
JSON = [
    "null", "true", "false", "0", "-0.0", "1", "1.0", "1.5", "1e2", "1E+2", "1e-7", "0.1", "123456789012345678", "9223372036854775807",
    "9223372036854775808", "-1", '""', '" "', '"a"', '"1"', '"1.0"', '"-5"', '" 7 "', '"1_0"', '"true"', '"yes"', '"null"', '"é"', '"日本"',
    '"\\u00e9"', '"\\ud83d\\ude00"', '"\\u0000"', '"a\\nb"', "[]", "{}", "[1]", '["a"]', "[null]", "[[]]", '{"a":1}', '{"":null}', '"2024-02-29"', '"red"', "1700000000",
]

# Numbers, including some that are hard to parse exactly.
FLOATS = ["0.1", "0.30000000000000004", "5e-324", "1.7976931348623157e308", "4.35", "2.5", "9007199254740993", "123456.789e3", "1e22", "1e23", "-2.5E-3", "0.000001", "1e-6", "3", "100"]


class Kind:
    """A type: its valid and nearly valid values, as text and as JSON."""

    def __init__(self, texts, near, json=None, near_json=()):
        self.right_texts, self.near_texts = texts, list(near)
        self.right_json = json if json is not None else [quoted(text) for text in texts]
        self.near_json = list(near_json) or [quoted(text) for text in near]

    def text(self, rng, mood):
        return rng.choice({"right": self.right_texts, "near": self.near_texts, "hostile": TEXTS}[mood])

    def json(self, rng, mood):
        return rng.choice({"right": self.right_json, "near": self.near_json, "hostile": JSON}[mood])


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def integer(low, high):
    right = sorted({low, high, *(n for n in (0, 1, 2, 5, 7, 10, 42, 50, 95, -5, 100, 255, 4096) if low <= n <= high)})
    texts = [str(n) for n in right]
    near = [str(low - 1), str(high + 1), "5.0", "5.5", "+5", " 5", "5 ", "05", "1_0", "1e1", "0x5", "abc", "", "-1", "0", "true", "5.", ".5", "--5", "1__0", "_1", "5.00", "-0", "99999999999999999999999"]
    near_json = [str(max(low - 1, -(2**63))), str(high + 1), "5.0", "5.5", '"5"', '"5.0"', '" 5 "', '"abc"', '""', "true", "false", "null", "1e1", "-0.0", "1E1", "[5]", '"1e1"']
    return Kind(texts, near, texts, near_json)


def listed(rng, kind, mood, length):
    return [kind.json(rng, mood if rng.random() < 0.5 else "right") for _ in range(length)]


I64, U32, U8 = integer(-(2**63), 2**63 - 1), integer(0, 2**32 - 1), integer(0, 255)
I64.near_json += ["-0"]
U32.near_json += ["123456789012345678901234567890"]
FLOAT = Kind(
    ["0", "1", "1.5", "-2.5", "0.1", "1e3", "1E-3", "3.0", "0.25", "123456789.125", "5e-324", "1e22"],
    ["1e400", "-1e400", "nan", "inf", "-inf", "Infinity", "NaN", "1_0.5", " 1.5 ", "1.", ".5", "+1.5", "abc", "1,5", "0x1p3", "-0", "-0.0", "1e", "1.5.1", "١.٥", "infinity", "1_000.0", "0.30000000000000004"],
    FLOATS,
    ['"1.5"', '" 1.5 "', '"nan"', '"inf"', '"1e3"', '"abc"', '""', "true", "false", "null", "1e400", "-0.0", "-0", "0", "-1", '"1_0.5"', "[1.5]", '"1."', '"-Infinity"'],
)
BOOL = Kind(
    ["true", "false", "1", "0", "on", "off", "yes", "no", "t", "f", "y", "n", "True", "FALSE", "Yes"],
    ["2", "1.0", "tru", " true", "null", "oui", "-1", "TRUE ", "00", "o"],
    ["true", "false"],
    ["1", "0", "1.0", "0.0", '"true"', '"off"', '"Yes"', '"1"', "2", "-0", "-0.0", '""', '"maybe"', "null", "1.5", "[true]", '" true"', "1e0"],
)
TEXT = Kind(["abc", "a", "hello world", "é", "日本語", "x-y_z", "😀", "ab-12", "secret"], ["", " ", "abcdefgh", "a" * 21, "AB-1", "ab-", "ab-1\n", "\u00a0", "a/b"], None, ["1", "1.5", "true", "null", "[]", "{}", '"' + "a" * 21 + '"', '""', '["a"]', '"a\\u0000b"'])
COLOR = Kind(["red", "dark-green", "blue"], ["Red", "dark_green", "green", " red", "darkGreen", "0", "red\n"], None, ['"Red"', '"green"', "0", "null", "[]", '["red"]', "true", '""'])
DATE = Kind(
    ["2024-02-29", "1999-12-31", "2000-01-01", "9999-12-31", "0001-01-01"],
    ["2023-02-29", "2024-1-1", "24-05-01", "2024-13-01", "2024-00-10", "2024-05-32", "20240501", "2024-05-01T00:00:00", "2024-05-01T00:00:00Z", "2024-05-01T12:00:00", "2024-05-01 00:00", "0", "86400", "86401", "1714521600", "-86400", "1714521600000", "abc", "", " 2024-05-01", "2024-05-01 ", "+2024-05-01", "0000-01-01", "-0001-01-01", "2024/05/01", "2024-05-01T", "1e5", "1.5", "0.0", "2024-W01-1", "10000-01-01", "99999999999999"],
    None,
    ['"2023-02-29"', '"2024-1-1"', '"2024-05-01T00:00:00Z"', '"2024-05-01T01:00:00"', "0", "86400", "86401", "1714521600", "1714521600000", "-86400", "1.5", "86400.0", '"0"', '"86400"', "true", "null", '""', "[]", '" 2024-05-01"', '"2024-05-01 "'],
)
TIME = Kind(
    ["00:00", "12:30", "23:59:59", "07:05:09", "12:30:15.123456"],
    ["12:30:15.5", "24:00", "12:60", "1:30", "12:30:60", "12", "12:30:15.1234567", "12:30Z", "12:30+02:00", "12:30:15,5", "abc", "", " 12:30", "12:30 ", "0", "3600", "86399", "86400", "-1", "3600.5", "T12:30", "12:30:", "12.30", "1e3"],
    None,
    ['"24:00"', '"1:30"', '"12:30:60"', '"12:30Z"', "3600.5", "86400", "true", "null", '""', '"0"', '"3600"', "[]"],
)
MOMENT = Kind(
    ["2024-02-29T12:30:00Z", "2024-02-29T12:30:00+00:00", "2024-02-29 12:30:00Z", "1999-12-31T23:59:59Z", "2024-05-01T12:30Z", "2024-05-01T12:30:15.123456Z"],
    ["1999-12-31T23:59:59.5Z", "2024-05-01", "2024-05-01T25:00:00Z", "2024-05-01T12:30:60Z", "2024-05-01T12:30:00.1234567Z", "2024-05-01T12:30:00z", "2024-05-01t12:30:00Z", "2024-05-01_12:30:00Z", "0", "1714521600", "1714521600.5", "1714521600000", "-1", "-62135596800", "253402300800", "abc", "", " 2024-05-01T12:30:00Z", "2024-05-01T12:30:00Z ", "2024-5-1T12:30:00Z", "+2024-05-01T12:30:00Z", "0000-01-01T00:00:00Z", "2024-05-01T12:30:00+24:00", "2024-05-01T12:30:00+2:00", "2024-05-01T12Z", "2024-05-01T", "1e9", "20240501T123000Z", "2024-05-01T12:30:00,5Z", "99999999999999999"],
    None,
    ['"2024-05-01"', '"2024-05-01T12:30:60Z"', '"2024-5-1T12:30:00Z"', "0", "1714521600", "1714521600.5", "1714521600000", "-1", "true", "null", '""', '"0"', '"abc"', '" 2024-05-01T12:30:00Z"', "[]", '"1714521600"', "-62135596801"],
)
OFFSET_MOMENT = Kind([*MOMENT.right_texts, "2024-05-01T12:30:00+02:00", "2024-05-01T12:30:00-0330"], [*MOMENT.near_texts, "2024-05-01T12:30:00+23:59"], None, MOMENT.near_json)
LOCAL_MOMENT = Kind(["2024-02-29T12:30:00", "2024-02-29 12:30", "1999-12-31T23:59:59.123456"], [*MOMENT.near_texts, "2024-02-29T12:30:00Z"], None, [value for value in MOMENT.near_json if value.startswith('"')] + ["1714521600"])
SPAN = Kind(
    ["P1DT2H", "PT5M", "PT1.5S", "PT0S", "P3W", "-PT5M", "1 day, 2:30:00", "12:30", "00:00:05", "P1D", "90", "1.5"],
    ["P", "PT", "P1Y", "P1M", "PT1H5", "1 day", "2 days 3:00", "-1 day, 2:30:00", "abc", "", "-5", "1e3", "P1.5D", "PT1.5H", "24:00:00", "1:2:3", "12:60", " PT5M", "PT5M ", "p1d", "+PT5M", "99999999999999999999", "P999999999D", "P1000000000D", "0", "PT0.0000001S", "PT0.0000005S", "1D", "P1DT"],
    ['"P1DT2H"', '"PT5M"', "90", "1.5", "0", '"12:30"', "-5", '"-P1D"'],
    ['"P"', '"P1Y"', '"abc"', '""', "true", "null", "1e15", "[]", '"90"', "0.0000001", "-0.0", '"1 day"', "0.1", "1e-7"],
)
UUID = Kind(
    ["ff97dd87-a4a5-4a12-b412-cde99f33e00e", "00000000-0000-0000-0000-000000000000", "FF97DD87-A4A5-4A12-B412-CDE99F33E00E", "ff97dd87a4a54a12b412cde99f33e00e", "urn:uuid:ff97dd87-a4a5-4a12-b412-cde99f33e00e", "{ff97dd87-a4a5-4a12-b412-cde99f33e00e}"],
    ["ff97dd87-a4a5-4a12-b412-cde99f33e00", "ff97dd87-a4a5-4a12-b412-cde99f33e00g", "ff97dd87-a4a5-4a12-b412cde99f33e00e", "", "x", "ff97dd87-a4a5-4a12-b412-cde99f33e00e0", "ff97dd87_a4a5_4a12_b412_cde99f33e00e", " ff97dd87-a4a5-4a12-b412-cde99f33e00e", "{ff97dd87-a4a5-4a12-b412-cde99f33e00e", "urn:uuid:", "ff97dd87-a4a54a12-b412-cde99f33e00e", "é" * 16, "ff97dd87-a4a5-4a12-b412-cde99f33e0é"],
)
DECIMAL = Kind(
    ["0", "1", "1.50", "12.5", "1234.56", "0.01", "-3.14", "100", "999999", "9999.99"],
    ["1e2", "1E-2", "1.500", "12.345", "12345.67", "1234567", "0.001", "nan", "inf", "abc", " 1.5 ", "+1.5", "1_0.5", ".5", "5.", "1e400", "0.1" + "0" * 40, "-0", "-0.0", "1E+3", "00012.50", "1,5", "0x1", "sNaN", "1 5", "--1", "0.0010", "100.10", "12345678901234567890123456789.5"],
    ["1.5", '"1.50"', "3", '"12.5"', "0.1", "100", '"-3.14"', "12345678901234567890"],
    ['"nan"', '"abc"', '""', "true", "null", '"1' + "0" * 40 + '"', "1.10", "1.0", "-0.0", "123456789012345678901234567890", "0.1000", "[]", '"1_0"', '" 1.5"', "1e-7", "1E5", "0.30000000000000004", "12345678901234567890123456789012345678901234567890"],
)
EMAIL = Kind(
    ["ada@example.com", "a.b+c@sub.example.org", "Ada@Example.COM", "x@exämple.de"],
    ["ada", "ada@", "@example.com", "ada@localhost", "a b@example.com", "ada@example..com", ".ada@example.com", "ada.@example.com", "a..b@example.com", "ada@-example.com", "ada@example.com.", "", "ada@exam_ple.com", "Ada <ada@example.com>", "é@example.com", "ada@example.c", "ada@123.456", "a" * 65 + "@example.com", "ada@@example.com", " ada@example.com", "ada@example.com ", '"a b"@example.com', "ada@[127.0.0.1]", "ada@test", "ada@example.test", "ada@例え.jp"],
)
URL = Kind(
    ["https://example.com", "http://example.com/a/b?q=1#f", "http://EXAMPLE.com:80/", "https://user:pw@example.com:8443/x", "http://127.0.0.1", "https://exämple.de/ü", "http://[::1]:8000/"],
    ["example.com", "ftp://example.com", "http://", "http:///x", "https://exa mple.com", "http://example.com:99999", "http://example.com:abc", "", "//example.com", "http:example.com", "HTTP://example.com", " http://example.com ", "http://a..b", "javascript:alert(1)", "http://example.com/a b", "http://[::1", "http://256.1.1.1", "http://1.2.3", "http://a_b.com", "https://example.com/" + "a" * 2100, "http://example.com/%zz", "http://example.com\\x", "http://exa%6dple.com", "http://-a.com", "http://xn--a.com", "http://0x7f.1"],
)
IPV4 = Kind(["127.0.0.1", "0.0.0.0", "255.255.255.255"], ["256.1.1.1", "1.2.3", "01.2.3.4", "1.2.3.4.5", "::1", "1.2.3.4/8", " 1.2.3.4", "a.b.c.d", "1", "2130706433", "1.2.3.x"])
LITERAL = Kind(["created", "updated"], ["Created", "", "deleted", "created ", "0"])
ANY = Kind(["x"], ["x"], JSON + FLOATS, JSON)


def sub(kind, texts, near=()):
    """Returns the same kind with other valid values, and with more that are nearly valid."""
    return Kind(texts, [*kind.near_texts, *near], None if kind.right_json[0].startswith('"') else texts, [*kind.near_json, *(near if not kind.right_json[0].startswith('"') else map(quoted, near))])


class Object:
    """The JSON of a model, by its fields."""

    def __init__(self, **fields):
        self.fields = {name.replace("__", "-"): kind for name, kind in fields.items()}

    def json(self, rng, mood):
        if mood == "hostile":
            return rng.choice(JSON)
        spoiled = rng.choice(list(self.fields)) if mood == "near" else None
        both = mood == "near" and rng.random() < 0.25
        parts = []
        for name, kind in self.fields.items():
            optional = isinstance(kind, Optional)
            if name == spoiled or both and rng.random() < 0.4:
                if rng.random() < 0.2:
                    continue
                parts.append((name, kind.json(rng, rng.choice(["near", "near", "hostile"]))))
            elif not optional or rng.random() < 0.5:
                parts.append((name, kind.json(rng, "right")))
        if mood == "near" and rng.random() < 0.15:
            parts.append((rng.choice(["extra", "", "Name", "é", "__proto__"]), rng.choice(JSON)))
        if rng.random() < 0.3:
            rng.shuffle(parts)
        if mood == "near" and parts and rng.random() < 0.01:
            parts.append(rng.choice(parts))
        return written(rng, parts)


def written(rng, parts):
    colon, comma, edge = rng.choice([(":", ",", ""), (": ", ", ", ""), (" :\t", " ,\n", " ")])
    return "{" + edge + comma.join(quoted(name) + colon + value for name, value in parts) + edge + "}"


class Optional:
    def __init__(self, kind, nullable=False):
        self.kind, self.nullable = kind, nullable

    def json(self, rng, mood):
        if mood == "right" and self.nullable and rng.random() < 0.2:
            return "null"
        return self.kind.json(rng, mood)


class List:
    def __init__(self, kind, most=4):
        self.kind, self.most = kind, most

    def json(self, rng, mood):
        if mood == "hostile" or mood == "near" and rng.random() < 0.2:
            return rng.choice(JSON)
        items = listed(rng, self.kind, mood, rng.randint(0, self.most + (mood == "near")))
        return "[" + rng.choice([",", ", "]).join(items) + "]"


class Map:
    def __init__(self, keys, kind):
        self.keys, self.kind = keys, kind

    def json(self, rng, mood):
        if mood == "hostile" or mood == "near" and rng.random() < 0.15:
            return rng.choice(JSON)
        names = {self.keys.text(rng, mood if rng.random() < 0.4 else "right") for _ in range(rng.randint(0, 3))}
        return written(rng, [(name, self.kind.json(rng, mood if rng.random() < 0.4 else "right")) for name in sorted(names)])


class Union:
    def __init__(self, *kinds):
        self.kinds = kinds

    def json(self, rng, mood):
        return rng.choice(self.kinds).json(rng, mood)
