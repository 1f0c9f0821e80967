"""The addon in a genuine mitmdump: sightings, views and marks live; traffic passes whatever happens to Backtalk."""

from __future__ import annotations

import base64
import gzip
import http.client
import os
import signal
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from backtalk.cli.addon import command
from backtalk.errors import UsageError
from backtalk.lab.environment import mitmdump
from tests.ingest.make_flow_files import CANARY, LOOPBACK, Web, converse, free_port, serve

pytestmark = pytest.mark.enable_socket

PACKED = base64.b64encode(gzip.compress(f'[{{"url":"https://x.example/{CANARY}"}}]'.encode(), mtime=0))
BODY = b"gzip=1&data_list=" + PACKED.replace(b"+", b"%2B").replace(b"=", b"%3D")
BESIDE = """
def update(flows):
    for flow in flows:
        print("MARKED", flow.marked, flow.comment.replace(chr(10), " | "), flush=True)
"""


class Watched:
    """A mitmdump with the addon; its lines as they come."""

    def __init__(
        self, folder: Path, *words: str, detail: int = 0, edit: tuple[str, str] = ("", ""), mode: str = "regular"
    ) -> None:
        self.port = free_port()
        script, beside = folder / "watch.py", folder / "beside.py"
        done = CliRunner().invoke(command, [*words, "--out", str(script)], catch_exceptions=False)
        assert done.exit_code == 0
        script.write_text(script.read_text().replace(*edit))
        beside.write_text(BESIDE)
        settings = (
            f"confdir={folder}",
            f"flow_detail={detail}",
            "ssl_insecure=true",
            f"listen_port={self.port}",
            f"mode={mode}",
        )
        words = tuple(word for one in settings for word in ("--set", one))
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [mitmdump(), "-s", script, "-s", beside, *words],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
        )  # fmt: skip
        self.lines: list[str] = []
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()
        self.wait_for(" listening at ")

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()

    def told(self, part: str) -> list[str]:
        return [line for line in self.lines if part in line]

    def wait_for(self, part: str, times: int = 1) -> list[str]:
        with self._news:
            assert self._news.wait_for(lambda: len(self.told(part)) >= times, 30), "\n".join(self.lines)
        return self.told(part)

    def worker(self) -> int:
        """The worker's process."""
        return int(Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()[0])

    def end(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        self._thread.join(30)


@contextmanager
def watched(
    folder: Path, *words: str, detail: int = 0, edit: tuple[str, str] = ("", ""), mode: str = "regular"
) -> Iterator[Watched]:
    one = Watched(folder, *words, detail=detail, edit=edit, mode=mode)
    try:
        yield one
    finally:
        one.process.kill()
        one.process.wait()
        one._thread.join()
        one.process.stdout.close()


@pytest.fixture(scope="module")
def web() -> int:
    return serve(socketserver.ThreadingTCPServer, Web)


def post(proxy: int, web: int, body: bytes) -> int:
    client = http.client.HTTPConnection(LOOPBACK, proxy, timeout=30)
    client.request("POST", f"http://{LOOPBACK}:{web}/sa", body)
    answer = client.getresponse()
    answer.read()
    client.close()
    return answer.status


def test_sightings_are_said_as_they_happen_and_flows_are_marked(tmp_path, web):
    with watched(tmp_path, "--canary", CANARY) as one:
        assert post(one.port, web, BODY) == 204
        one.wait_for(f"backtalk: {CANARY}  exact  to {LOOPBACK}  #0 request.body  form > base64 > gzip > json")
        (marked,) = one.wait_for("MARKED :")
        assert marked.startswith(f"MARKED :red_circle: {CANARY}  exact  to")
        converse(one.port, web)
        one.wait_for("#1 websocket.sent", 2)
        one.end()
        assert one.told("backtalk: ")[-1].startswith("backtalk: 3 sightings in 2 exchanges; of what left, ")
        assert one.process.returncode == 0


def test_what_could_not_be_read_is_told_at_the_end(tmp_path, web):
    with watched(tmp_path, "--canary", CANARY) as one:
        post(one.port, web, bytes(range(200, 256)) + bytes(range(120, 200)))
        one.end()
        assert (
            one.told("backtalk: ")[-2] == f"backtalk: unread: 1 time request.body to {LOOPBACK}: binary, no codec fits"
        )


def test_a_request_that_breaks_off_is_seen_as_far_as_it_went(tmp_path, web):
    with watched(tmp_path, "--canary", CANARY) as one:
        with socket.create_connection((LOOPBACK, one.port)) as client:
            client.sendall(b"POST http://%s:%d/%s HTTP/1.1\r\n" % (LOOPBACK.encode(), web, CANARY.encode()))
            client.sendall(b"Content-Length: 99\r\n\r\nhalf")
        one.wait_for(f"{CANARY}  exact  to {LOOPBACK}  #0 request.url")
        one.end()
        assert one.told("1 time request.body")[0].endswith("the capture does not hold all of it")


def test_datagrams_are_seen(tmp_path):
    with (
        socketserver.UDPServer((LOOPBACK, 0), Silent) as server,
        watched(tmp_path, "--canary", CANARY, mode=f"reverse:udp://{LOOPBACK}:{server.server_address[1]}") as one,
    ):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.sendto(b"q=" + CANARY.encode(), (LOOPBACK, one.port))
            one.wait_for("udp.sent")
        assert f"{CANARY}  exact  to" in one.told("udp.sent")[0]


class Silent(socketserver.BaseRequestHandler):
    """Says nothing."""


def test_decoys_alone_are_told_as_decoys(tmp_path, web):
    (tmp_path / "never").write_text("nekoburita\n")
    with watched(tmp_path, "--decoys", str(tmp_path / "never"), "--canary", "mirotakesu") as one:
        post(one.port, web, b"nekoburita")
        one.wait_for("nekoburita (decoy)  exact")
        assert one.wait_for("MARKED :")[0].startswith("MARKED :white_circle:")


def test_the_view_draws_the_tree(tmp_path, web):
    with watched(tmp_path, detail=3) as one:
        post(one.port, web, BODY)
        one.wait_for(f'json path=$[0].url  [9:37]  28 bytes  "https://x.example/{CANARY}"')
        one.end()
        assert not one.told("sighting")


def test_what_is_in_tls_is_seen_and_what_does_not_open_is_told(tmp_path):
    server = ThreadingHTTPServer((LOOPBACK, 0), Web)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(tmp_path))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with watched(tmp_path, "--canary", CANARY) as one:
            trusting = ssl._create_unverified_context()
            client = http.client.HTTPSConnection(LOOPBACK, one.port, context=trusting, timeout=30)
            client.set_tunnel("localhost", server.server_address[1])
            client.request("POST", "/sa", BODY)
            assert client.getresponse().status == 204
            client.close()
            one.wait_for(f"{CANARY}  exact  to localhost  #0 request.body")
            wary = http.client.HTTPSConnection(LOOPBACK, one.port, context=ssl.create_default_context(), timeout=30)
            wary.set_tunnel("localhost", server.server_address[1])
            with pytest.raises(ssl.SSLError):
                wary.request("GET", "/")
            wary.close()
            one.end()
            assert one.told("unread: TLS to localhost failed, 1 times")
    finally:
        server.shutdown()
        server.server_close()


