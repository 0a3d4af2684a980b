"""Serves rendered pages and the office's static files on a free port, under the office's own policy for browsers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from django.contrib.staticfiles import finders

from keiki.office.screens.security import POLICY

KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


@contextmanager
def served(pages: dict[str, str]) -> Iterator[str]:
    """Serve ``pages`` by their paths; gives the address. Anything else is answered with nothing."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
            kind = KINDS.get(path.rpartition(".")[2], "text/html; charset=utf-8")
            if isinstance(found, str):
                with open(found, "rb") as file:
                    body = file.read()
            else:
                body = pages.get(path, "").encode()
            self.send_response(200 if body else 204)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
