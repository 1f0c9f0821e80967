"""A device that is no handset: a few files, a shell that echoes; and a host that keeps to the protocol."""

from __future__ import annotations

import errno
import stat
from typing import ClassVar

from backtalk.range.adb.authentication import Doorkeeper
from backtalk.range.adb.connection import Connection
from backtalk.range.adb.device import Exit, Input, Out, Pause, Stat
from backtalk.range.adb.message import CNXN, OKAY, OPEN, UNSUMMED, WRTE, Framer, Message, encode

SUPPLY = 1 << 22


class Room:
    def __init__(self, files):
        self.files, self.held = files, 0

    def take(self, size):
        if self.files.taken + size > SUPPLY:
            return False
        self.files.taken += size
        self.held += size
        return True

    def free(self):
        self.files.taken -= self.held
        self.held = 0


class Files:
    def __init__(self):
        self.taken = 0
        self.kept = {"/a": (b"eins", stat.S_IFREG | 0o644, 1_600_000_000), "/big": (bytes(300_000), 0o100600, 7)}

    def stat(self, path, *, follow):
        if path == "/":
            return Stat(mode=stat.S_IFDIR | 0o755)
        if path not in self.kept:
            return Stat(error=errno.ENOENT)
        data, mode, modified = self.kept[path]
        return Stat(mode=mode, size=len(data), modified=modified, inode=3)

    def entries(self, path):
        if path != "/":
            raise OSError(errno.ENOTDIR, "no folder")
        return [(name[1:], self.stat(name, follow=False)) for name in sorted(self.kept)]

    def read(self, path):
        if path not in self.kept:
            raise OSError(errno.ENOENT, "no file")
        return self.kept[path][0]

    def write(self, path, data, mode, modified):
        if path.startswith("/system"):
            raise OSError(errno.EROFS, "read only")
        self.kept[path] = (data, mode, modified)

    def room(self):
        return Room(self)


class Toy:
    """Its shell: `say N` writes N bytes, `fail N` exits so, `echo` gives back its stdin, `wait` waits for `go`."""

    def __init__(self):
        self.files = Files()
        self.rebooted = []
        self.go = False

    banner: ClassVar = {"ro.product.name": "toy"}

    def reboot(self, target):
        self.rebooted.append(target)

    def run(self, command, stdin: Input):
        word, _, rest = command.partition(" ")
        if word == "say":
            yield Out(1, b"x" * (min(int(rest), 1 << 20) if rest.isdecimal() else 0))
        elif word == "fail":
            yield Out(2, b"no\n")
            yield Exit(int(rest) if rest.isdecimal() else 1)
        elif word == "wait":
            yield Pause(lambda: self.go)
            yield Out(1, b"gone")
        elif word == "echo":
            while not stdin.closed or stdin.data:
                yield Pause(lambda: bool(stdin.data) or stdin.closed, host=True)
                yield Out(1, stdin.take())
        yield Exit(0)


class Host:
    """Speaks to a connection as adb does; gives what the device sends."""

    def __init__(self, device=None, *, version=UNSUMMED, most=1 << 20, connect=True):
        self.device = device or Toy()
        self.connection = Connection(self.device, Doorkeeper("accept all"), bytes)
        self.framer = Framer(1 << 20)
        if connect:
            (self.welcome,) = self.say(Message(CNXN, version, most, b"host::features=shell_v2"))
            self.framer.summed = version < UNSUMMED

    def say(self, *messages):
        return self.raw(b"".join(map(encode, messages)))

    def raw(self, data):
        return [one for answer in self.connection.receive(data) for one in self.framer.feed(answer)]

    def open(self, service, remote=9):
        """Opens a stream; gives its number on the device, and what else was said."""
        first, *rest = self.say(Message(OPEN, remote, 0, service + b"\0"))
        assert first.command == OKAY, first
        return first.arg0, rest

    def hear(self, local, told, remote=9, then=()):
        """Acknowledges all that is written on a stream, saying `then` piece by piece; gives all of it."""
        heard, waiting = b"", list(then)
        while told or waiting:
            if told and told[0].command == WRTE:
                heard += told[0].data
                told = [*told[1:], *self.say(Message(OKAY, remote, local))]
            elif told:
                told = told[1:]
            else:
                told = self.say(Message(WRTE, remote, local, waiting.pop(0)))
        return heard
