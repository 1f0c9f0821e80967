"""Files, as far as the shell may see them."""

from __future__ import annotations

import hashlib
import os
import posixpath
import stat
import time
from collections.abc import Callable

from backtalk.range.adb.device import Stat
from backtalk.range.handset.shell.command import Call, Command, Steps
from backtalk.range.handset.storage import SUPPLY, Node

LIMITATIONS = (
    "Rights are only those of the shell: what it may read and write is decided by folder.",
    "`ls` knows -a, -d, -l and -1.",
)


def _words(call: Call) -> tuple[set[str], list[str]]:
    flags = {letter for word in call.arguments if word.startswith("-") for letter in word[1:]}
    return flags, [word for word in call.arguments if not word.startswith("-") or word == "-"]


def cat(call: Call) -> Steps:
    """Files after one another; stdin where none is named."""
    _, names = _words(call)
    code = 0
    for name in names or ["-"]:
        try:
            call.give((yield from call.need_input()) if name == "-" else call.phone.files.read(call.path(name)))
        except OSError as error:
            code = call.fail(f"cat: {name}: {error.strerror}")
    return code


def _line(name: str, one: Stat, node: Node | None) -> str:
    when = time.strftime("%Y-%m-%d %H:%M", time.gmtime(one.modified))
    owner = node.owner if node else "?"
    target = f" -> {node.data.decode(errors='replace')}" if node and stat.S_ISLNK(node.mode) else ""
    return f"{stat.filemode(one.mode)} {one.links} {owner:8} {owner:8} {one.size:8d} {when} {name}{target}"


def ls(call: Call) -> int:
    """What is in folders."""
    flags, names = _words(call)
    files, code = call.phone.files, 0
    for name in names or ["."]:
        path = call.path(name if name != "." else "")
        one = files.stat(path, follow=not {"l", "d"} & flags or path.endswith("/"))
        if one.error:
            code = call.fail(f"ls: {name}: {_why(one.error)}")
        elif stat.S_ISDIR(one.mode) and "d" not in flags:
            try:
                entries = [entry for entry in files.entries(path) if "a" in flags or not entry[0].startswith(".")]
            except OSError as error:
                code = call.fail(f"ls: {name}: {error.strerror}")
                continue
            if len(names) > 1:
                call.say(f"{name}:")
            if "l" in flags:
                call.say(f"total {sum(-(-entry.size // 1024) for _, entry in entries)}")
            inside = dict(files.inside(path))
            call.say(*(_line(entry, facts, inside[entry]) if "l" in flags else entry for entry, facts in entries))
        else:
            node = files.find(path, follow=False)[1]
            call.say(_line(name, one, node) if "l" in flags else name)
    return code


def _why(number: int) -> str:
    return os.strerror(number)


def rm(call: Call) -> int:
    """Remove files, or with -r folders."""
    flags, names = _words(call)
    code = 0
    for name in names:
        try:
            call.phone.files.remove(call.path(name), whole="r" in flags)
        except OSError as error:
            if "f" not in flags or not isinstance(error, FileNotFoundError):
                code = call.fail(f"rm: {name}: {error.strerror}")
    return code


def mkdir(call: Call) -> int:
    """Make folders."""
    flags, names = _words(call)
    code = 0
    for name in names:
        try:
            call.phone.files.make_folder(call.path(name))
        except OSError as error:
            if "p" not in flags or not isinstance(error, FileExistsError):
                code = call.fail(f"mkdir: '{name}': {error.strerror}")
    return code


def touch(call: Call) -> int:
    """Make empty files."""
    for name in _words(call)[1]:
        if call.phone.files.stat(call.path(name), follow=True).error:
            call.phone.files.write(call.path(name), b"")
    return 0


def copy(call: Call) -> int:
    """Copy a file; for `mv`, remove it then."""
    _, names = _words(call)
    if len(names) != 2:
        return call.fail(f"{call.name}: Needs 2 arguments")
    source, target = (call.path(name) for name in names)
    facts = call.phone.files.stat(target, follow=True)
    if not facts.error and stat.S_ISDIR(facts.mode):
        target = posixpath.join(target, posixpath.basename(source))
    call.phone.files.write(target, call.phone.files.read(source))
    if call.name == "mv":
        call.phone.files.remove(source)
    return 0


def _summed(kind: str) -> Callable[[Call], int]:
    def run(call: Call) -> int:
        code = 0
        for name in _words(call)[1]:
            try:
                digest = hashlib.new(kind, call.phone.files.read(call.path(name)), usedforsecurity=False)
                call.say(f"{digest.hexdigest()}  {name}")
            except OSError as error:
                code = call.fail(f"{call.name}: {name}: {error.strerror}")
        return code

    return run


def stated(call: Call) -> int:
    """Facts of files, in the form of `-c`: %s, %n, %Y, %a, %F."""
    words = list(call.arguments)
    form = words.pop(words.index("-c") + 1) if "-c" in words[:-1] else "  File: %n  Size: %s"
    for name in (word for word in words if word != "-c"):
        one = call.phone.files.stat(call.path(name), follow=False)
        if one.error:
            return call.fail(f"stat: '{name}': {_why(one.error)}")
        kind = "directory" if stat.S_ISDIR(one.mode) else "symbolic link" if stat.S_ISLNK(one.mode) else "regular file"
        known = {"%s": str(one.size), "%n": name, "%Y": str(one.modified), "%a": f"{one.mode & 0o777:o}", "%F": kind}
        text = form
        for sign, value in known.items():
            text = text.replace(sign, value)
        call.say(text)
    return 0


def df(call: Call) -> int:
    """What is left."""
    left = call.phone.files.left >> 10
    total = SUPPLY >> 10
    head = "Filesystem     1K-blocks      Used Available Use% Mounted on"
    return call.say(
        head, f"/dev/fuse      {total:9d} {total - left:9d} {left:9d} {100 - 100 * left // total:3d}% /storage/emulated"
    )


def pwd(call: Call) -> int:
    """Where the shell is."""
    return call.say(call.path("").rstrip("/") or "/")


COMMANDS = (
    Command(name="cat", run=cat, usage=("cat [FILE…]",)),
    Command(name="ls", run=ls, usage=("ls [-adl1] [FILE…]",)),
    Command(name="rm", run=rm, usage=("rm [-rf] FILE…",)),
    Command(name="mkdir", run=mkdir, usage=("mkdir [-p] FOLDER…",)),
    Command(name="touch", run=touch, usage=("touch FILE…",)),
    Command(name="cp", run=copy, usage=("cp FILE TARGET",)),
    Command(name="mv", run=copy, usage=("mv FILE TARGET",)),
    Command(name="md5sum", run=_summed("md5"), usage=("md5sum FILE…",)),
    Command(name="sha256sum", run=_summed("sha256"), usage=("sha256sum FILE…",)),
    Command(name="stat", run=stated, usage=("stat [-c FORMAT] FILE…",)),
    Command(name="df", run=df, usage=("df",)),
    Command(name="pwd", run=pwd, usage=("pwd",)),
)
