"""What a server must refuse or ignore: the group `http2` of h2spec. The numbers are sections of RFC 7540."""

from expect import (
    alive, alive_or_closed, closed, connection_error, first, piece, pong, response, settings_ack, stream_error,
)
from generic import is_first
from requests import GET, GET_FIELDS, LONG, POST, POST_FIELDS, get, post
from wire import *


def too_long(kind, flags):
    """A frame of one octet more than the server accepts, on a stream that is open if it is DATA."""

    def step(connection):
        payload = bytes(connection.settings.get(MAX_FRAME_SIZE, 16384) + 1)
        opened = post() if kind == DATA else b""
        connection.send(opened + frame(kind, flags, 1, payload))

    return step


def too_many_streams(connection):
    count = connection.settings[MAX_CONCURRENT_STREAMS]
    streams = [1 + 2 * number for number in range(count + 1)]
    # Without a window, no response ends.
    connection.send(settings((INITIAL_WINDOW_SIZE, 0)) + b"".join(map(get, streams)))
    stream_error(PROTOCOL_ERROR, REFUSED_STREAM, stream=streams[-1])(connection)


def window_overflow(connection):
    connection.send(window_update(1, 0x7FFFFFFF) * 2)
    frame = first(connection, lambda frame: frame.kind == RST_STREAM)
    assert (frame.stream, frame.code()) == (1, FLOW_CONTROL_ERROR), f"{frame}"


def malformed(*fields):
    return [headers(1, block(*fields)), stream_error(PROTOCOL_ERROR)]


def without(name):
    return [field for field in GET_FIELDS if field[0] != name]


def twice(name):
    return malformed(*GET_FIELDS, next(field for field in GET_FIELDS if field[0] == name))


def parameter(key, value, code=PROTOCOL_ERROR):
    return [settings((key, value)), connection_error(code)]


UNKNOWN = frame(0x16, 0, 0, bytes(8))
# A head that is not complete, and its end.
OPEN = headers(1, GET, END_STREAM)
COMPLETE = [continuation(1, LONG), connection_error(PROTOCOL_ERROR)]

STARTING = [
    ("3.5/1", "the preface", None, PREFACE + settings(), is_first),
    # The connection may end without GOAWAY, since the client does not speak HTTP/2: here, with a 400 of HTTP/1.1.
    ("3.5/2", "no preface", None, b"INVALID CONNECTION PREFACE\r\n\r\n", closed),
]

FRAMES = [
    ("4.1/1", "an unknown type", UNKNOWN, alive),
    ("4.1/2", "an undefined flag", ping(flags=0x16), lambda connection: pong(b"12345678", connection)),
    ("4.1/3", "the reserved bit", ping(flags=0x16, stream=1 << 31), lambda connection: pong(b"12345678", connection)),
    ("4.2/1", "DATA of 2^14 octets", post(), data(1, b'"%b"' % (b"x" * 16382)), response()),
    ("4.2/2", "DATA that is too long", too_long(DATA, END_STREAM), stream_error(FRAME_SIZE_ERROR)),
    ("4.2/3", "HEADERS that are too long",
     too_long(HEADERS, END_STREAM | END_HEADERS), connection_error(FRAME_SIZE_ERROR)),
    ("4.3/1", "a field block that ends within a field", headers(1, b"\x40", END_STREAM | END_HEADERS),
     connection_error(COMPRESSION_ERROR)),
    ("4.3/2", "PRIORITY within a head", OPEN, priority(1), *COMPLETE),
    ("4.3/3", "HEADERS of another stream within a head", OPEN, get(3), *COMPLETE),
]

