"""The same interface for both sides: FastAPI as an ASGI application in this process, fastrs through a socket that is kept open."""

import asyncio
import json
import logging
import socket
from dataclasses import dataclass
from urllib.parse import unquote


@dataclass
class Answer:
    status: int
    headers: list
    body: bytes

    def header(self, name):
        return next((value for key, value in self.headers if key == name), None)

    @property
    def media(self):
        return self.header("content-type")

    @property
    def location(self):
        return self.header("location")

    @property
    def cookies(self):
        return [value for key, value in self.headers if key == "set-cookie"]

    def is_json(self):
        return bool(self.body) and (self.media or "").startswith("application/json")

    def json(self, convert=lambda value: value):
        return convert(json.loads(self.body))

    def details(self):
        """Returns the errors of a 422."""
        detail = self.json().get("detail") if self.status == 422 and self.is_json() else None
        return detail if isinstance(detail, list) else []

    def __repr__(self):
        more = {name: value for name, value in self.headers if name in ("location", "set-cookie", "content-type") and value != "application/json"}
        return f"{self.status} {self.body.decode(errors='replace')[:1200]}{more or ''}"


class FastAPI:
    def __init__(self):
        from app import app

        logging.disable()
        self.app = app
        self.loop = asyncio.new_event_loop()

    def ask(self, request):
        return self.loop.run_until_complete(self.call(request))

    async def call(self, request):
        path, _, query = request.target.partition(b"?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "path": unquote(path.decode("ascii")),
            "raw_path": path,
            "root_path": "",
            "query_string": query,
            "headers": [(name.lower().encode(), value) for name, value in request.headers],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 80),
        }
        answer = Answer(0, [], b"")

        async def receive():
            return {"type": "http.request", "body": request.body, "more_body": False}

        async def send(message):
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in message["headers"]]
            elif request.method != "HEAD":
                answer.body += message.get("body", b"")

        try:
            await self.app(scope, receive, send)
        except Exception:
            # Starlette has already sent a 500, and raises for the server's log.
            if not answer.status:
                raise
        return answer


class Fastrs:
    def __init__(self, port):
        self.port = port
        self.stream = None

    def ask(self, request):
        head = f"{request.method} ".encode() + request.target + b" HTTP/1.1\r\n"
        head += b"".join(name.encode() + b": " + value + b"\r\n" for name, value in request.headers) + b"\r\n"
        for attempt in range(2):
            try:
                return self.exchange(head + request.body, request.method)
            except (ConnectionError, EOFError):
                # The server may close an idle connection.
                self.stream = None
                if attempt:
                    raise

    def exchange(self, sent, method):
        if self.stream is None:
            connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.stream = connection.makefile("rwb")
        self.stream.write(sent)
        self.stream.flush()
        status = self.line().split(" ", 2)[1]
        headers = []
        while line := self.line():
            name, _, value = line.partition(":")
            headers.append((name.lower(), value.strip()))
        answer = Answer(int(status), headers, b"")
        if method != "HEAD" and answer.status not in (204, 304):
            answer.body = self.read(int(answer.header("content-length") or 0))
        if (answer.header("connection") or "").lower() == "close":
            self.stream = None
        return answer

    def line(self):
        line = self.stream.readline()
        if not line.endswith(b"\r\n"):
            raise EOFError
        return line[:-2].decode("latin-1")

    def read(self, length):
        body = self.stream.read(length)
        if len(body) < length:
            raise EOFError
        return body
