"""As much of an S3 storage as Django's storage asks for, on the loopback address: objects in memory, uploads in parts, nothing checked."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

Start = Callable[..., Any]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name of the base
        pass


@dataclass
class Bucket:
    """What was put there, and how large each part of each upload was."""

    objects: dict[str, bytes] = field(default_factory=dict)
    parts: dict[str, list[int]] = field(default_factory=dict)
    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)
    url: str = ""

    def __call__(self, environ: dict[str, Any], start: Start) -> list[bytes]:
        """Answer one request."""
        key, query = environ["PATH_INFO"].split("/", 2)[-1], parse_qs(environ["QUERY_STRING"], keep_blank_values=True)
        status, headers, body = self._answer(environ["REQUEST_METHOD"], key, query, _body(environ))
        if status == "200 OK" and "HTTP_RANGE" in environ:
            first, _, last = environ["HTTP_RANGE"].removeprefix("bytes=").partition("-")
            chosen = slice(int(first), int(last) + 1 if last else len(body))
            headers = [*headers, ("Content-Range", f"bytes {first}-{min(chosen.stop, len(body)) - 1}/{len(body)}")]
            status, body = "206 Partial Content", body[chosen]
        start(status, [("Content-Length", str(len(body))), ("ETag", '"x"'), *headers])
        return [body if environ["REQUEST_METHOD"] != "HEAD" else b""]

    def _answer(self, method: str, key: str, query: dict[str, list[str]], body: bytes) -> tuple[str, list[tuple[str, str]], bytes]:
        if method == "POST" and "uploads" in query:
            self.uploads[key] = {}
            return "200 OK", [], f"<R><Bucket>b</Bucket><Key>{key}</Key><UploadId>1</UploadId></R>".encode()
        if method == "PUT" and "partNumber" in query:
            self.uploads[key][int(query["partNumber"][0])] = body
        elif method == "POST":
            whole = [data for _number, data in sorted(self.uploads.pop(key).items())]
            self.parts[key], self.objects[key] = [len(data) for data in whole], b"".join(whole)
            return "200 OK", [], f"<R><Key>{key}</Key></R>".encode()
        elif method == "PUT":
            self.objects[key] = body
        elif method == "DELETE":
            self.objects.pop(key, None)
            return "204 No Content", [], b""
        elif key not in self.objects:
            return "404 Not Found", [], b""
        else:
            return "200 OK", [("Last-Modified", "Mon, 02 Sep 2024 12:00:00 GMT")], self.objects[key]
        return "200 OK", [], b""


def _body(environ: dict[str, Any]) -> bytes:
    data: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    if "aws-chunked" not in environ.get("HTTP_CONTENT_ENCODING", ""):
        return data
    found, place = b"", 0
    while size := int(data[place : (end := data.index(b"\r\n", place))].split(b";")[0], 16):
        found += data[end + 2 : end + 2 + size]
        place = end + 4 + size
    return found


@contextmanager
def bucket() -> Iterator[Bucket]:
    """Serve an empty one."""
    served = Bucket()
    with make_server("127.0.0.1", 0, served, _Server, _Quiet) as server:
        served.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()