STREAMS = [
    ("5.1/1", "idle: DATA", data(1), stream_error(PROTOCOL_ERROR, STREAM_CLOSED)),
    ("5.1/2", "idle: RST_STREAM", reset(1), connection_error(PROTOCOL_ERROR)),
    ("5.1/3", "idle: WINDOW_UPDATE", window_update(1, 100), connection_error(PROTOCOL_ERROR)),
    ("5.1/4", "idle: CONTINUATION", continuation(1, GET), connection_error(PROTOCOL_ERROR)),
    ("5.1/5", "half-closed: DATA", get(), data(1), stream_error(STREAM_CLOSED)),
    ("5.1/6", "half-closed: HEADERS", get(), get(), stream_error(STREAM_CLOSED)),
    ("5.1/7", "half-closed: CONTINUATION", get(), continuation(1, GET), stream_error(STREAM_CLOSED, PROTOCOL_ERROR)),
    ("5.1/8", "reset: DATA", post(), reset(1), data(1), stream_error(STREAM_CLOSED)),
    ("5.1/9", "reset: HEADERS", post(), reset(1), get(), stream_error(STREAM_CLOSED)),
    ("5.1/10", "reset: CONTINUATION",
     post(), reset(1), continuation(1, LONG), stream_error(STREAM_CLOSED, PROTOCOL_ERROR)),
    ("5.1/11", "closed: DATA", get(), response(), data(1), stream_error(STREAM_CLOSED)),
    ("5.1/12", "closed: HEADERS", get(), response(), get(), connection_error(STREAM_CLOSED)),
    ("5.1/13", "closed: CONTINUATION",
     get(), response(), continuation(1, LONG), connection_error(STREAM_CLOSED, PROTOCOL_ERROR)),
    ("5.1.1/1", "an even stream", get(2), connection_error(PROTOCOL_ERROR)),
    ("5.1.1/2", "a stream before the last one", get(5), get(3), connection_error(PROTOCOL_ERROR)),
    ("5.1.2/1", "one stream more than allowed", too_many_streams),
    ("5.3.1/1", "HEADERS that depend on their own stream",
     headers(1, prioritization(1) + GET, END_STREAM | END_HEADERS | PRIORITIZED), stream_error(PROTOCOL_ERROR)),
    ("5.3.1/2", "PRIORITY that depends on its own stream", priority(1, depends_on=1), stream_error(PROTOCOL_ERROR)),
    ("5.4.1/1", "a PING that ends the connection", ping(stream=3), closed),
    ("5.5/1", "an unknown type", UNKNOWN, alive),
    ("5.5/2", "an unknown type within a head", OPEN, UNKNOWN, connection_error(PROTOCOL_ERROR)),
]

