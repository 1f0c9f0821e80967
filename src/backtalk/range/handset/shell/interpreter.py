"""Runs command lines: words are expanded, commands found, outputs led where they belong."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Generator

from backtalk.range.adb.device import Exit, Input, Out, Pause, Process
from backtalk.range.handset.phone import Handset
from backtalk.range.handset.shell.command import Call
from backtalk.range.handset.shell.commands import BY_NAME
from backtalk.range.handset.shell.language import Pipeline, Redirection, Simple, Syntax, Word, parse

SHELL = "/system/bin/sh"
_PIPED = 64 << 20
"""Bytes that go through a pipe or into a file."""
_LINE = 1 << 16
_Running = Generator[Out | Pause, None, int]


class _Left(Exception):  # noqa: N818  (`exit` was called)
    def __init__(self, code: int) -> None:
        self.code = code


class _Boundless:
    """Memory of what one command gives another: it is bounded where it is written."""

    def take(self, size: int) -> bool:
        return size >= 0

    def free(self) -> None:
        return


def start(phone: Handset, command: str, stdin: Input) -> Process:
    """The shell: with a command line, or as a dialogue."""
    shell = _Shell(phone)
    try:
        if command.strip("\0 "):
            code = yield from shell.line(command.rstrip("\0"), stdin)
        else:
            code = yield from _dialogue(shell, stdin)
    except _Left as left:
        code = left.code
    yield Exit(code)


def _dialogue(shell: _Shell, stdin: Input) -> _Running:
    """Reads lines and runs them. On a terminal it shows a prompt and what is typed."""
    prompt = f"{shell.phone.build.model.device}:{{}} $ "
    code = 0
    yield from _prompt(shell, stdin, prompt)
    line = bytearray()
    while True:
        yield Pause(lambda: bool(stdin.data) or stdin.closed, host=True)
        data = stdin.take(1)
        if not data and stdin.closed:
            return code
        if stdin.terminal and data == b"\x04" and not line:
            return code
        if data in {b"\r", b"\n"}:
            if stdin.terminal:
                yield Out(1, b"\r\n")
            code = yield from shell.line(line.decode(errors="replace"), stdin)
            line.clear()
            yield from _prompt(shell, stdin, prompt)
        elif stdin.terminal and data == b"\x03":
            line.clear()
            yield Out(1, b"^C\r\n")
            yield from _prompt(shell, stdin, prompt)
        elif stdin.terminal and data in {b"\x7f", b"\b"}:
            if line:
                line.pop()
                yield Out(1, b"\b \b")
        elif len(line) < _LINE:
            line += data
            if stdin.terminal:
                yield Out(1, data)


def _prompt(shell: _Shell, stdin: Input, prompt: str) -> Generator[Out, None, None]:
    if stdin.terminal:
        yield Out(1, prompt.format(shell.folder).encode())


class _Shell:
    def __init__(self, phone: Handset) -> None:
        self.phone = phone
        self.folder = "/"
        self.status = 0
        self.variables = {
            "HOME": "/",
            "USER": "shell",
            "LOGNAME": "shell",
            "SHELL": SHELL,
            "PATH": "/sbin:/system/bin:/vendor/bin",
            "ANDROID_DATA": "/data",
            "ANDROID_ROOT": "/system",
            "EXTERNAL_STORAGE": "/sdcard",
            "TMPDIR": "/data/local/tmp",
            "HOSTNAME": phone.build.model.device,
        }

    def line(self, text: str, stdin: Input) -> _Running:
        """Run a line; its last exit code."""
        try:
            pipelines = parse(text)
        except Syntax as error:
            yield Out(2, f"{SHELL}: {error}\n".encode())
            self.status = 1
            return 1
        for pipeline in pipelines:
            if pipeline.after == ";" or (pipeline.after == "&&") == (self.status == 0):
                yield from self._pipeline(pipeline, stdin)
        return self.status

    def _pipeline(self, pipeline: Pipeline, stdin: Input) -> Generator[Out | Pause, None, None]:
        for simple in pipeline.commands[:-1]:
            kept = yield from self._kept(simple, stdin)
            stdin = Input(_Boundless())
            stdin.feed(kept)
            stdin.close()
        self.status = yield from self._redirected(pipeline.commands[-1], stdin)
        if pipeline.negated:
            self.status = int(not self.status)

    def _kept(self, simple: Simple, stdin: Input) -> Generator[Out | Pause, None, bytes]:
        kept: list[bytes] = []
        size = 0
        for step in self._redirected(simple, stdin):
            if isinstance(step, Out) and step.stream == 1:
                size += len(step.data)
                kept += [step.data] if size <= _PIPED else []
            else:
                yield step
        return b"".join(kept)

    def _redirected(self, simple: Simple, stdin: Input) -> _Running:
        """Run one command, its outputs led to files and to each other."""
        targets: dict[int, int | str] = {1: 1, 2: 2}
        files: dict[str, bytearray] = {}
        for one in simple.redirections:
            try:
                stdin = self._redirect(one, targets, files, stdin)
            except OSError as error:
                what = f"can't {'open' if one.kind == '<' else 'create'} {error.filename}"
                yield Out(2, f"{SHELL}: {what}: {error.strerror}\n".encode(errors="replace"))
                return 1
        running = self._simple(simple, stdin)
        while True:
            try:
                step = next(running)
            except StopIteration as done:
                code: int = done.value
                break
            if isinstance(step, Pause):
                yield step
            elif isinstance(target := targets[step.stream], int):
                yield Out(target, step.data)
            elif target != "/dev/null" and len(files[target]) + len(step.data) <= _PIPED:
                files[target] += step.data
        for path, data in files.items():
            try:
                self.phone.files.write(path, bytes(data))
            except OSError as error:
                yield Out(2, f"{SHELL}: {path}: {error.strerror}\n".encode(errors="replace"))
                code = 1
        return code

    def _redirect(
        self, one: Redirection, targets: dict[int, int | str], files: dict[str, bytearray], stdin: Input
    ) -> Input:
        name = "".join(self._expanded(one.target))
        if one.kind == ">&":
            targets[one.stream] = targets.get(int(name) if name in {"1", "2"} else 1, 1)
            return stdin
        path = posixpath.join(self.folder, name)
        if one.kind == "<":
            given = Input(_Boundless())
            if path != "/dev/null":
                given.feed(self.phone.files.read(path))
            given.close()
            return given
        targets[one.stream] = path
        if path not in {"/dev/null", *files}:
            old = b""
            if one.kind == ">>" and not self.phone.files.stat(path, follow=True).error:
                old = self.phone.files.read(path)
            else:
                self.phone.files.write(path, b"", stat.S_IFREG | 0o660)
            files[path] = bytearray(old)
        return stdin

    def _expanded(self, word: Word) -> list[str]:
        """The words that a word becomes."""
        found, begun = [""], any(piece.quoted for piece in word)
        for piece in word:
            text = self._value(piece.text) if piece.variable else piece.text
            if piece.variable and not piece.quoted:
                first, *more = text.split() or [""]
                found[-1] += first
                found += more
            else:
                found[-1] += text
        return found if begun or found != [""] else []

    def _value(self, name: str) -> str:
        return str(self.status) if name == "?" else self.variables.get(name, "")

    def _simple(self, simple: Simple, stdin: Input) -> _Running:
        words = [text for word in simple.words for text in self._expanded(word)]
        while words and "=" in words[0] and words[0].partition("=")[0].isidentifier():
            name, _, value = words.pop(0).partition("=")
            self.variables[name] = value
        if not words:
            return 0
        name, *arguments = words
        if name in {"exit", "cd"}:
            return (yield from self._own(name, arguments))
        command = BY_NAME.get(name.removeprefix("/system/bin/"))
        if command is None:
            yield Out(2, f"{SHELL}: {name}: inaccessible or not found\n".encode(errors="replace"))
            return 127
        call = Call(self.phone, posixpath.basename(name), arguments, stdin, self.folder)
        try:
            result = command.run(call)
            if isinstance(result, int):
                code = result
            else:
                code = yield from _stepped(call, result)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            code = call.fail(f"{name}: {where}{error.strerror or os.strerror(error.errno or 5)}")
        yield from _flushed(call)
        return code

    def _own(self, name: str, arguments: list[str]) -> Generator[Out, None, int]:
        if name == "exit":
            digits = arguments[0] if arguments else ""
            raise _Left(int(digits) & 0xFF if digits.isdecimal() and len(digits) < 9 else self.status)
        target = posixpath.join(self.folder, arguments[0] if arguments else "/")
        try:
            place, node = self.phone.files.find(target)
            if not stat.S_ISDIR(node.mode):
                raise NotADirectoryError(20, os.strerror(20))
        except OSError as error:
            yield Out(2, f"{SHELL}: cd: {target}: {error.strerror}\n".encode(errors="replace"))
            return 2
        self.folder = place
        return 0


def _stepped(call: Call, steps: Generator[Pause, None, int]) -> _Running:
    while True:
        try:
            pause = next(steps)
        except StopIteration as done:
            return int(done.value)
        yield from _flushed(call)
        yield pause


def _flushed(call: Call) -> Generator[Out, None, None]:
    written, call.written = call.written, []
    yield from written
