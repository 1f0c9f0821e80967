"""Runs in the subject's network namespace: says one thing of each kind, and reports what came back as JSON.

`talker.py CERTIFICATE all` says everything and ends; `talker.py CERTIFICATE hang` says things that
never end, prints "hanging", and waits to be killed.
"""

from __future__ import annotations

import json
import socket
import ssl
import struct
import sys
import time
from pathlib import Path

import h2.config
import h2.connection
import h2.events
from dnslib import DNSRecord
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Message, Request, TextMessage

RESOLVER = ("10.77.0.1", 53)
PATIENCE = 10


def ask(name, kind="A", server=RESOLVER):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(PATIENCE)
        udp.sendto(DNSRecord.question(name, kind).pack(), server)
        return DNSRecord.parse(udp.recv(4096))


def address(name):
    return str(ask(name).get_a().rdata)


def dial(where, port):
    return socket.create_connection((where, port), timeout=PATIENCE)


def secure(certificate, name, port=443, alpn=("http/1.1",), where=None):
    context = ssl.create_default_context(cafile=certificate)
    if alpn:
        context.set_alpn_protocols(list(alpn))
    return context.wrap_socket(dial(where or address(name), port), server_hostname=name)


def everything(connection):
    heard = b""
    try:
        while data := connection.recv(65536):
            heard += data
    except (TimeoutError, ConnectionResetError):
        heard += b"<broken>"
    return heard.decode("latin-1")


def http1(certificate):
    with secure(certificate, "one.example") as tls:
        tls.sendall(
            b"POST /first?q=kolibado HTTP/1.1\r\nHost: one.example\r\nX-Odd: \xff\xfe\r\nContent-Length: 8\r\n"
            b"Connection: close\r\n\r\nmarudibe"
        )
        return everything(tls)


def chunked(certificate):
    with secure(certificate, "chunks.example") as tls:
        tls.sendall(
            b"POST /chunks HTTP/1.1\r\nHost: chunks.example\r\nTransfer-Encoding: chunked\r\n"
            b"Connection: close\r\n\r\n4\r\nfive\r\n6\r\ncanary\r\n0\r\n\r\n"
        )
        return everything(tls)


def http2(certificate):
    """Two streams on one connection; the body of the first is in pieces."""
    statuses = {}
    with secure(certificate, "two.example", alpn=("h2",)) as tls:
        talk = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding="utf-8"))
        talk.initiate_connection()
        base = [(":scheme", "https"), (":authority", "two.example")]
        talk.send_headers(1, [(":method", "POST"), (":path", "/second?q=bunahi"), *base])
        talk.send_data(1, b"x" * 9000)
        talk.send_headers(
            3, [(":method", "GET"), (":path", "/article"), *base, ("accept", "text/html")], end_stream=True
        )
        talk.send_data(1, b"gefosiru", end_stream=True)
        tls.sendall(talk.data_to_send())
        ended = set()
        while ended != {1, 3}:
            for event in talk.receive_data(tls.recv(65536)):
                if isinstance(event, h2.events.ResponseReceived):
                    statuses[event.stream_id] = dict(event.headers)[":status"]
                elif isinstance(event, h2.events.StreamEnded):
                    ended.add(event.stream_id)
            tls.sendall(talk.data_to_send())
        return [tls.selected_alpn_protocol(), statuses[1], statuses[3]]


def websocket(certificate):
    with secure(certificate, "socket.example") as tls:
        talk = WSConnection(ConnectionType.CLIENT)
        tls.sendall(talk.send(Request(host="socket.example", target="/live")))
        said = [TextMessage(data="tizodaku"), BytesMessage(data=b"\x00\x01nepa"), CloseConnection(code=1000)]
        heard = []
        while True:
            talk.receive_data(tls.recv(65536))
            for event in talk.events():
                if isinstance(event, Message):
                    heard.append(event.data if isinstance(event.data, str) else event.data.decode("latin-1"))
                if isinstance(event, AcceptConnection | Message | CloseConnection):
                    if not said:
                        return heard
                    tls.sendall(talk.send(said.pop(0)))


def push(certificate):
    with secure(certificate, "push.services.mozilla.com") as tls:
        talk = WSConnection(ConnectionType.CLIENT)
        tls.sendall(talk.send(Request(host="push.services.mozilla.com", target="/")))
        while True:
            talk.receive_data(tls.recv(65536))
            for event in talk.events():
                if isinstance(event, AcceptConnection):
                    tls.sendall(talk.send(TextMessage(data='{"messageType":"hello","use_webpush":true}')))
                elif isinstance(event, Message):
                    return json.loads(event.data)


def text_protocol(certificate):
    """Mail, which begins with letters and a space as HTTP does."""
    with dial(address("mail.example"), 2525) as tcp:
        tcp.sendall(b"EHLO luvonabi there\r\n")
        tcp.shutdown(socket.SHUT_WR)
        return everything(tcp)


def binary_in_tls(certificate):
    with secure(certificate, "binary.example", port=5228, alpn=()) as tls:
        tls.sendall(b"\x00\x01\x02rofaguze")
        tls.settimeout(0.5)
        return everything(tls)


def untrusted(certificate):
    try:
        ssl.create_default_context().wrap_socket(dial(address("pinned.example"), 443), server_hostname="pinned.example")
    except ssl.SSLError as refused:
        return str(refused)
    return ""


