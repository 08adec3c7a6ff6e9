"""HTTP/2 as bytes: frames and field blocks, valid or not, and a connection that reads what a server responds.

Nothing is checked on the way out, so any frame can be sent. Field blocks are literals without compression, except where
a case contains its own.
"""

import socket
import struct

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
NAMES = "DATA HEADERS PRIORITY RST_STREAM SETTINGS PUSH_PROMISE PING GOAWAY WINDOW_UPDATE CONTINUATION".split()

ACK = END_STREAM = 0x1
END_HEADERS = 0x4
PADDED = 0x8
PRIORITIZED = 0x20

NO_ERROR, PROTOCOL_ERROR, _, FLOW_CONTROL_ERROR, _, STREAM_CLOSED, FRAME_SIZE_ERROR, REFUSED_STREAM, CANCEL, \
    COMPRESSION_ERROR = range(10)

HEADER_TABLE_SIZE, ENABLE_PUSH, MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE, MAX_HEADER_LIST_SIZE = \
    range(1, 7)

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

# How long a server may take to respond.
PATIENCE = 5


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def data(stream, payload=b'"test"', flags=END_STREAM):
    return frame(DATA, flags, stream, payload)


def headers(stream, block, flags=END_STREAM | END_HEADERS):
    return frame(HEADERS, flags, stream, block)


def continuation(stream, block, flags=END_HEADERS):
    return frame(CONTINUATION, flags, stream, block)


def priority(stream, depends_on=0, weight=255):
    return frame(PRIORITY, 0, stream, prioritization(depends_on, weight))


def prioritization(depends_on, weight=255):
    return struct.pack(">IB", depends_on, weight)


def reset(stream, code=CANCEL):
    return frame(RST_STREAM, 0, stream, struct.pack(">I", code))


def settings(*pairs, flags=0, stream=0):
    return frame(SETTINGS, flags, stream, b"".join(struct.pack(">HI", *pair) for pair in pairs))


def ping(payload=b"12345678", flags=0, stream=0):
    return frame(PING, flags, stream, payload)


def goaway(code, stream=0):
    return frame(GOAWAY, 0, stream, struct.pack(">II", 0, code))


def window_update(stream, increment):
    return frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", increment))


# ---- field blocks (RFC 7541) ----------------------------------------------------------


def integer(value, bits, pattern=0):
    """Returns an integer with a prefix of so many bits, below a pattern (5.1)."""
    largest = (1 << bits) - 1
    if value < largest:
        return bytes([pattern | value])
    encoded, value = [pattern | largest], value - largest
    while value >= 128:
        encoded.append(0x80 | value & 0x7F)
        value >>= 7
    return bytes([*encoded, value])


def string(text):
    return integer(len(text), 7) + text.encode()


def huffman(octets):
    """Returns a string that is already encoded."""
    return integer(len(octets), 7, 0x80) + octets


def block(*fields):
    """Returns literals that are not added to the table (6.2.2)."""
    return b"".join(b"\0" + string(name) + string(value) for name, value in fields)


def table_size(size):
    """Returns a size update of the dynamic table (6.3)."""
    return integer(size, 5, 0x20)


# ---- connections ----------------------------------------------------------------------


class Frame:
    def __init__(self, header, payload):
        self.kind, self.flags, stream = struct.unpack(">BBI", header[3:])
        self.stream = stream & 0x7FFFFFFF
        self.payload = payload

    def code(self):
        """Returns the error code of a RST_STREAM or GOAWAY."""
        return struct.unpack(">I", self.payload[4:8] if self.kind == GOAWAY else self.payload[:4])[0]

    def __str__(self):
        name = NAMES[self.kind] if self.kind < len(NAMES) else f"type {self.kind}"
        text = f"{name} of stream {self.stream}, flags {self.flags:#x}, {len(self.payload)} bytes"
        return f"{text}, code {self.code()}" if self.kind in (RST_STREAM, GOAWAY) else text


class Connection:
    def __init__(self, address):
        self.socket = socket.create_connection(address, PATIENCE)
        self.settings = {}
        self.received = []
        # Whether the server has ended the connection with another code than the expected one.
        self.other_code = False

    def send(self, octets):
        try:
            self.socket.sendall(octets)
        except ConnectionError:
            """The server has closed it already: what it sent before is still read."""

    def handshake(self):
        self.send(PREFACE + settings())
        acknowledged = False
        while not (self.settings and acknowledged):
            received = self.receive()
            assert received, "the connection ended in the handshake"
            if received.kind == SETTINGS and received.flags & ACK:
                acknowledged = True
            elif received.kind == SETTINGS:
                self.settings = dict(struct.iter_unpack(">HI", received.payload)) or {0: 0}
                self.send(settings(flags=ACK))

    def read(self, length):
        octets = b""
        while len(octets) < length:
            try:
                more = self.socket.recv(length - len(octets))
            except ConnectionResetError:
                more = b""
            if not more:
                break
            octets += more
        return octets

    def receive(self):
        """Returns the next frame, or `None` at the end of the connection."""
        header = self.read(9)
        if len(header) < 9:
            return None
        payload = self.read(int.from_bytes(header[:3], "big"))
        self.received.append(Frame(header, payload))
        return self.received[-1]

    def frames(self):
        """Returns the frames until the end of the connection."""
        return iter(self.receive, None)
