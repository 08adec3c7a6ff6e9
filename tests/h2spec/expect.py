"""What may follow: each function returns a step that reads the connection until it has seen what it expects.

A step fails at the end of the connection, or if nothing comes for `PATIENCE` seconds. The frames that a server may send
at any time in between are skipped.
"""

from wire import ACK, DATA, END_STREAM, GOAWAY, HEADERS, NO_ERROR, PING, RST_STREAM, SETTINGS, ping


def first(connection, is_expected):
    """Returns the first of these frames. A GOAWAY or a reset that is none of them is an error."""
    for frame in connection.frames():
        if is_expected(frame):
            return frame
        assert frame.kind != GOAWAY, "the connection ends"
        assert frame.kind != RST_STREAM or frame.code() == NO_ERROR, "the stream ends"
    raise AssertionError("the connection ended")


def closed(connection):
    """The server closes the connection."""
    for _ in connection.frames():
        pass


def connection_error(*codes):
    """The connection ends, and GOAWAY says why.

    As in h2spec, another code is no failure: they are only counted.
    """

    def step(connection):
        goaway = [frame.code() for frame in connection.frames() if frame.kind == GOAWAY]
        assert goaway, "there was no GOAWAY"
        connection.other_code = not set(codes).issuperset(goaway)

    return step


def stream_error(*codes, stream=1):
    """A reset of the stream with one of these codes, or a connection error."""

    def step(connection):
        frame = first(connection, lambda frame: frame.kind == GOAWAY or (frame.kind, frame.stream) == (RST_STREAM, stream))
        if frame.kind == GOAWAY:
            connection.other_code = frame.code() not in codes
            closed(connection)
        else:
            assert frame.code() in codes, f"the code is {frame.code()}"

    return step


def response(stream=1):
    """The whole of a response with status 200."""

    def step(connection):
        frame = first(connection, lambda frame: frame.kind == HEADERS and frame.stream == stream)
        # The index of this status in HPACK's static table. Servers send it first.
        assert frame.payload[:1] == b"\x88", "the status is not 200"
        if not frame.flags & END_STREAM:
            first(connection, lambda frame: frame.kind == DATA and frame.stream == stream and frame.flags & END_STREAM)

    return step


def piece(length, stream=1):
    """DATA of this length."""

    def step(connection):
        frame = first(connection, lambda frame: frame.kind == DATA and frame.stream == stream)
        assert len(frame.payload) == length, f"{frame}"

    return step


def settings_ack(connection):
    first(connection, lambda frame: frame.kind == SETTINGS and frame.flags & ACK)


def pong(payload, connection):
    """The acknowledgement of a PING, and of no other."""
    frame = first(connection, lambda frame: frame.kind == PING)
    assert (frame.flags & ACK, frame.payload) == (ACK, payload), f"{frame}"


def alive(connection):
    """The connection continues."""
    connection.send(ping(b"is alive"))
    pong(b"is alive", connection)


def alive_or_closed(connection):
    connection.send(ping(b"is alive"))
    for frame in connection.frames():
        if frame.kind == PING:
            assert (frame.flags & ACK, frame.payload) == (ACK, b"is alive"), f"{frame}"
            return