DEFINITIONS = [
    ("6.1/1", "DATA on stream 0", data(0), connection_error(PROTOCOL_ERROR)),
    ("6.1/2", "DATA on a half-closed stream", headers(1, POST), data(1), stream_error(STREAM_CLOSED)),
    ("6.1/3", "DATA with more padding than payload",
     post(), data(1, b"\6Test", END_STREAM | PADDED), connection_error(PROTOCOL_ERROR)),
    ("6.2/1", "PRIORITY after HEADERS without END_HEADERS", OPEN, priority(1), *COMPLETE),
    ("6.2/2", "HEADERS of another stream after HEADERS without END_HEADERS", OPEN, get(3), *COMPLETE),
    ("6.2/3", "HEADERS on stream 0", get(0), connection_error(PROTOCOL_ERROR)),
    ("6.2/4", "HEADERS with more padding than payload",
     headers(1, bytes([len(GET) + 1]) + GET, END_STREAM | END_HEADERS | PADDED), stream_error(PROTOCOL_ERROR)),
    ("6.3/1", "PRIORITY on stream 0", priority(0), connection_error(PROTOCOL_ERROR)),
    ("6.3/2", "PRIORITY of 4 octets", get(), frame(PRIORITY, 0, 1, bytes(4)), stream_error(FRAME_SIZE_ERROR)),
    ("6.4/1", "RST_STREAM on stream 0", reset(0), connection_error(PROTOCOL_ERROR)),
    ("6.4/2", "RST_STREAM on an idle stream", reset(1), connection_error(PROTOCOL_ERROR)),
    ("6.4/3", "RST_STREAM of 3 octets", get(), frame(RST_STREAM, 0, 1, bytes(3)), connection_error(FRAME_SIZE_ERROR)),
    ("6.5/1", "an acknowledgement of SETTINGS with a payload",
     frame(SETTINGS, ACK, 0, b"\0"), connection_error(FRAME_SIZE_ERROR)),
    ("6.5/2", "SETTINGS on a stream",
     settings((MAX_CONCURRENT_STREAMS, 100), stream=1), connection_error(PROTOCOL_ERROR)),
    ("6.5/3", "SETTINGS of 3 octets",
     frame(SETTINGS, 0, 0, b"\0\3\0"), connection_error(PROTOCOL_ERROR, FRAME_SIZE_ERROR)),
    ("6.5.2/1", "ENABLE_PUSH of 2", *parameter(ENABLE_PUSH, 2)),
    ("6.5.2/2", "INITIAL_WINDOW_SIZE of 2^31", *parameter(INITIAL_WINDOW_SIZE, 1 << 31, FLOW_CONTROL_ERROR)),
    ("6.5.2/3", "MAX_FRAME_SIZE of 2^14 - 1", *parameter(MAX_FRAME_SIZE, 16383)),
    ("6.5.2/4", "MAX_FRAME_SIZE of 2^24", *parameter(MAX_FRAME_SIZE, 1 << 24)),
    ("6.5.2/5", "an unknown parameter", settings((0xFF, 1)), alive),
    ("6.5.3/1", "INITIAL_WINDOW_SIZE twice",
     settings((INITIAL_WINDOW_SIZE, 100), (INITIAL_WINDOW_SIZE, 1)), settings_ack, get(), piece(1)),
    ("6.5.3/2", "SETTINGS", settings((ENABLE_PUSH, 0)), settings_ack),
    ("6.7/1", "PING", ping(), lambda connection: pong(b"12345678", connection)),
    ("6.7/2", "an acknowledgement of no PING", ping(b"no reply", ACK), alive),
    ("6.7/3", "PING on a stream", ping(stream=1), connection_error(PROTOCOL_ERROR)),
    ("6.7/4", "PING of 6 octets", ping(bytes(6)), connection_error(FRAME_SIZE_ERROR)),
    ("6.8/1", "GOAWAY on a stream", goaway(NO_ERROR, stream=1), connection_error(PROTOCOL_ERROR)),
    ("6.9/1", "an increment of 0", window_update(0, 0), connection_error(PROTOCOL_ERROR)),
    ("6.9/2", "an increment of 0 on a stream", post(), window_update(1, 0), stream_error(PROTOCOL_ERROR)),
    ("6.9/3", "WINDOW_UPDATE of 3 octets",
     frame(WINDOW_UPDATE, 0, 0, b"\0\0\1"), connection_error(FRAME_SIZE_ERROR)),
    ("6.9.1/1", "a window of 1", settings((INITIAL_WINDOW_SIZE, 1)), settings_ack, get(), piece(1)),
    ("6.9.1/2", "a window beyond 2^31 - 1", window_update(0, 0x7FFFFFFF) * 2, connection_error(FLOW_CONTROL_ERROR)),
    ("6.9.1/3", "the same on a stream", post(), window_overflow),
    ("6.9.2/1", "a window that grows during a response",
     settings((INITIAL_WINDOW_SIZE, 0)), settings_ack, get(), settings((INITIAL_WINDOW_SIZE, 1)), piece(1)),
    ("6.9.2/2", "a window that becomes negative",
     settings((INITIAL_WINDOW_SIZE, 3)), settings_ack, get(), piece(3),
     settings((INITIAL_WINDOW_SIZE, 2)), settings_ack, window_update(1, 2), piece(1)),
    ("6.9.2/3", "a window of 2^31", *parameter(INITIAL_WINDOW_SIZE, 1 << 31, FLOW_CONTROL_ERROR)),
    ("6.10/1", "CONTINUATION twice", OPEN, continuation(1, LONG, 0), continuation(1, LONG), response()),
    ("6.10/2", "DATA after CONTINUATION without END_HEADERS",
     headers(1, POST, 0), continuation(1, LONG, 0), data(1), connection_error(PROTOCOL_ERROR)),
    ("6.10/3", "CONTINUATION on stream 0", OPEN, continuation(0, LONG), connection_error(PROTOCOL_ERROR)),
    ("6.10/4", "CONTINUATION after HEADERS with END_HEADERS", get(), *COMPLETE),
    ("6.10/5", "CONTINUATION after CONTINUATION with END_HEADERS", OPEN, continuation(1, LONG), *COMPLETE),
    ("6.10/6", "CONTINUATION after DATA",
     headers(1, POST, 0), data(1), continuation(1, LONG, 0), continuation(0, LONG), connection_error(PROTOCOL_ERROR)),
]