def test_traffic_goes_on_when_the_worker_is_killed_and_that_is_said_once(tmp_path, web):
    with watched(tmp_path, "--canary", CANARY) as one:
        post(one.port, web, BODY)
        one.wait_for("exact")
        os.kill(one.worker(), signal.SIGKILL)
        one.wait_for("the worker has ended (by signal 9). Traffic is passed on as before; nothing more is looked at.")
        assert [post(one.port, web, BODY) for _ in range(3)] == [204] * 3
        one.end()
        assert len(one.told("the worker has ended")) == 1
        assert one.told("unread: 6 messages were not looked at")
        assert not one.told("Traceback")


def test_a_worker_that_cannot_run_is_told_with_its_last_words(tmp_path, web):
    with watched(tmp_path, "--canary", CANARY, edit=("'-m', 'backtalk'", "'-m', 'nothing_such'")) as one:
        one.wait_for("the worker has ended (exit code 1: ")
        assert one.told("No module named nothing_such")
        assert post(one.port, web, BODY) == 204
        one.end()
        assert one.told("backtalk: nothing was looked at.")


def test_where_mitmproxy_has_no_such_views_sightings_are_still_said(tmp_path, web):
    with watched(tmp_path, "--canary", CANARY, edit=('contentviews, "View"', 'contentviews, "Another"')) as one:
        one.wait_for("this mitmproxy makes its views in another way")
        post(one.port, web, BODY)
        one.wait_for(f"{CANARY}  exact  to {LOOPBACK}")
        one.end()
        assert not one.told("Traceback")


def test_hostile_bodies_pass_and_act_on_nothing(tmp_path, web):
    bomb = zlib.compress(zlib.compress(bytes(200 << 20), 9), 9)
    bodies = [bomb, b"\x1b[2J\x1b]0;x\x07" + CANARY.encode() + b"\xe2\x80\xae", os.urandom(40 << 20), b"[" * 100_000]
    with watched(tmp_path, "--canary", CANARY, detail=3) as one:
        assert [post(one.port, web, body) for body in bodies] == [204] * len(bodies)
        one.wait_for(f"{CANARY}  exact")
        one.wait_for("41,943,040 bytes: more than are undone here")
        assert not any("\x1b[2J" in line or "\u202e" in line for line in one.lines)
        one.end()
        assert one.told("of what left")


def certificate(folder: Path) -> tuple[Path, Path]:
    cert, key = folder / "cert.pem", folder / "key.pem"
    subject = ["-subj", "/CN=localhost", "-days", "2"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, *subject]
    subprocess.run(made, check=True, capture_output=True)
    return cert, key


def test_an_addon_is_written_over_an_addon_only_and_for_its_owner_alone(tmp_path):
    out = tmp_path / "watch.py"
    for _ in range(2):
        assert CliRunner().invoke(command, ["--canary", CANARY, "--out", str(out)]).exit_code == 0
    assert out.stat().st_mode & 0o777 == 0o600
    out.write_text("mine")
    failed = CliRunner().invoke(command, ["--out", str(out)]).exception
    assert isinstance(failed, UsageError)
    assert out.read_text() == "mine"


def test_without_out_it_is_printed():
    printed = CliRunner().invoke(command, [])
    assert printed.stdout.startswith("# Written by `backtalk addon`")
    compile(printed.stdout, "addon", "exec")
    assert sys.executable in printed.stdout
