"""One entry of a HAR, as the exchanges that it tells of."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import SplitResult, quote, quote_from_bytes, urlsplit

import msgspec

from backtalk.ingest.foreign import items, member, number, text
from backtalk.ingest.har_text import Original, from_base64, from_text
from backtalk.ingest.reader import shown
from backtalk.model.capture import Exchange, Gap, Part, PartName

REBUILT = "request bodies rebuilt from their parameters"
COOKIES = "cookie fields rebuilt from the list of cookies"
REPLACED = "parts in which U+FFFD stands for bytes that the writer could not keep"
NO_ENTRY = "entries that tell of no request"

_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
_BINARY = 2
"""RFC 6455's opcode of a binary message, which HARs write in base64."""

Json = Mapping[str, object]


class Entries:
    """Takes the entries of one file in order, and counts what was repaired and what is lost.

    Every entry gives an exchange, also one that cannot be understood, so that the numbers
    of the others stay theirs. A WebSocket's messages follow it as exchanges of their own.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.exchanges: list[Exchange] = []
        self.repairs: Counter[str] = Counter()
        self._replaced = 0
        self._strange = 0

    def add(self, entry: object) -> None:
        """Take the next entry, whatever it is."""
        request = member(entry, "request")
        if not request:
            self._strange += 1
            self._put(Exchange(index=0, kind="http", error="the entry tells of no request"))
            return
        response = member(entry, "response")
        raw = self._bytes(text(request, "url"))
        url = _split(text(request, "url"))
        started = _moment(text(entry, "startedDateTime"))
        exchange = Exchange(
            index=0,
            kind="http",
            started=started,
            ended=started + max(number(entry, "time"), 0.0) / 1000,
            host=shown(_host(url)),
            address=shown(text(entry, "serverIPAddress").strip("[]")),
            port=_port(url),
            secure=url.scheme in {"https", "wss"},
            method=shown(text(request, "method")),
            url=quote(raw, safe=string.punctuation),
            status=int(min(max(number(response, "status"), 0), 999)),
            parts=(
                Part(name="request.url", data=raw),
                Part(name="request.header", data=self._block(request)),
                *self._request_body(request),
                *self._response(response),
            ),
            error=shown(text(response, "_error")),
        )
        self._put(exchange)
        self._messages(exchange, items(entry, "_webSocketMessages"))

    def gaps(self) -> tuple[Gap, ...]:
        """What these entries should have told and do not."""
        found: tuple[tuple[Literal["unreadable", "damaged"], int, str], ...] = (
            ("unreadable", self._strange, NO_ENTRY),
            ("damaged", self._replaced, REPLACED),
        )
        return tuple(
            Gap(kind=kind, count=count, source=self.source, detail=detail) for kind, count, detail in found if count
        )

    def _put(self, exchange: Exchange) -> None:
        numbered = msgspec.structs.replace(exchange, index=len(self.exchanges), source=self.source)
        self.exchanges.append(numbered)

    def _bytes(self, written: str) -> bytes:
        return self._kept(from_text(written))

    def _kept(self, original: Original) -> bytes:
        if original.repair:
            self.repairs[original.repair] += 1
        self._replaced += original.lost
        return original.data

    def _block(self, message: Json) -> bytes:
        fields = self._pairs(items(message, "headers"))
        cookies = self._pairs(items(message, "cookies"))
        if cookies and "method" in message and not any(name.lower() == b"cookie" for name, _ in fields):
            self.repairs[COOKIES] += 1
            fields.append((b"Cookie", b"; ".join(b"%s=%s" % pair for pair in cookies)))
        return b"".join(b"%s: %s\r\n" % field for field in fields)

    def _pairs(self, fields: Sequence[object]) -> list[tuple[bytes, bytes]]:
        named = [(text(field, "name"), text(field, "value")) for field in fields]
        return [(self._bytes(name), self._bytes(value)) for name, value in named if name or value]

    def _request_body(self, request: Json) -> Iterator[Part]:
        data = self._sent(request)
        absent = not data and _was_sent(request)
        if data or absent:
            yield Part(name="request.body", data=data, complete=not absent)

    def _sent(self, request: Json) -> bytes:
        for place in ("postData", "_content"):
            body = member(request, place)
            if written := text(body, "text"):
                original = from_base64(written) if text(body, "encoding") == "base64" else from_text(written)
                return self._kept(original)
        if params := items(member(request, "postData"), "params"):
            self.repairs[REBUILT] += 1
            pairs = self._pairs(params)
            return "&".join(f"{quote_from_bytes(name)}={quote_from_bytes(value)}" for name, value in pairs).encode()
        return b""

    def _response(self, response: Json) -> Iterator[Part]:
        if not response or not number(response, "status"):
            return
        yield Part(name="response.header", data=self._block(response))
        content = member(response, "content")
        written = text(content, "text")
        if written:
            original = from_base64(written) if text(content, "encoding") == "base64" else from_text(written)
            yield Part(name="response.body", data=original.data)
        elif number(content, "size") > 0:
            yield Part(name="response.body", data=b"", complete=False)

    def _messages(self, shake: Exchange, messages: Sequence[object]) -> None:
        for message in messages:
            written = text(message, "data")
            binary = number(message, "opcode") == _BINARY
            way: PartName = "websocket.sent" if text(message, "type") == "send" else "websocket.received"
            part = Part(name=way, data=self._kept(from_base64(written) if binary else from_text(written)))
            at = max(number(message, "time"), 0.0)
            self._put(
                msgspec.structs.replace(
                    shake, kind="websocket", started=at, ended=at, method="", status=0, parts=(part,), error=""
                )
            )


def _was_sent(request: Json) -> bool:
    """Whether the request had a body, by what the writer says of one that it did not keep."""
    if text(request, "_requestBodyStatus").startswith("discarded") or number(request, "bodySize") > 0:
        return True
    lengths = [one for one in items(request, "headers") if text(one, "name").lower() == "content-length"]
    return any(number(one, "value") > 0 for one in lengths)


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # brackets that hold no address
        return SplitResult("", "", "", "", "")


def _host(url: SplitResult) -> str:
    return (url.hostname or "").rstrip(".")


def _port(url: SplitResult) -> int:
    try:
        return url.port or _PORTS.get(url.scheme, 0)
    except ValueError:
        return 0


def _moment(written: str) -> float:
    """ISO 8601 as UTC epoch seconds; 0.0 where it is none, or lies before 1970."""
    try:
        moment = datetime.fromisoformat(written)
        return max((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp(), 0.0)
    except (ValueError, OverflowError):
        return 0.0
