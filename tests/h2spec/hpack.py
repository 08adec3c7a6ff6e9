"""Field blocks that cannot be decoded: the group `hpack` of h2spec (RFC 7541)."""

from expect import connection_error
from requests import GET
from wire import COMPRESSION_ERROR, HEADER_TABLE_SIZE, headers, huffman, table_size

X_TEST = b"\0" + huffman(b"\xf2\xb2\x4a\x84\xff")


def after(more):
    """A field block with something after its fields."""
    return [headers(1, GET + more), connection_error(COMPRESSION_ERROR)]


def too_large(connection):
    size = connection.settings.get(HEADER_TABLE_SIZE, 4096) + 1
    connection.send(headers(1, table_size(size) + GET))


CASES = [
    ("2.3.3/1", "the index of no field", *after(b"\xc6")),
    ("2.3.3/2", "the index of no name", *after(b"\x7f\x07\0")),
    ("4.2/1", "a size update after the fields", *after(table_size(1))),
    ("5.2/1", "Huffman codes with a whole octet of padding", *after(X_TEST + huffman(b"\x49\x50\x9f\xff"))),
    ("5.2/2", "Huffman codes that are padded with zeros", *after(X_TEST + huffman(b"\x49\x50\x90"))),
    ("5.2/3", "Huffman codes with the end of the string inside",
     *after(X_TEST + huffman(b"\x49\x51\xff\xff\xff\xfa\x7f"))),
    ("6.1/1", "the index 0", *after(b"\x80")),
    ("6.3/1", "a table that is too large", too_large, connection_error(COMPRESSION_ERROR)),
]
