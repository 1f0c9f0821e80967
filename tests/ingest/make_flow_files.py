"""Makes the flow files and the HAR in tests/corpus/ingest anew, with a genuine mitmdump on loopback.

`python tests/ingest/make_flow_files.py`, or with `old CASE MITMDUMP` the one case of an older one.
Times, ports and identifiers differ from run to run, so the expected.json beside them are to be
looked at and written anew too (tests/ingest/test_corpus.py).
"""

from __future__ import annotations

import gzip
import http.client
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from dnslib import RR, A, DNSRecord
from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Message, Request, TextMessage

from backtalk.lab.doctor import mitmdump

CORPUS = Path(__file__).parents[1] / "corpus" / "ingest"
CANARY = "bolarivego"
LOOPBACK = "127.0.0.1"


class Web(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.headers.get("Upgrade") == "websocket":
            self.talk()
            return
        body = f"<title>{CANARY}</title>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def talk(self):
        ws = WSConnection(ConnectionType.SERVER)
        ws.initiate_upgrade_connection([(k.encode(), v.encode()) for k, v in self.headers.items()], self.path)
        next(iter(ws.events()))
        self.wfile.write(ws.send(AcceptConnection()))
        while ws.state is not ConnectionState.CLOSED:
            ws.receive_data(self.connection.recv(4096))
            for event in ws.events():
                if isinstance(event, Message):
                    self.wfile.write(ws.send(TextMessage(data="heard")))
                elif isinstance(event, CloseConnection):
                    self.wfile.write(ws.send(event.response()))
        self.close_connection = True

    def log_message(self, *_):
        pass


class Stream(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(b"welcome\n" + self.request.recv(4096)[::-1])


class Names(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        query = DNSRecord.parse(data)
        reply = query.reply()
        reply.add_answer(RR(query.q.qname, rdata=A("198.18.0.7"), ttl=60))
        sock.sendto(reply.pack(), self.client_address)


def serve(kind, handler):
    server = kind((LOOPBACK, 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def ask(proxy, web, method, path, body=b"", headers=None):
    client = http.client.HTTPConnection(LOOPBACK, proxy)
    client.request(method, f"http://{LOOPBACK}:{web}{path}", body or None, {"Host": "t.example", **(headers or {})})
    client.getresponse().read()
    client.close()


def converse(proxy, web):
    ws = WSConnection(ConnectionType.CLIENT)
    with socket.create_connection((LOOPBACK, proxy)) as sock:
        opening = ws.send(Request(host="t.example", target="/live"))
        sock.sendall(opening.replace(b"GET /live", f"GET http://{LOOPBACK}:{web}/live".encode()))
        steps = iter((TextMessage(data=f"I read {CANARY}"), BytesMessage(data=b"\x00\xff" + CANARY.encode()), None))
        while ws.state is not ConnectionState.CLOSED:
            ws.receive_data(sock.recv(4096))
            for event in ws.events():
                if isinstance(event, AcceptConnection | TextMessage):
                    step = next(steps)
                    sock.sendall(ws.send(step or CloseConnection(code=1000)))


def started(command, port):
    """mitmdump, once it listens."""
    dump = subprocess.Popen(command)
    for _ in range(600):
        try:
            socket.create_connection((LOOPBACK, port)).close()
            return dump
        except ConnectionRefusedError:
            time.sleep(0.05)
    dump.kill()
    raise TimeoutError(command[0])


def ended(dump):
    """After it was given a moment to see the end of what it passed on."""
    time.sleep(1)
    dump.send_signal(signal.SIGINT)
    dump.wait(timeout=30)


def main():
    web = serve(socketserver.ThreadingTCPServer, Web)
    stream = serve(socketserver.ThreadingTCPServer, Stream)
    names = serve(socketserver.ThreadingUDPServer, Names)
    proxy, tcp, dns = free_port(), free_port(), free_port(socket.SOCK_DGRAM)
    with tempfile.TemporaryDirectory() as scratch:
        flows, har = Path(scratch) / "flows", Path(scratch) / "flows.har"
        modes = [f"regular@{LOOPBACK}:{proxy}", f"reverse:tcp://{LOOPBACK}:{stream}@{LOOPBACK}:{tcp}"]
        modes.append(f"reverse:dns://{LOOPBACK}:{names}@{LOOPBACK}:{dns}")
        options = [f"confdir={scratch}", "keep_host_header=true", f"save_stream_file={flows}", f"hardump={har}"]
        words = [word for mode in modes for word in ("--mode", mode)] + [word for o in options for word in ("--set", o)]
        dump = started([mitmdump(), "--quiet", *words], proxy)
        ask(proxy, web, "GET", f"/page?q={CANARY}")
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        ask(proxy, web, "POST", "/a", gzip.compress(f'{{"u":"{CANARY}"}}'.encode(), mtime=0), form)
        coded = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        ask(proxy, web, "POST", "/b", gzip.compress(f'{{"u":"{CANARY}"}}'.encode(), mtime=0), coded)
        raw = {"Content-Type": "application/json; charset=utf-8"}
        ask(proxy, web, "POST", "/c", b"\xff\xfe\x80" + CANARY.encode(), raw)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.sendto(DNSRecord.question(f"{CANARY}.example").pack(), (LOOPBACK, dns))
            client.recv(4096)
        with socket.create_connection((LOOPBACK, tcp)) as client:
            client.sendall(f"hello {CANARY}\n".encode())
            while client.recv(4096):
                pass
        converse(proxy, web)
        ended(dump)
        whole = flows.read_bytes()
        for case, name, data in (
            ("mitmproxy/everything", "input.flows", whole),
            ("mitmproxy/cut", "input.flows", whole[: len(whole) * 2 // 5]),
            ("har/mitmproxy", "input.har", har.read_bytes()),
        ):
            folder = CORPUS / case
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            (folder / name).write_bytes(data)


def old(case, program):
    """What an older mitmdump (7.0.4 and 9.0.1 were used) keeps of HTTP and of a WebSocket."""
    web, proxy = serve(socketserver.ThreadingTCPServer, Web), free_port()
    with tempfile.TemporaryDirectory() as scratch:
        flows = Path(scratch) / "flows"
        options = ("--set", f"confdir={scratch}", "--set", "keep_host_header=true", "-w", flows)
        dump = started([program, "-q", "--listen-host", LOOPBACK, "-p", str(proxy), *options], proxy)
        ask(proxy, web, "GET", f"/page?q={CANARY}")
        coded = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        ask(proxy, web, "POST", "/b", gzip.compress(f'{{"u":"{CANARY}"}}'.encode(), mtime=0), coded)
        converse(proxy, web)
        ended(dump)
        folder = CORPUS / "mitmproxy" / case
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "input.flows").write_bytes(flows.read_bytes())


if __name__ == "__main__":
    if sys.argv[1:2] == ["old"]:
        old(*sys.argv[2:])
    else:
        main()
