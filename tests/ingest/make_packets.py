"""Makes tests/corpus/ingest/pcap/spoken anew: HTTP/1, WebSocket, HTTP/3 and DNS, captured on loopback with their keys.

`unshare --net --map-root-user python tests/ingest/make_packets.py`, in an environment that has
aioquic and wsproto, with tcpdump installed. Times, ports and keys differ from run to run, so the
expected.json beside it is to be looked at and written anew too (tests/ingest/test_corpus.py).
"""

from __future__ import annotations

import asyncio
import gzip
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aioquic.asyncio import QuicConnectionProtocol, connect, serve
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Message, Request, TextMessage
from wsproto.extensions import PerMessageDeflate

OUT = Path(__file__).parents[1] / "corpus" / "ingest" / "pcap" / "spoken"
CANARY = b"bolarivego"
LOOPBACK = "127.0.0.1"
PLAIN, SECURE, DNS, QUIC = 8080, 8443, 53, 443


def certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "t.example")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    names = x509.SubjectAlternativeName([x509.DNSName(one) for one in ("t.example", "quic.example")])
    made = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    cert, secret = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return cert, secret


def until(stream: socket.socket, end: bytes) -> bytes:
    data = b""
    while end not in data and (more := stream.recv(4096)):
        data += more
    return data


ANSWERS = {
    b"GET /page": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"6\r\n<html>\r\n7;x=y\r\n</html>\r\n0\r\nX-End: 1\r\n\r\n",
    b"HEAD /page": b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n",
    b"POST /gzip": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
    b"PUT /chunks": b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok",
    b"GET /last": b"HTTP/1.0 200 OK\r\n\r\nuntil the end",
}


def answer_plainly(listener: socket.socket) -> None:
    while True:
        stream, _ = listener.accept()
        with stream:
            data = b""
            while more := stream.recv(65536):
                data += more
                for begin, said in ANSWERS.items():
                    if data.startswith(begin) and data.endswith((b"\r\n\r\n", b"0\r\n\r\n", b"\x00\x00")):
                        stream.sendall(said)
                        data = b""
                        if begin == b"GET /last":
                            stream.shutdown(socket.SHUT_WR)


def ask_plainly() -> None:
    packed = gzip.compress(b'{"seen":"' + CANARY + b'"}', mtime=0)
    packed += b"\x00\x00"  # trailing bytes, so that the server knows the end
    head = b"Host: t.example:8080\r\n"
    for request in (
        b"GET /page?q=" + CANARY + b" HTTP/1.1\r\n" + head + b"\r\n",
        b"HEAD /page HTTP/1.1\r\n" + head + b"\r\n",
        b"POST /gzip HTTP/1.1\r\n"
        + head
        + b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % len(packed)
        + packed,
        b"PUT /chunks HTTP/1.1\r\n" + head + b"Transfer-Encoding: chunked\r\n\r\n5\r\nbolar\r\n5\r\nivego\r\n0\r\n\r\n",
        b"GET /last HTTP/1.0\r\n" + head + b"\r\n",
    ):
        if request.startswith((b"GET /page", b"GET /last")):
            stream = socket.create_connection((LOOPBACK, PLAIN))
        stream.sendall(request[:20])
        time.sleep(0.02)
        stream.sendall(request[20:])
        time.sleep(0.05)
        stream.recv(65536)
        if request.startswith((b"PUT", b"GET /last")):
            stream.close()


def answer_socket(listener: socket.socket, context: ssl.SSLContext) -> None:
    with context.wrap_socket(listener.accept()[0], server_side=True) as stream:
        ws = WSConnection(ConnectionType.SERVER)
        while ws.state is not ConnectionState.CLOSED:
            ws.receive_data(stream.recv(4096))
            for event in ws.events():
                if isinstance(event, Request):
                    stream.sendall(ws.send(AcceptConnection(extensions=[PerMessageDeflate()])))
                elif isinstance(event, Message):
                    stream.sendall(ws.send(TextMessage(data="heard")))
                elif isinstance(event, CloseConnection):
                    stream.sendall(ws.send(event.response()))


def ask_socket(keys: Path) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode, context.keylog_filename = False, ssl.CERT_NONE, str(keys)
    raw = socket.create_connection((LOOPBACK, SECURE))
    with context.wrap_socket(raw, server_hostname="t.example") as stream:
        ws = WSConnection(ConnectionType.CLIENT)
        stream.sendall(ws.send(Request(host="t.example", target="/live", extensions=[PerMessageDeflate()])))
        said = iter((TextMessage(data=f"I read {CANARY.decode()} " * 4), BytesMessage(data=b"\x00\xff" + CANARY), None))
        while ws.state is not ConnectionState.CLOSED:
            ws.receive_data(stream.recv(4096))
            for event in ws.events():
                if isinstance(event, AcceptConnection | TextMessage):
                    stream.sendall(ws.send(next(said) or CloseConnection(code=1000, reason="enough")))


