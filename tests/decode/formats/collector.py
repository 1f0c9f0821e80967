"""A collector on loopback that keeps every request as golden input: `CORPUS/<format>/<case>/input.http`."""

from __future__ import annotations

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CORPUS = Path(__file__).parents[2] / "corpus" / "formats"


class Collector:
    """Requests as they came, in order; answers 200 with `{}` to all."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, bytes]] = []
        self.came = threading.Condition()
        kept = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _take(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with kept.came:
                    kept.requests.append((self.path, body))
                    kept.came.notify_all()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Access-Control-Allow-Origin", self.headers.get("Origin") or "*")
                self.send_header("Access-Control-Allow-Headers", "*")
                self.send_header("Access-Control-Allow-Credentials", "true")
                self.send_header("Content-Length", "15")
                self.end_headers()
                self.wfile.write(b'{"status":1}   ')

            do_GET = do_POST = do_PUT = do_OPTIONS = _take

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait(self, number: int, seconds: float = 20) -> None:
        """Until so many requests have come."""
        with self.came:
            self.came.wait_for(lambda: len(self.requests) >= number, seconds)

    def wait_for(self, marker: str, seconds: float = 20) -> None:
        """Until a request with a query or a body has come whose path holds `marker`."""
        with self.came:
            self.came.wait_for(
                lambda: any(marker in path and (body or "?" in path) for path, body in self.requests), seconds
            )

    def keep(self, form: str, case: str, note: str, marker: str = "") -> None:
        """Write the first request whose path holds `marker`, and has a query or a body, as a case; then forget all."""
        for path, body in self.requests:
            if marker in path and (body or "?" in path):
                folder = CORPUS / form / case
                folder.mkdir(parents=True, exist_ok=True)
                own = f"127.0.0.1:{self.port}"
                url = f"https://collector.example{path}".replace(own, "collector.example")
                (folder / "input.url").write_bytes(url.encode())
                if body:
                    (folder / "input.body").write_bytes(body)
                (folder / "note.txt").write_text(f"{note}\n", encoding="utf-8")
                break
        else:
            sys.stderr.write(f"nothing for {form}/{case}: {[one[0][:60] for one in self.requests]}\n")
        self.requests.clear()
