"""Who one is, and what runs."""

from __future__ import annotations

from backtalk.range.handset.shell.command import Call, Command
from backtalk.range.handset.storage import SHELL

LIMITATIONS = ("`ps` shows programs with a screen, and three of the system.",)


def who(call: Call) -> int:
    """The user, by name or number."""
    if call.name == "whoami" or call.arguments == ["-un"]:
        return call.say("shell")
    if call.arguments == ["-u"]:
        return call.say(str(SHELL))
    return call.say(
        "uid=2000(shell) gid=2000(shell) groups=2000(shell),1004(input),1007(log),1015(sdcard_rw),3003(inet)"
        " context=u:r:shell:s0"
    )


def uname(call: Call) -> int:
    """The kernel."""
    facts = ("Linux", "localhost", "4.14.117-perf-mirage", "#1 SMP PREEMPT Wed Apr 1 00:00:00 UTC 2020", "aarch64")
    place = {"-n": 1, "-r": 2, "-v": 3, "-m": 4}.get("".join(call.arguments), 0)
    return call.say(" ".join(facts) + " Android" if call.arguments == ["-a"] else facts[place])


def ps(call: Call) -> int:
    """What runs."""
    call.say("USER           PID  PPID     VSZ    RSS WCHAN            ADDR S NAME")
    fixed = ((1, "root", "init"), (812, "system", "system_server"), (2210, "shell", "adbd"))
    running = [
        (number, f"u0_a{call.phone.packages[name].uid - 10_000}", name)
        for name, number in call.phone.running.items()
        if name in call.phone.packages
    ]
    for number, user, name in (*fixed, *running):
        parent = 1 if number == 1 else 612
        call.say(f"{user:13} {number:5} {parent:5} {1_404_208:7} {90_112:6} SyS_epoll_wait      0 S {name}")
    return 0


def pidof(call: Call) -> int:
    """The number of a process."""
    number = call.phone.running.get(call.arguments[0] if call.arguments else "")
    return call.say(str(number)) if number is not None else 1


def nothing(call: Call) -> int:
    """Succeeds or fails, by its name."""
    return int(call.name == "false")


COMMANDS = (
    Command(name="id", run=who, usage=("id [-u]",)),
    Command(name="whoami", run=who, usage=("whoami",)),
    Command(name="uname", run=uname, usage=("uname [-anrvm]",)),
    Command(name="ps", run=ps, usage=("ps",)),
    Command(name="pidof", run=pidof, usage=("pidof PROGRAM",)),
    Command(name="true", run=nothing, usage=("true",)),
    Command(name="false", run=nothing, usage=("false",)),
    Command(name=":", run=nothing, usage=(":",)),
)
