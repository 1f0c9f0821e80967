"""Runs a handset: its ADB server, and the pages that it asks for, in threads of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from backtalk.errors import EnvironmentNotReady
from backtalk.range.adb import Doorkeeper, Policy, Server
from backtalk.range.handset import Debugged, Handset
from backtalk.range.handset.network import Fetcher, Reply, Request

_AT_ONCE = 6
"""Pages that are fetched at a time, as browsers do."""


class Running:
    """A handset that hosts can connect to. Use it within one event loop."""

    def __init__(self, phone: Handset, fetcher: Fetcher, *, policy: Policy = "accept once asked") -> None:
        self.phone = phone
        self._fetch = fetcher
        self._server = Server(Debugged(phone), Doorkeeper(policy), after=self._after)
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="fetch")
        self._restarts = phone.restarts
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self, port: int = 0) -> int:
        """Listen on loopback, and tell on which port. EnvironmentNotReady where that cannot be."""
        self._loop = asyncio.get_running_loop()
        try:
            return await self._server.start(port)
        except (OSError, OverflowError) as error:
            raise EnvironmentNotReady(
                f"nothing can listen on port {port} of loopback: {error}.", remedy="Take another: --port N."
            ) from error

    async def stop(self) -> None:
        """End every connection; what is still being fetched is not waited for."""
        self._loop = None
        await self._server.stop()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _after(self) -> None:
        """Something was done to the handset: its requests leave, and after a restart hosts are gone."""
        while self.phone.requests:
            request = self.phone.requests.popleft()
            self._pool.submit(self._fetched, request)
        if self.phone.restarts != self._restarts:
            self._restarts = self.phone.restarts
            self._server.hang_up()

    def _fetched(self, request: Request) -> None:
        reply = self._fetch(request)
        if (loop := self._loop) is not None:
            loop.call_soon_threadsafe(partial(self._arrived, request.number, reply))

    def _arrived(self, number: int, reply: Reply) -> None:
        self.phone.arrived(number, reply)
        self._after()


async def keep(running: Running, port: int, tell: Callable[[int], None]) -> None:
    """Run until this is cancelled. `tell` hears the port."""
    number = await running.start(port)
    tell(number)
    try:
        await asyncio.Event().wait()
    finally:
        await running.stop()
