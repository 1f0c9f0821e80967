"""The edge: sockets of hosts, each with its connection."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable

from backtalk.range.adb.authentication import Doorkeeper
from backtalk.range.adb.connection import Connection
from backtalk.range.adb.device import Device

CONNECTIONS = 1024
"""Connections at a time; one more is closed at once."""
PATIENCE = 30.0
"""Seconds in which a host has to be let in."""
TICK = 0.02
"""Seconds after which a program that waits is asked again."""
_READ = 1 << 16
_BACKLOG = 1024


class Server:
    """Listens on loopback for hosts. `after` is called when something may have changed on the device."""

    def __init__(
        self,
        device: Device,
        doorkeeper: Doorkeeper,
        *,
        token: Callable[[int], bytes] = secrets.token_bytes,
        after: Callable[[], None] = lambda: None,
        patience: float = PATIENCE,
    ) -> None:
        self._device, self._doorkeeper, self._token = device, doorkeeper, token
        self._after, self._patience = after, patience
        self._server: asyncio.Server | None = None
        self._hosts: dict[asyncio.Task[None], Connection] = {}

    @property
    def connections(self) -> int:
        """Connections that are open."""
        return len(self._hosts)

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> int:
        """Listen, and tell on which port. OSError where that is taken."""
        self._server = await asyncio.start_server(self._serve, host, port, limit=_READ, backlog=_BACKLOG)
        number: int = self._server.sockets[0].getsockname()[1]
        return number

    async def stop(self) -> None:
        """End every connection and listen no more."""
        if self._server is not None:
            self._server.close()
        self.hang_up()
        await asyncio.gather(*self._hosts, return_exceptions=True)

    def hang_up(self) -> None:
        """End every connection, as a device that starts again does."""
        for task in self._hosts:
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connection = Connection(self._device, self._doorkeeper, self._token)
        try:
            if len(self._hosts) < CONNECTIONS:
                self._hosts[task] = connection
                await self._talk(connection, reader, writer)
        except (OSError, TimeoutError, asyncio.CancelledError):
            pass  # the host is gone, or came to nothing, or the device is: all the same
        finally:
            self._hosts.pop(task, None)
            connection.close()
            writer.transport.abort()

    async def _talk(self, connection: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        begun = asyncio.get_running_loop().time()
        reading = asyncio.ensure_future(reader.read(_READ))
        try:
            while not connection.over:
                patience = None if connection.online else begun + self._patience - asyncio.get_running_loop().time()
                if connection.waiting:
                    patience = TICK
                done, _ = await asyncio.wait({reading}, timeout=patience)
                if done:
                    data = reading.result()
                    if not data:
                        break
                    answers = connection.receive(data)
                    reading = asyncio.ensure_future(reader.read(_READ))
                elif connection.online:
                    answers = connection.poll()
                else:
                    break
                for answer in answers:
                    writer.write(answer)
                    await writer.drain()
                self._after()
            await _flushed(writer)
        finally:
            reading.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await reading


async def _flushed(writer: asyncio.StreamWriter) -> None:
    """Let the last answer leave; a host that does not take it within a second is left."""
    writer.close()
    with contextlib.suppress(OSError, TimeoutError):
        await asyncio.wait_for(writer.wait_closed(), 1)
