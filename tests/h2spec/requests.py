"""The requests of the cases, for `tests/programs/served.rs`."""

from wire import END_HEADERS, block, headers

AUTHORITY = "127.0.0.1"
GET_FIELDS = [(":method", "GET"), (":scheme", "http"), (":path", "/openapi.json"), (":authority", AUTHORITY)]
POST_FIELDS = [(":method", "POST"), (":scheme", "http"), (":path", "/upload"), (":authority", AUTHORITY)]
POST_FIELDS += [("content-type", "application/json")]

GET = block(*GET_FIELDS)
POST = block(*POST_FIELDS)
# Two of these still fit into the smallest maximum of a frame, and into the server's limit for all fields of a request.
LONG = block(("x-long", "x" * 4000))


def get(stream=1):
    return headers(stream, GET)


def post(stream=1):
    """Returns the head of a request whose body follows."""
    return headers(stream, POST, END_HEADERS)
