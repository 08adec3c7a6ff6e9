"""What a server must accept: the group `generic` of h2spec."""

from expect import alive, alive_or_closed, piece, pong, response, settings_ack
from requests import GET, GET_FIELDS, POST_FIELDS, get, post
from wire import *


def is_first(connection):
    frame = connection.receive()
    assert (frame.kind, frame.flags) == (SETTINGS, 0), f"{frame}"


def acknowledges(payload):
    return lambda connection: pong(payload, connection)


USER_AGENT = huffman(b"\xb5\x05\xb1\x61\xcc\x5a\x93")
X_TEST = huffman(b"\xf2\xb2\x4a\x84\xff")
H2SPEC = huffman(b"\x9c\x48\xac\xa4")
# The index of `user-agent` in the static table, after the bits of the representation and a prefix of 6 or 4 bits.
INDEX = 58


def fields(more):
    return [headers(1, GET + more), response()]


PARAMETERS = [
    (HEADER_TABLE_SIZE, 4096), (ENABLE_PUSH, 1), (MAX_CONCURRENT_STREAMS, 100), (INITIAL_WINDOW_SIZE, 65535),
    (MAX_FRAME_SIZE, 16384), (MAX_HEADER_LIST_SIZE, 100),
]

# Its id, what it sends, and the steps. Frames that follow each other are sent at once.
CASES = [
    ("1/1", "the preface", None, PREFACE + settings(), is_first),
    ("2/1", "PRIORITY on an idle stream", priority(1), alive),
    ("2/2", "WINDOW_UPDATE on a half-closed stream",
     settings((INITIAL_WINDOW_SIZE, 0)), get(), window_update(1, 1), piece(1)),
    ("2/3", "PRIORITY on a half-closed stream",
     settings((INITIAL_WINDOW_SIZE, 0)), get(), priority(1), window_update(1, 1), piece(1)),
    ("2/4", "RST_STREAM on a half-closed stream", get(), reset(1), alive_or_closed),
    ("2/5", "PRIORITY on a closed stream", get(), response(), priority(1), alive),
    ("3.1/1", "DATA", post(), data(1), response()),
    ("3.1/2", "DATA twice", post(), data(1, b'"te', 0), data(1, b'st"'), response()),
    ("3.1/3", "DATA with padding", post(), data(1, b'\5"test"' + bytes(5), END_STREAM | PADDED), response()),
    ("3.2/1", "HEADERS", get(), response()),
    ("3.2/2", "HEADERS with padding",
     headers(1, b"\x08" + GET + bytes(8), END_STREAM | END_HEADERS | PADDED), response()),
    ("3.2/3", "HEADERS with a priority",
     headers(1, prioritization(0) + GET, END_STREAM | END_HEADERS | PRIORITIZED), response()),
    ("3.3/1", "PRIORITY with the lowest weight", priority(1, weight=0), get(), response()),
    ("3.3/2", "PRIORITY with the highest weight", priority(1, weight=255), get(), response()),
    ("3.3/3", "PRIORITY that depends on another stream", priority(3, depends_on=1), get(), response()),
    ("3.3/4", "PRIORITY that is exclusive", priority(1, depends_on=1 << 31), get(), response()),
    ("3.3/5", "PRIORITY on a later stream", priority(3), get(), response()),
    ("3.4/1", "RST_STREAM", post(), reset(1), alive_or_closed),
    ("3.5/1", "SETTINGS with each parameter", settings(*PARAMETERS), settings_ack),
    ("3.7/1", "PING", ping(b"h2spec\0\0"), acknowledges(b"h2spec\0\0")),
    ("3.8/1", "GOAWAY", goaway(NO_ERROR), alive_or_closed),
    ("3.9/1", "WINDOW_UPDATE on the connection", window_update(0, 1), alive),
    ("3.9/2", "WINDOW_UPDATE on a stream", get(), window_update(1, 1), response()),
    ("3.10/1", "CONTINUATION", headers(1, GET[:5], END_STREAM), continuation(1, GET[5:]), response()),
    ("3.10/2", "CONTINUATION twice",
     headers(1, GET[:5], END_STREAM), continuation(1, GET[5:10], 0), continuation(1, GET[10:]), response()),
    ("4/1", "GET", get(), response()),
    ("4/2", "HEAD", headers(1, block((":method", "HEAD"), *GET_FIELDS[1:])), response()),
    ("4/3", "POST", post(), data(1), response()),
    ("4/4", "POST with trailers",
     headers(1, block(*POST_FIELDS, ("trailer", "x-test")), END_HEADERS), data(1, flags=0),
     headers(1, block(("x-test", "ok"))), response()),
    ("5/1", "a field by its index", *fields(integer(INDEX, 7, 0x80))),
    ("5/2", "an indexed field with an indexed name", *fields(integer(INDEX, 6, 0x40) + string("h2spec"))),
    ("5/3", "the same, with Huffman codes", *fields(integer(INDEX, 6, 0x40) + H2SPEC)),
    ("5/4", "an indexed field with a new name", *fields(b"\x40" + string("x-test") + string("h2spec"))),
    ("5/5", "the same, with Huffman codes", *fields(b"\x40" + X_TEST + H2SPEC)),
    ("5/6", "a field without index, with an indexed name", *fields(integer(INDEX, 4) + string("h2spec"))),
    ("5/7", "the same, with Huffman codes", *fields(integer(INDEX, 4) + H2SPEC)),
    ("5/8", "a field without index, with a new name", *fields(b"\0" + string("x-test") + string("h2spec"))),
    ("5/9", "the same, with Huffman codes", *fields(b"\0" + X_TEST + H2SPEC)),
    ("5/10", "a field that is never indexed, with an indexed name", *fields(integer(INDEX, 4, 0x10) + string("h2spec"))),
    ("5/11", "the same, with Huffman codes", *fields(integer(INDEX, 4, 0x10) + H2SPEC)),
    ("5/12", "a field that is never indexed, with a new name", *fields(b"\x10" + string("x-test") + string("h2spec"))),
    ("5/13", "the same, with Huffman codes", *fields(b"\x10" + X_TEST + H2SPEC)),
    ("5/14", "a size update of the table", headers(1, table_size(128) + GET), response()),
    ("5/15", "two size updates of the table", headers(1, table_size(128) + table_size(4096) + GET), response()),
]
