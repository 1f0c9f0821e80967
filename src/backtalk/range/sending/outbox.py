"""Records on their way: batched for each program and collector, packaged, and handed over as messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backtalk.range.builds import Build, Collector
from backtalk.range.sending.keys import Keys
from backtalk.range.sending.message import Message
from backtalk.range.sending.packagings import BY_ID
from backtalk.range.sending.record import Record
from backtalk.range.sending.selecting import Selected

Send = Callable[[Message], None]


class Outbox:
    """What the programs of one handset have not sent yet."""

    def __init__(self, build: Build, keys: Keys, send: Send) -> None:
        self._collectors = {one.id: one for one in build.reporting.collectors}
        self._keys, self._send = keys, send
        self._waiting: dict[tuple[str, str], list[Record]] = {}

    def put(self, selected: Selected) -> None:
        """One more; if a batch is full, it leaves."""
        waiting = self._waiting.setdefault((selected.app, selected.to), [])
        waiting.append(selected.record)
        if len(waiting) >= self._collectors[selected.to].batch:
            self._leave(selected.app, selected.to)

    def flush(self) -> None:
        """All that wait leave."""
        for app, to in list(self._waiting):
            self._leave(app, to)

    def forget(self, app: str) -> None:
        """The program's data was erased, and with it what it had not sent."""
        self._waiting = {key: records for key, records in self._waiting.items() if key[0] != app}

    def _leave(self, app: str, to: str) -> None:
        records = tuple(self._waiting.pop((app, to)))
        collector = self._collectors[to]
        for message in messages(app, records, collector, self._keys):
            for _ in range(collector.copies):
                self._send(message)


def messages(app: str, records: tuple[Record, ...], to: Collector, keys: Keys) -> Iterator[Message]:
    """The messages that take these records of a program to a collector, in the packaging that it wants."""
    for packed in BY_ID[to.packaging].pack(records, to, keys):
        yield Message(
            app=app, scheme=to.scheme, host=to.host, path=packed.path, body=packed.body,
            headers=(("Content-Type", packed.type), *packed.headers),
        )  # fmt: skip
