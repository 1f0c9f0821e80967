"""The log."""

from __future__ import annotations

from backtalk.range.handset.shell.command import Call, Command

LIMITATIONS = ("`logcat` prints what is there and ends, also without `-d`; buffers besides main are empty.",)
_LEVELS = "VDIWEF"


def logcat(call: Call) -> int:
    """Print, or clear."""
    words = call.arguments
    if "-c" in words:
        call.phone.log.lines.clear()
        return 0
    lines = list(call.phone.log.lines)
    for flag in ("-t", "-T"):
        if flag in words[:-1] and (count := words[words.index(flag) + 1]).isdecimal():
            lines = lines[-int(count[:6]) :] if int(count[:6]) else []
    if "-s" in words:
        wanted = {word.partition(":")[0] for word in words[words.index("-s") + 1 :]}
        lines = [line for line in lines if line.tag in wanted]
    if "*:" in "".join(words):
        least = next(word for word in words if word.startswith("*:"))[2:3]
        lines = [line for line in lines if least in _LEVELS and _LEVELS.index(line.level) >= _LEVELS.index(least)]
    brief = any(word in {"brief", "-vbrief"} for word in words)
    call.say("--------- beginning of main")
    return call.say(
        *(f"{one.level}/{one.tag}({one.process:5d}): {one.text}" if brief else one.threadtime() for one in lines)
    )


def log(call: Call) -> int:
    """Write a line into it."""
    words = list(call.arguments)
    tag = words.pop(words.index("-t") + 1) if "-t" in words[:-1] else "log"
    call.phone.log.say(tag[:80], " ".join(word for word in words if word != "-t"))
    return 0


COMMANDS = (
    Command(name="logcat", run=logcat, usage=("logcat -d [-v brief] [-t COUNT] [-s TAG…] [*:LEVEL]", "logcat -c")),
    Command(name="log", run=log, usage=("log [-t TAG] WORDS",)),
)
