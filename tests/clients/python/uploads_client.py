"""Calls a running `uploads` with the client that openapi-python-client generated from its document: `uploads_client.py BASE_URL`."""

import io
import json
import sys
from http import HTTPStatus

from client import Client
from client.api.default import download_file, echo_thumbnail, list_files, to_hex, upload_album, upload_file
from client.models import Details, EchoThumbnailBody, Kind, ToHexBody, UploadAlbumBody, UploadFileBody
from client.types import File

uploads = Client(base_url=sys.argv[1])


def file(name, content, kind="application/octet-stream"):
    return File(payload=io.BytesIO(content), file_name=name, mime_type=kind)


def expect(status, answer):
    assert answer.status_code == status, (answer.status_code, answer.content)
    return answer.parsed


# Upload a file with an enum, a text and JSON beside it, and download it again. It is not text in any encoding, and larger
# than what the server keeps in memory.
content = bytes(range(256)) * 8192
details = Details(stars=4, tags=["red", "büro"])
body = UploadFileBody(file=file("plan Ü.bin", content), kind=Kind.DOCUMENT, note="two\nlines", details=details)
kept = expect(HTTPStatus.CREATED, upload_file.sync_detailed(client=uploads, body=body))
assert (kept.name, kept.size, kept.kind, kept.note) == ("plan Ü.bin", len(content), Kind.DOCUMENT, "two\nlines"), kept
assert kept.details == details, kept
downloaded = expect(HTTPStatus.OK, download_file.sync_detailed(kept.id, client=uploads))
assert downloaded.payload.read() == content

# Without what is optional.
body = UploadFileBody(file=file("empty", b""), kind=Kind.PICTURE)
bare = expect(HTTPStatus.CREATED, upload_file.sync_detailed(client=uploads, body=body))
assert (bare.size, bare.note, bare.details) == (0, None, None), bare

# Several files, with and without the optional one.
pictures = [file("a.png", b"a"), file("b.png", b"bb")]
album = expect(HTTPStatus.CREATED, upload_album.sync_detailed(client=uploads, body=UploadAlbumBody(pictures=pictures)))
assert [(picture.name, picture.size) for picture in album] == [("a.png", 1), ("b.png", 2)], album
body = UploadAlbumBody(pictures=[file("a.png", b"a")], cover=file("c.png", b"ccc"))
album = expect(HTTPStatus.CREATED, upload_album.sync_detailed(client=uploads, body=body))
assert [picture.name for picture in album] == ["a.png", "c.png"], album

# The types and sizes that a file may have.
body = EchoThumbnailBody(picture=file("t.png", b"\xff\x00", "image/png"))
assert expect(HTTPStatus.OK, echo_thumbnail.sync_detailed(client=uploads, body=body)).payload.read() == b"\xff\x00"
body = EchoThumbnailBody(picture=file("t.gif", b"\xff\x00", "image/gif"))
refused = expect(HTTPStatus.UNPROCESSABLE_ENTITY, echo_thumbnail.sync_detailed(client=uploads, body=body))
assert [error.loc for error in refused.detail] == [["body", "picture", "content_type"]], refused

# Streams are text: the lines of the list, and what becomes of a file.
lines = expect(HTTPStatus.OK, list_files.sync_detailed(client=uploads)).splitlines()
assert json.loads(lines[kept.id - 1])["name"] == kept.name, lines
digits = expect(HTTPStatus.OK, to_hex.sync_detailed(client=uploads, body=ToHexBody(file=file("f", content))))
assert digits == content.hex()

print("the generated client uploaded files and downloaded them again")
