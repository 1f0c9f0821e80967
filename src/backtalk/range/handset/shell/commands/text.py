"""Words and lines."""

from __future__ import annotations

from backtalk.range.handset.shell.command import Call, Command, Steps

LIMITATIONS = (
    "`grep` looks for its words as they stand, not for patterns, and knows -i, -v, -c and -q.",
    "`head`, `tail` and `wc` take one file.",
)


def echo(call: Call) -> int:
    """Say the words."""
    words = call.arguments
    ended = words[:1] != ["-n"]
    text = " ".join(words if ended else words[1:])
    return call.give((text + "\n" * ended).encode(errors="surrogateescape"))


def grep(call: Call) -> Steps:
    """Lines that hold the words."""
    flags = {letter for word in call.arguments if word.startswith("-") for letter in word[1:]}
    names = [word for word in call.arguments if not word.startswith("-")]
    if not names:
        return call.fail("grep: no REGEX", code=2)
    data = call.phone.files.read(call.path(names[1])) if len(names) > 1 else (yield from call.need_input())
    wanted = names[0].encode(errors="surrogateescape")
    found = [
        line
        for line in data.splitlines()
        if ((wanted.lower() in line.lower()) if "i" in flags else (wanted in line)) != ("v" in flags)
    ]
    if "c" in flags:
        call.say(str(len(found)))
    elif "q" not in flags:
        call.give(b"".join(line + b"\n" for line in found))
    return int(not found)


def _lines(call: Call) -> Steps:
    """The first or the last lines."""
    words, count = list(call.arguments), 10
    if words and words[0].startswith("-") and words[0].lstrip("-n").isdecimal():
        count = int(words.pop(0).lstrip("-n")[:6])
    elif words[:1] == ["-n"] and words[1:2] and words[1].isdecimal():
        count, words = int(words[1][:6]), words[2:]
    data = call.phone.files.read(call.path(words[0])) if words else (yield from call.need_input())
    lines = data.splitlines(keepends=True)
    return call.give(b"".join(lines[:count] if call.name == "head" else lines[-count:] if count else []))


def wc(call: Call) -> Steps:
    """How many lines, words, bytes."""
    flags = "".join(word[1:] for word in call.arguments if word.startswith("-"))
    names = [word for word in call.arguments if not word.startswith("-")]
    data = call.phone.files.read(call.path(names[0])) if names else (yield from call.need_input())
    counts = {"l": data.count(b"\n"), "w": len(data.split()), "c": len(data)}
    shown = [str(counts[letter]) for letter in "lwc" if letter in flags or not flags]
    return call.say(" ".join([*shown, *names[:1]]))


COMMANDS = (
    Command(name="echo", run=echo, usage=("echo [-n] WORDS",)),
    Command(name="grep", run=grep, usage=("grep [-icqv] WORDS [FILE]",)),
    Command(name="head", run=_lines, usage=("head [-n COUNT] [FILE]",)),
    Command(name="tail", run=_lines, usage=("tail [-n COUNT] [FILE]",)),
    Command(name="wc", run=wc, usage=("wc [-lwc] [FILE]",)),
)
