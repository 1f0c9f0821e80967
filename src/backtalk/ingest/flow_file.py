"""Runs in mitmproxy's own environment: writes the flows of a file to stdout, one piece a flow.

`python -I flow_file.py FLOWS`. It imports nothing of Backtalk, because it is another Python
environment. A piece is a letter, u32 LE length and a msgpack array: `F`, the records of one
flow; `O`, what the records have no type for (DNS, datagrams); `E`, last, how it ended.
"""

from __future__ import annotations

import resource
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import msgpack  # type: ignore[import-not-found]  # only mitmproxy's environment has it
from mitmproxy import dns, flow, http, tcp, udp
from mitmproxy.io import FlowReader

ROOM, TIMES, MOST = 4 << 30, 16, 8 << 30
"""Bytes of memory, and so many times the file's size, up to a limit: a hostile length must not take the machine's."""

Address = list[str | int]
Value = str | bytes | int | float | bool | Address | list[list[bytes]]
Fields = dict[str, Value]


def text(value: bytes | str | None) -> str:
    """Any bytes as text: UTF-8, or else each byte as the letter of its number."""
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogateescape")
    value = value or b""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def address(given: tuple[object, ...] | None) -> Address:
    return [text(str(given[0])), int(str(given[1]))] if given else ["", 0]


def moment(at: float | None) -> float:
    return max(float(at or 0.0), 0.0)


def headers(message: http.Message) -> list[list[bytes]]:
    fields = [*message.headers.fields, *(message.trailers.fields if message.trailers else ())]
    return [[bytes(name), bytes(value)] for name, value in fields]


def of_http(one: http.HTTPFlow) -> Iterator[Fields]:
    request, ident = one.request, text(one.id)
    begun = moment(request.timestamp_start)
    yield {
        "t": "request",
        "at": begun,
        "flow": ident,
        "conn": text(one.client_conn.id),
        "method": text(request.data.method),
        "scheme": text(request.data.scheme) or "http",
        "host": text(request.pretty_host).lower(),
        "port": request.port,
        "path": text(request.data.path),
        "http": text(request.data.http_version),
        "server": address(one.server_conn.peername),
        "sni": text(one.client_conn.sni),
        "headers": headers(request),
    }
    yield from body("request", ident, request, begun)
    response = one.response
    if response is not None:
        at = moment(response.timestamp_start)
        status = response.status_code
        yield {"t": "response", "at": at, "flow": ident, "status": status, "headers": headers(response)}
        yield from body("response", ident, response, at)
    for message in one.websocket.messages if one.websocket else ():
        yield {
            "t": "websocket",
            "at": moment(message.timestamp),
            "flow": ident,
            "sent": bool(message.from_client),
            "text": bool(message.is_text),
            "data": bytes(message.content),
        }
    if one.error is not None:
        yield {"t": "error", "at": moment(one.error.timestamp), "flow": ident, "message": text(one.error.msg)}


def body(kind: str, ident: str, message: http.Message, begun: float) -> Iterator[Fields]:
    """The body as on the wire. One that was streamed past mitmproxy is None, and stays without an end."""
    at = moment(message.timestamp_end) or begun
    if message.raw_content:
        yield {"t": f"{kind}-data", "at": at, "flow": ident, "data": bytes(message.raw_content)}
    if message.raw_content is not None:
        yield {"t": f"{kind}-end", "at": at, "flow": ident}


def of_tcp(one: tcp.TCPFlow) -> Iterator[Fields]:
    ident, begun = text(one.id), moment(one.timestamp_start)
    server = address(one.server_conn.peername or one.server_conn.address)
    sni = text(one.client_conn.sni)
    yield {"t": "tcp-open", "at": begun, "flow": ident, "conn": text(one.client_conn.id), "server": server, "sni": sni}
    for message in one.messages:
        sent, data = bool(message.from_client), bytes(message.content)
        yield {"t": "tcp", "at": moment(message.timestamp), "flow": ident, "sent": sent, "data": data}
    yield {"t": "tcp-end", "at": begun, "flow": ident}


def beside(one: flow.Flow) -> Iterator[dict[str, object]]:
    if isinstance(one, dns.DNSFlow):
        answers = [text(str(record)) for record in (one.response.answers if one.response else ())]
        for question in one.request.questions:
            name = {"name": text(question.name), "type": dns.types.to_str(question.type)}
            yield {"t": "dns", "at": moment(one.timestamp_start), "answer": ", ".join(answers), **name}
    elif isinstance(one, udp.UDPFlow):
        ip, port = address(one.server_conn.peername or one.server_conn.address)
        host = text(one.client_conn.sni) or ip
        sent = [bytes(message.content) for message in one.messages if message.from_client]
        at = moment(one.timestamp_start)
        yield {"t": "udp", "at": at, "host": host, "address": ip, "port": port, "sent": sent}


def records(one: flow.Flow) -> list[Fields]:
    if isinstance(one, http.HTTPFlow):
        return list(of_http(one))
    return list(of_tcp(one)) if isinstance(one, tcp.TCPFlow) else []


def main(flows: Path) -> None:
    size = flows.stat().st_size
    resource.setrlimit(resource.RLIMIT_AS, (ROOM + min(TIMES * size, MOST),) * 2)
    read = 0
    end: dict[str, object] = {}
    with flows.open("rb") as file:
        try:
            for one in FlowReader(file).stream():
                if told := records(one):
                    put(b"F", told)
                elif others := list(beside(one)):
                    put(b"O", others)
                read += 1
        except BrokenPipeError:
            raise SystemExit(1) from None
        except Exception as fault:  # noqa: BLE001 -- a hostile file breaks mitmproxy's reader in ways that it does not name
            at = file.tell()
            kind = "truncated" if at >= size else "damaged"
            end = {"fault": kind, "detail": f"flow {read}, at byte {at} of {size}: {fault!r}"}
    put(b"E", [{"t": "end", "flows": read, **end}])
    sys.stdout.buffer.flush()


def put(kind: bytes, told: list[Fields] | list[dict[str, object]]) -> None:
    payload = msgpack.packb(told)
    sys.stdout.buffer.write(kind + struct.pack("<I", len(payload)) + payload)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
