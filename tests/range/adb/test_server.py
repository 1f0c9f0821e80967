"""The edge holds against hosts that say garbage, nothing, too much, or do not listen."""

from __future__ import annotations

import asyncio
import resource

import pytest

from backtalk.range.adb import Doorkeeper, Server
from backtalk.range.adb.message import CNXN, OPEN, UNSUMMED, Framer, Message, encode
from tests.range.adb.toy import Toy

pytestmark = pytest.mark.enable_socket
HELLO = encode(Message(CNXN, UNSUMMED, 1 << 20, b"host::"))


async def converse(*said, patience=30.0, device=None):
    """What the device sends until it closes, or until everything expected came."""
    server = Server(device or Toy(), Doorkeeper("accept all"), patience=patience)
    port = await server.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in said:
        writer.write(piece)
    return server, port, reader, writer


async def until(truth):
    while not truth():
        await asyncio.sleep(0)


async def alive(port):
    """Whether a new host is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HELLO)
    head = await reader.readexactly(24)
    writer.close()
    return head[:4] == b"CNXN"


def run(scene):
    asyncio.run(asyncio.wait_for(scene, 60))


@pytest.mark.parametrize(
    "garbage", [b"GET / HTTP/1.0\r\n\r\n" * 9, bytes(5000), HELLO + b"\xff" * 99, HELLO[:12] + b"\xff\xff\xff\x7f" * 3]
)
def test_garbage_ends_its_own_connection_alone(garbage):
    async def scene():
        server, port, reader, writer = await converse(garbage)
        said = await reader.read()
        assert said == b"" or said[:4] == b"CNXN"
        assert await alive(port)
        writer.close()
        await server.stop()
        assert server.connections == 0

    run(scene())


def test_who_never_says_who_he_is_is_left_after_a_while():
    async def scene():
        server, port, reader, writer = await converse(HELLO[:10], patience=0.05)
        assert await reader.read() == b""
        assert await alive(port)
        writer.close()
        await server.stop()

    run(scene())


def test_a_thousand_connections_do_not_keep_the_next_from_being_served():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4096), hard))

    async def scene():
        server, port, _, first = await converse(b"")
        others = [await asyncio.open_connection("127.0.0.1", port) for _ in range(1000)]
        await until(lambda: server.connections == 1001)
        assert await alive(port)
        for _, writer in others:
            writer.transport.abort()
        await until(lambda: server.connections <= 1)
        first.close()
        await server.stop()

    try:
        run(scene())
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_host_that_reads_nothing_makes_nothing_pile_up():
    async def scene():
        opens = b"".join(encode(Message(OPEN, number, 0, b"shell:say 200000\0")) for number in range(1, 200))
        server, port, _, writer = await converse(HELLO, opens)
        await until(lambda: any(one._streams for one in server._hosts.values()))
        for _ in range(200):
            await asyncio.sleep(0)
        (connection,) = server._hosts.values()
        assert len(connection._streams) < 199, "it goes on though nobody reads"
        assert await alive(port)
        writer.transport.abort()
        await server.stop()

    run(scene())


def test_a_program_that_waits_goes_on_by_itself_and_hanging_up_ends_everything():
    async def scene():
        device = Toy()
        said = encode(Message(OPEN, 3, 0, b"shell:wait\0"))
        server, _, reader, writer = await converse(HELLO, said, device=device)
        framer, heard = Framer(1 << 20), []
        framer.summed = False
        while len(heard) < 2:
            heard += framer.feed(await reader.read(9999))
        device.go = True
        while len(heard) < 3:
            heard += framer.feed(await reader.read(9999))
        assert heard[-1].data == b"gone"
        server.hang_up()
        assert await reader.read() == b""
        writer.close()
        await server.stop()

    run(scene())