def broken_head(certificate):
    with dial(address("broken.example"), 80) as tcp:
        tcp.sendall(b"GET /hofebuma HTTP/1.1\r\nthis is no header\r\n\r\n")
        return everything(tcp)


def unended_head(certificate):
    with dial(address("unended.example"), 80) as tcp:
        tcp.sendall(b"GET /vegasotu HTTP/1.1\r\nX-Half: yes")
    return ""


def long_line(certificate):
    """A request line longer than one segment, over cleartext."""
    with dial(address("long.example"), 80) as tcp:
        tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        tcp.sendall(b"GET /" + b"a" * 3000)
        time.sleep(0.05)  # two segments are wanted, and the kernel joins what is sent at once
        tcp.sendall(b"pimekola HTTP/1.1\r\nHost: long.example\r\nConnection: close\r\n\r\n")
        return everything(tcp)


def by_number(certificate):
    """A host dialled by address, on a port of its own, without any question to the resolver."""
    with secure(certificate, "number.example", port=8443, where="203.0.113.9") as tls:
        tls.sendall(b"GET /dugitera HTTP/1.1\r\nHost: number.example:8443\r\nConnection: close\r\n\r\n")
        return everything(tls)


def names(certificate):
    first, again = address("First.Example"), address("first.example.")
    other = address("second.example")
    return {
        "first": first,
        "again": again,
        "other": other,
        "elsewhere": str(ask("first.example", server=("8.8.8.8", 53)).get_a().rdata),
        "empty": {
            kind: [len(ask("first.example", kind).rr), ask("first.example", kind).header.rcode]
            for kind in ("AAAA", "HTTPS", "SVCB", "TXT")
        },
        "single": ask("kolibado").header.rcode,
        "reverse": str(ask(".".join(reversed(first.split("."))) + ".in-addr.arpa", "PTR").rr[0].rdata),
        "unknown": ask("9.9.18.198.in-addr.arpa", "PTR").header.rcode,
        "doh": ask("use-application-dns.net").header.rcode,
        "tcp": over_tcp("first.example"),
    }


def over_tcp(name):
    with dial(RESOLVER[0], 53) as tcp:
        question = DNSRecord.question(name).pack()
        tcp.sendall(struct.pack(">H", len(question)) + question)
        stream = tcp.makefile("rb")
        return str(DNSRecord.parse(stream.read(struct.unpack(">H", stream.read(2))[0])).get_a().rdata)


def nonsense(certificate):
    """A datagram that is no question must not end the resolver."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(b"\xff\x00garbage", RESOLVER)
        udp.sendto(b"", RESOLVER)
    return address("alive.example")


def datagrams(certificate):
    return {str(port): datagram(port) for port in (443, 9999)}


def datagram(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(PATIENCE)
        udp.connect(("198.51.100.7", port))
        udp.send(b"hello there")
        try:
            return udp.recv(100).decode()
        except ConnectionRefusedError:
            return "refused"


def multicast(certificate):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(b"anybody?", ("224.0.0.251", 5353))
    return ""


def ping(certificate):
    packet = struct.pack(">BBHHH", 8, 0, 0xF7FF - 0x1234 & 0xFFFF, 0x1234, 0)
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as raw:
        raw.settimeout(PATIENCE)
        raw.sendto(packet, ("192.0.2.77", 0))
        while True:
            heard, (sender, _) = raw.recvfrom(1500)
            if heard[20] == 0:
                return sender


def sctp(certificate):
    """A protocol that nothing here speaks."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, 132) as raw:
        raw.sendto(b"\x00" * 12, ("192.0.2.78", 0))
    return ""


def routes(certificate):
    return sorted(line.split()[:3] for line in Path("/proc/net/route").read_text().splitlines()[1:])


def ipv6(certificate):
    """The addresses of the wire's IPv6, and what becomes of a connection over it."""
    found = [line.split()[0] for line in Path("/proc/net/if_inet6").read_text().splitlines() if "eth0" in line]
    with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as tcp:
        tcp.settimeout(0.2)
        try:
            tcp.connect(("2001:db8::1", 443))
        except OSError as failed:
            return [found, failed.strerror]
    return [found, ""]


SAID = (
    http1,
    chunked,
    http2,
    websocket,
    push,
    text_protocol,
    binary_in_tls,
    untrusted,
    broken_head,
    unended_head,
    long_line,
    by_number,
    names,
    nonsense,
    datagrams,
    multicast,
    ping,
    sctp,
    routes,
    ipv6,
)


def hang(certificate):
    """A body, a head and a stream that have begun and do not end."""
    body = secure(certificate, "halfway.example")
    body.sendall(b"POST /half HTTP/1.1\r\nHost: halfway.example\r\nContent-Length: 1000000\r\n\r\nbegunebo")
    raw = dial(address("stream.example"), 7000)
    raw.sendall(b"\x00zisotamu")
    return body, raw


def main():
    certificate, what = sys.argv[1:3]
    if what == "hang":
        kept = hang(certificate)
        sys.stdout.write("hanging\n")
        sys.stdout.flush()
        time.sleep(600)  # until killed; the connections are kept open by their names
        del kept
    elif what == "flood":
        with secure(certificate, "flood.example") as tls:
            tls.sendall(b"POST /flood HTTP/1.1\r\nHost: flood.example\r\nContent-Length: 4000000\r\n\r\n")
            tls.sendall(b"f" * 4_000_000)
    else:
        sys.stdout.write(json.dumps({say.__name__: say(certificate) for say in SAID}))


if __name__ == "__main__":
    main()
