"""The clock, and waiting."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

from backtalk.range.adb.device import Pause
from backtalk.range.handset.shell.command import Call, Command, Steps

LIMITATIONS = (
    "The clock can be set without root, unlike on a phone that is locked: that is what the range has it for.",
    "The time zone is always UTC.",
)
_SET = re.compile(r"(\d{2})(\d{2})(\d{2})(\d{2})(?:(\d{2})?(\d{2}))?(?:\.(\d{2}))?")
_WRITTEN = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
_LONGEST = 100


def meant(word: str, now: float) -> float | None:
    """The moment that is written so (toybox): `@SECONDS`, `MMDDhhmm[[CC]YY][.ss]`, `YYYY-MM-DD [hh:mm[:ss]]`."""
    if re.fullmatch(r"@\d{1,12}(\.\d{1,9})?", word):
        return float(word[1:])
    if (found := _SET.fullmatch(word)) is not None:
        month, day, hour, minute, century, year, second = found.groups()
        years = int((century or "20") + year) if year else time.gmtime(now).tm_year
        try:
            return datetime(
                years, int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=UTC
            ).timestamp()
        except ValueError:
            return None
    for form in _WRITTEN:
        try:
            return datetime.strptime(word, form).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    return None


def date(call: Call) -> int:
    """Tell it, or set it."""
    words = [word for word in call.arguments if word not in {"-u", "-s"}]
    form, clock = "%a %b %e %H:%M:%S UTC %Y", call.phone.clock
    moment = clock.moment()
    if words[:1] == ["-d"] and len(words) > 1:
        read = meant(words[1], moment)
        if read is None:
            return call.fail(f"date: bad date '{words[1]}'")
        moment, words = read, words[2:]
    if words and words[0].startswith("+"):
        form = words[0][1:_LONGEST].replace("%N", f"{int(moment % 1 * 10**9):09d}").replace("%s", str(int(moment)))
    elif words:
        read = meant(words[0], moment)
        if read is None or not 0 <= read < 1 << 33:
            return call.fail(f"date: bad date '{words[0]}'")
        clock.set(read)
        call.phone.log.say("SystemClock", f"time set to {int(read)}")
        moment = read
    return call.say(time.strftime(form, time.gmtime(moment)))


def uptime(call: Call) -> int:
    """Since when it runs."""
    now = time.strftime("%H:%M:%S", time.gmtime(call.phone.clock.moment()))
    minutes = int(call.phone.clock.uptime() // 60)
    return call.say(f" {now} up {minutes // 60}:{minutes % 60:02d},  0 users,  load average: 0.12, 0.09, 0.05")


def sleep(call: Call) -> Steps:
    """Wait, by the handset's own clock."""
    words = call.arguments
    if not words or not re.fullmatch(r"\d{1,6}(\.\d{1,6})?|\.\d{1,6}", words[0]):
        return call.fail("sleep: Needs 1 argument" if not words else f"sleep: bad number '{words[0]}'")
    clock = call.phone.clock
    end = clock.elapsed() + float(words[0])
    yield Pause(lambda: clock.elapsed() >= end)
    return 0


COMMANDS = (
    Command(
        name="date",
        run=date,
        usage=("date [-u] [+FORMAT]", "date MMDDhhmm[[CC]YY][.ss]", "date @SECONDS", "date -d DATE [+FORMAT]"),
    ),
    Command(name="uptime", run=uptime, usage=("uptime",)),
    Command(name="sleep", run=sleep, usage=("sleep SECONDS",)),
)
