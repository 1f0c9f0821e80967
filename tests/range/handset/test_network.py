"""Pages really come over the network, and what goes wrong has a browser's name."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from backtalk.range.handset.network import LARGEST, Request, Urllib

pytestmark = pytest.mark.enable_socket


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/there")
            self.end_headers()
            return
        body = bytes(LARGEST + 5) if self.path == "/long" else self.headers.get("X-Said", "none").encode()
        self.send_response(404 if self.path == "/none" else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            return

    def log_message(self, *_):
        """Nobody reads it."""


@pytest.fixture(scope="module")
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def ask(url, **headers):
    return Urllib()(Request(number=1, app="a", url=url, headers=headers))


def test_a_page_comes_with_its_status_type_and_cookies(site):
    reply = ask(f"{site}/", **{"X-Said": "words"})
    assert (reply.status, reply.type, reply.body, reply.cookies, reply.error) == (
        200,
        "text/html",
        b"words",
        ("a=1", "b=2"),
        "",
    )
    assert ask(f"{site}/none").status == 404
    assert ask(f"{site}/moved").url == f"{site}/there"
    assert len(ask(f"{site}/long").body) == LARGEST


def test_failures_have_a_browsers_names():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert ask(f"http://127.0.0.1:{closed.getsockname()[1]}/").error == "ERR_CONNECTION_REFUSED"
    assert ask("http://nothing.invalid/").error == "ERR_NAME_NOT_RESOLVED"
    assert ask("file:///etc/passwd").error == "ERR_UNKNOWN_URL_SCHEME"
    assert ask("http://127.0.0.1:bad/").error == "ERR_FAILED"


def test_tls_that_nobody_vouches_for_is_not_spoken(site):
    assert ask(site.replace("http:", "https:")).error in {"ERR_SSL_PROTOCOL_ERROR", "ERR_CONNECTION_RESET"}