MESSAGES = [
    ("7/1", "GOAWAY with an unknown code", goaway(0xFF), alive_or_closed),
    ("7/2", "RST_STREAM with an unknown code", post(), reset(1, 0xFF), alive_or_closed),
    ("8.1/1", "trailers without END_STREAM",
     post(), data(1, flags=0), headers(1, block(("x-test", "ok")), END_HEADERS), stream_error(PROTOCOL_ERROR)),
    ("8.1.2/1", "an uppercase name", *malformed(*GET_FIELDS, ("X-TEST", "ok"))),
    ("8.1.2.1/1", "an unknown pseudo-field", *malformed(*GET_FIELDS, (":test", "ok"))),
    ("8.1.2.1/2", "a pseudo-field of responses", *malformed(*GET_FIELDS, (":status", "200"))),
    ("8.1.2.1/3", "a pseudo-field in trailers",
     post(), data(1, flags=0), headers(1, block((":method", "POST")), END_HEADERS), stream_error(PROTOCOL_ERROR)),
    ("8.1.2.1/4", "a pseudo-field after a field", *malformed(("x-test", "ok"), *GET_FIELDS)),
    ("8.1.2.2/1", "a field of the connection", *malformed(*GET_FIELDS, ("connection", "keep-alive"))),
    ("8.1.2.2/2", "TE with more than `trailers`",
     *malformed(*GET_FIELDS, ("trailers", "test"), ("te", "trailers, deflate"))),
    ("8.1.2.3/1", "an empty path", *malformed(*without(":path"), (":path", ""))),
    ("8.1.2.3/2", "no method", *malformed(*without(":method"))),
    ("8.1.2.3/3", "no scheme", *malformed(*without(":scheme"))),
    ("8.1.2.3/4", "no path", *malformed(*without(":path"))),
    ("8.1.2.3/5", "two methods", *twice(":method")),
    ("8.1.2.3/6", "two schemes", *twice(":scheme")),
    ("8.1.2.3/7", "two paths", *twice(":path")),
    ("8.1.2.6/1", "a length that is not the body's",
     headers(1, block(*POST_FIELDS, ("content-length", "1")), END_HEADERS), data(1), stream_error(PROTOCOL_ERROR)),
    ("8.1.2.6/2", "a length that is not the sum of the body's parts",
     headers(1, block(*POST_FIELDS, ("content-length", "1")), END_HEADERS), data(1, flags=0), data(1),
     stream_error(PROTOCOL_ERROR)),
    ("8.2/1", "PUSH_PROMISE", frame(PUSH_PROMISE, END_HEADERS, 1, bytes([0, 0, 0, 3]) + GET),
     connection_error(PROTOCOL_ERROR)),
]

CASES = STARTING + FRAMES + STREAMS + DEFINITIONS + MESSAGES
