"""One connection of a host: who it is, and its streams. Bytes in, bytes out; it touches no socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backtalk.range.adb import authentication, message
from backtalk.range.adb.authentication import Doorkeeper
from backtalk.range.adb.device import FEATURES, Device
from backtalk.range.adb.message import AUTH, CLSE, CNXN, OKAY, OPEN, WRTE, Framer, Message
from backtalk.range.adb.services import start
from backtalk.range.adb.stream import Stream

MOST = 1 << 20
"""Bytes of a payload, at most; a host may want less."""
UNKNOWN_MOST = 4096
"""The same before the host is let in: what it has to say until then is short."""
STREAMS = 256
"""Streams at a time; one more is refused as if its service did not exist."""


class Connection:
    """`token` gives so many random bytes. Once `over`, the socket is to be closed."""

    def __init__(self, device: Device, doorkeeper: Doorkeeper, token: Callable[[int], bytes]) -> None:
        self._device, self._doorkeeper, self._draw = device, doorkeeper, token
        self._framer = Framer(UNKNOWN_MOST)
        self._version, self._most = message.SUMMED, UNKNOWN_MOST
        self._token = b""
        self._greeted = self._online = False
        self._streams: dict[int, Stream] = {}
        self._last = 0
        self.over = False

    @property
    def online(self) -> bool:
        """Whether the host is let in."""
        return self._online

    @property
    def waiting(self) -> bool:
        """Whether a program waits for something else than the host: then `poll` now and then."""
        return any(stream.waiting for stream in self._streams.values())

    @property
    def held(self) -> int:
        """Bytes that wait for the end of their message."""
        return self._framer.held

    def receive(self, data: bytes) -> Iterator[bytes]:
        """What to answer, piece by piece. Send each before asking for the next: no answer piles up then."""
        for one in self._framer.feed(data):
            for answer in self._handle(one):
                yield self._written(answer)
            if self.over:
                return
        self.over = self.over or bool(self._framer.broken)

    def poll(self) -> Iterator[bytes]:
        """What programs have to say that waited."""
        for stream in list(self._streams.values()):
            if stream.waiting:
                for answer in self._pump(stream):
                    yield self._written(answer)

    def close(self) -> None:
        """Drop everything, as when the socket is gone."""
        self.over = True
        for stream in self._streams.values():
            stream.drop()
        self._streams.clear()

    def _written(self, answer: Message) -> bytes:
        # Until both know what the other speaks, sums are right.
        return message.encode(answer, summed=self._version < message.UNSUMMED or answer.command in {CNXN, AUTH})

    def _handle(self, one: Message) -> Iterator[Message]:
        if one.command == CNXN:
            yield from self._connect(one)
        elif one.command == AUTH and self._greeted and not self._online:
            yield from self._authenticate(one)
        elif self._online:
            if one.command == OPEN:
                yield from self._open(one)
            elif (stream := self._streams.get(one.arg1)) is not None:
                yield from self._on(stream, one)

    def _connect(self, one: Message) -> Iterator[Message]:
        for stream in self._streams.values():
            stream.drop()
        self._streams.clear()
        self._greeted, self._online = True, False
        self._version = min(max(one.arg0, message.SUMMED), message.UNSUMMED)
        self._most = min(max(one.arg1, UNKNOWN_MOST), MOST)
        self._framer.summed = self._version < message.UNSUMMED
        self._framer.most = UNKNOWN_MOST
        yield self._welcome() if self._doorkeeper.open else self._challenge()

    def _authenticate(self, one: Message) -> Iterator[Message]:
        if one.arg0 == authentication.SIGNATURE:
            known = self._doorkeeper.knows(self._token, one.data)
            yield self._welcome() if known else self._challenge()
        elif one.arg0 == authentication.PUBLIC_KEY and self._doorkeeper.admits(one.data):
            yield self._welcome()

    def _challenge(self) -> Message:
        self._token = self._draw(authentication.TOKEN_SIZE)
        return Message(AUTH, authentication.TOKEN, 0, self._token)

    def _welcome(self) -> Message:
        self._online = True
        self._framer.most = MOST
        shown = "".join(f"{name}={value};" for name, value in self._device.banner.items())
        banner = f"device::{shown}features={','.join(FEATURES)}"
        return Message(CNXN, message.UNSUMMED, MOST, banner.encode())

    def _open(self, one: Message) -> Iterator[Message]:
        if one.arg0 == 0:
            return
        service = None
        if len(self._streams) < STREAMS:
            service = start(self._device, one.data.rstrip(b"\0"))
        if service is None:
            yield Message(CLSE, 0, one.arg0)
            return
        self._last = self._last % 0xFFFFFFFF + 1
        while self._last in self._streams:
            self._last = self._last % 0xFFFFFFFF + 1
        stream = self._streams[self._last] = Stream(self._last, one.arg0, service)
        yield stream.say(OKAY)
        yield from self._pump(stream)

    def _on(self, stream: Stream, one: Message) -> Iterator[Message]:
        if one.command == CLSE or one.arg0 != stream.remote:
            if one.command == CLSE:
                yield self._end(stream)
        elif one.command == OKAY:
            stream.clear = True
            yield from self._pump(stream)
        elif one.command == WRTE and stream.take(one.data):
            yield from self._pump(stream)
        elif one.command == WRTE:
            yield self._end(stream)

    def _pump(self, stream: Stream) -> Iterator[Message]:
        yield from stream.pump(self._most)
        if stream.done and stream.local in self._streams:
            yield self._end(stream)

    def _end(self, stream: Stream) -> Message:
        stream.drop()
        del self._streams[stream.local]
        return stream.say(CLSE)
