"""One entry of a HAR, as the exchanges that it tells of."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal
from urllib.parse import SplitResult, quote, quote_from_bytes, urlsplit

import msgspec

from backtalk.ingest.foreign import items, member, number, text
from backtalk.ingest.har_text import Original, from_base64, from_text, step
from backtalk.ingest.notation import PORTS, moment
from backtalk.ingest.reader import shown
from backtalk.model.capture import Exchange, Gap, Part, PartName
from backtalk.model.decoding import Span

REBUILT = "request bodies rebuilt from their parameters"
COOKIES = "cookie fields rebuilt from the list of cookies"
REPLACED = "parts in which U+FFFD stands for bytes that the writer could not keep"
NO_ENTRY = "entries that tell of no request"

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
        self.repairs: Counter[str] = Counter()
        self._replaced = 0
        self._strange = 0

    def of(self, entry: object, span: Span = (0, 0)) -> Iterator[Exchange]:
        """The exchanges that the next entry tells of, whatever it is; `span` is where it stands in the file."""
        request = member(entry, "request")
        if not request:
            self._strange += 1
            yield Exchange(index=0, kind="http", source=self.source, error="the entry tells of no request")
            return
        response = member(entry, "response")
        url = self._part("request.url", request, ("request", "url"), span)
        split = _split(text(request, "url"))
        started = moment(text(entry, "startedDateTime"))
        exchange = Exchange(
            index=0,
            kind="http",
            source=self.source,
            started=started,
            ended=started + max(number(entry, "time"), 0.0) / 1000,
            host=shown(_host(split)),
            address=shown(text(entry, "serverIPAddress").strip("[]")),
            port=_port(split),
            secure=split.scheme in {"https", "wss"},
            method=shown(text(request, "method")),
            url=quote(url.data, safe=string.punctuation),
            status=int(min(max(number(response, "status"), 0), 999)),
            parts=(
                url,
                Part(name="request.header", data=self._block(request)),
                *self._request_body(request, span),
                *self._response(response, span),
            ),
            error=shown(text(response, "_error")),
        )
        yield exchange
        yield from self._messages(exchange, items(entry, "_webSocketMessages"), span)

    def gaps(self) -> tuple[Gap, ...]:
        """What these entries should have told and do not."""
        found: tuple[tuple[Literal["unreadable", "damaged"], int, str], ...] = (
            ("unreadable", self._strange, NO_ENTRY),
            ("damaged", self._replaced, REPLACED),
        )
        return tuple(
            Gap(kind=kind, count=count, source=self.source, detail=detail) for kind, count, detail in found if count
        )

    def _bytes(self, written: str) -> bytes:
        return self._kept(from_text(written))

    def _kept(self, original: Original) -> bytes:
        if original.repair:
            self.repairs[original.repair] += 1
        self._replaced += original.lost
        return original.data

    def _part(
        self, name: PartName, holder: Json, way: tuple[str | int, ...], span: Span, *, base64: bool = False
    ) -> Part:
        """The text at the end of `way`, as the bytes that it stands for, with the step if that took one."""
        written = text(holder, str(way[-1]))
        original = from_base64(written) if base64 else from_text(written)
        # A response's bytes are lost for its reader too; only what the subject sent is counted.
        data = self._kept(original) if name != "response.body" else original.data
        return Part(name=name, data=data, origin=(step(original, way, span),) if original.repair else ())

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

    def _request_body(self, request: Json, span: Span) -> Iterator[Part]:
        told: set[str] = set()
        for place in ("postData", "_content"):
            plain = isinstance(request.get(place), str)  # where its text stands in the schema
            body, way = (request, ("request", place)) if plain else (member(request, place), ("request", place, "text"))
            if (written := text(body, way[-1])) and written not in told:
                told.add(written)
                coded = not plain and text(body, "encoding") == "base64"
                yield self._part("request.body", body, way, span, base64=coded)
        if told:
            return
        if params := items(member(request, "postData"), "params"):
            self.repairs[REBUILT] += 1
            pairs = self._pairs(params)
            rebuilt = "&".join(f"{quote_from_bytes(name)}={quote_from_bytes(value)}" for name, value in pairs).encode()
            yield Part(name="request.body", data=rebuilt)
        elif _was_sent(request):
            yield Part(name="request.body", data=b"", complete=False)

    def _response(self, response: Json, span: Span) -> Iterator[Part]:
        if not response or not number(response, "status"):
            return
        yield Part(name="response.header", data=self._block(response))
        content = member(response, "content")
        if text(content, "text"):
            coded = text(content, "encoding") == "base64"
            yield self._part("response.body", content, ("response", "content", "text"), span, base64=coded)
        elif number(content, "size") > 0:
            yield Part(name="response.body", data=b"", complete=False)

    def _messages(self, shake: Exchange, messages: Sequence[object], span: Span) -> Iterator[Exchange]:
        for index, message in enumerate(messages):
            binary = number(message, "opcode") == _BINARY
            holder = message if isinstance(message, dict) else {}
            name: PartName = "websocket.sent" if text(message, "type") == "send" else "websocket.received"
            part = self._part(name, holder, ("_webSocketMessages", index, "data"), span, base64=binary)
            at = max(number(message, "time"), 0.0)
            yield msgspec.structs.replace(
                shake, kind="websocket", started=at, ended=at, method="", status=0, parts=(part,), error=""
            )


def _was_sent(request: Json) -> bool:
    """Whether the request had a body, by what the writer says of one that it did not keep."""
    if text(request, "_requestBodyStatus").startswith("discarded") or number(request, "bodySize") > 0:
        return True
    if isinstance(member(request, "postData").get("text"), dict | list):  # taken apart, so that its bytes are lost
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
        return url.port or PORTS.get(url.scheme, 0)
    except ValueError:
        return 0