class Answering(QuicConnectionProtocol):
    http: H3Connection | None = None

    def quic_event_received(self, event):
        self.http = self.http or H3Connection(self._quic)
        for one in self.http.handle_event(event):
            if isinstance(one, HeadersReceived | DataReceived) and one.stream_ended:
                self.http.send_headers(one.stream_id, [(b":status", b"200"), (b"x-seen", b"yes")])
                self.http.send_data(one.stream_id, b"heard " * 300, end_stream=True)
                self.transmit()


class Asking(QuicConnectionProtocol):
    def __init__(self, *given, **named):
        super().__init__(*given, **named)
        self.http = H3Connection(self._quic)
        self.left: set[int] = set()
        self.over = asyncio.Event()

    def quic_event_received(self, event):
        for one in self.http.handle_event(event):
            if isinstance(one, HeadersReceived | DataReceived) and one.stream_ended:
                self.left.discard(one.stream_id)
                if not self.left:
                    self.over.set()

    async def ask(self, count: int) -> None:
        self.over.clear()
        for number in range(count):
            stream = self._quic.get_next_available_stream_id()
            self.left.add(stream)
            method = b"POST" if number else b"GET"
            fields = [(b":method", method), (b":scheme", b"https"), (b":authority", b"quic.example")]
            fields += [(b":path", b"/track?n=%d" % number), (b"user-agent", b"nobody/1"), (b"x-id", b"seven" + CANARY)]
            self.http.send_headers(stream, fields, end_stream=not number)
            if number:
                self.http.send_data(stream, b'{"page":"' + CANARY + b'"}' * 200, end_stream=True)
        self.transmit()
        await self.over.wait()


async def talk_quic(cert: Path, secret: Path, keys: Path) -> None:
    served = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN)
    served.load_cert_chain(cert, secret)
    server = await serve(LOOPBACK, QUIC, configuration=served, create_protocol=Answering)
    with keys.open("a") as log:
        asking = QuicConfiguration(alpn_protocols=H3_ALPN, server_name="quic.example", secrets_log_file=log)
        asking.verify_mode = ssl.CERT_NONE
        async with connect(LOOPBACK, QUIC, configuration=asking, create_protocol=Asking) as client:
            await client.ask(2)
            await client.ask(3)
    server.close()


def listening(port: int) -> socket.socket:
    return socket.create_server((LOOPBACK, port), reuse_port=True)


def names() -> None:
    query = bytes.fromhex(
        "1234010000010000000000000a626f6c61726976 65676f07 6578616d706c6500 00010001".replace(" ", "")
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server, socket.socket(type=socket.SOCK_DGRAM) as client:
        server.bind((LOOPBACK, DNS))
        client.sendto(query, (LOOPBACK, DNS))
        asked, whom = server.recvfrom(512)
        reply = asked[:2] + b"\x81\x80\x00\x01\x00\x01" + asked[8:] + bytes.fromhex("c00c000100010000003c0004c6120007")
        server.sendto(reply, whom)


def main() -> None:
    subprocess.run(("ip", "link", "set", "lo", "up"), check=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        cert, secret = certificate(folder)
        keys, raw = folder / "tls.keys", folder / "raw.pcap"
        tcpdump = subprocess.Popen(("tcpdump", "-i", "lo", "-U", "-w", raw), stderr=subprocess.PIPE)
        assert tcpdump.stderr is not None
        tcpdump.stderr.readline()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, secret)
        threading.Thread(target=answer_plainly, args=(listening(PLAIN),), daemon=True).start()
        threading.Thread(target=answer_socket, args=(listening(SECURE), context), daemon=True).start()
        names()
        ask_plainly()
        ask_socket(keys)
        asyncio.run(talk_quic(cert, secret, keys))
        time.sleep(0.5)
        tcpdump.send_signal(signal.SIGINT)
        tcpdump.wait()
        OUT.mkdir(parents=True, exist_ok=True)
        inject = ("editcap", "-F", "pcapng", "--inject-secrets", f"tls,{keys}", raw, OUT / "input.pcapng")
        subprocess.run(inject, check=True)
    sys.stdout.write("look at it, then: BACKTALK_WRITE_GOLDEN=1 pytest tests/ingest/test_corpus.py\n")


if __name__ == "__main__":
    main()
