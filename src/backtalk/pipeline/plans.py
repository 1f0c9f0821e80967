"""Reads and checks plans; the plan of the demo and the one to begin a case with."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable

import msgspec

from backtalk.assess import CLAIMS
from backtalk.errors import PlanError
from backtalk.lab.subjects import SUBJECTS
from backtalk.model.plan import Plan
from backtalk.pipeline.toml_lines import line_of

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
FORM = "must be small letters, digits and hyphens, at most 41"
FEWEST_DECOYS, MOST_SESSIONS = 1000, 1000


def load(text: bytes, file: str = "") -> Plan:
    """The plan in a TOML document. PlanError names what is wrong, in one line, and where in `file` it stands."""
    written = ""
    try:
        written = text.decode("utf-8")
        plan = msgspec.convert(tomllib.loads(written), Plan)
        _check(plan)
    except UnicodeDecodeError as error:
        raise _refused(_MistakeError("it is not UTF-8 text"), text[: error.start].count(b"\n") + 1, file) from error
    except tomllib.TOMLDecodeError as error:
        what, place, line = str(error).partition(" (at line ")
        number = int(line.partition(",")[0]) if place else written.count("\n") + 1
        raise _refused(_MistakeError(f"it is not TOML: {what}"), number, file) from error
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at ")
        path = path.strip("`").removeprefix("$")
        if unknown := re.fullmatch(r"Object contains unknown field `(.*)`", what):
            what, path = f"there is no key {unknown[1]!r}", f"{path}.{unknown[1]}"
        raise _refused(_MistakeError(_plainly(what)), line_of(written, path), file) from error
    except _MistakeError as wrong:
        raise _refused(wrong, line_of(written, wrong.path), file) from None
    return plan


class _MistakeError(Exception):
    """What is wrong with a plan, and the path of the key that holds it."""

    def __init__(self, what: str, path: str = "") -> None:
        super().__init__(what)
        self.path = path


def _plainly(what: str) -> str:
    """The reader's words in ours."""
    what = re.sub(r"Object missing required field `(.*)`", r"the key '\1' is missing", what)
    return re.sub(r"Expected `(.*?)`, got `(.*?)`", r"it must be \1 here, not \2", what)


def _check(plan: Plan) -> None:
    drivers = {subject.id for subject in SUBJECTS}
    known = {claim.ID for claim in CLAIMS}
    _distinct("subject", (subject.id for subject in plan.subjects))
    _distinct("condition", (condition.id for condition in plan.conditions))
    if not NAME.fullmatch(plan.name):
        raise _MistakeError(f"the name {plan.name[:80]!r}, which names the case folder, {FORM}", "name")
    if plan.v != 1:
        raise _MistakeError(f"version {plan.v} is not one that this Backtalk reads (1)", "v")
    for place, subject in enumerate(plan.subjects):
        if subject.driver not in drivers:
            told = f"driver {subject.driver!r} of subject {subject.id!r} is none of {', '.join(sorted(drivers))}"
            raise _MistakeError(told, f"subjects[{place}].driver")
    for claim in plan.claims:
        if claim not in known:
            raise _MistakeError(f"claim {claim!r} is none of {', '.join(sorted(known))}", "claims")
    if plan.repeats < 1 or plan.repeats * len(plan.subjects) * len(plan.conditions) > MOST_SESSIONS:
        raise _MistakeError(f"repeats must be at least 1 and give at most {MOST_SESSIONS} sessions", "repeats")
    if plan.decoys < FEWEST_DECOYS:
        raise _MistakeError(f"decoys must be at least {FEWEST_DECOYS}, or false alarms could not be measured", "decoys")
    if not 1 <= plan.spikes <= 50:
        raise _MistakeError("spikes must be 1 to 50, or no negative result would mean anything", "spikes")
    if not 5 <= plan.idle <= 600:
        raise _MistakeError("idle must be 5 to 600 seconds", "idle")
    if not 0 <= plan.seed < 1 << 63:
        raise _MistakeError("seed must be 0 to 2**63 - 1", "seed")


def _distinct(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for place, name in enumerate(names):
        if not NAME.fullmatch(name):
            raise _MistakeError(f"the {what} id {name[:80]!r} {FORM}", f"{what}s[{place}].id")
        if name in seen:
            raise _MistakeError(f"the {what} id {name!r} stands twice", f"{what}s[{place}].id")
        seen.add(name)
    if not seen:
        raise _MistakeError(f"it names no {what}", f"{what}s")


def _refused(wrong: _MistakeError, line: int, file: str) -> PlanError:
    place = ", ".join([file] * bool(file) + [f"line {line}"] * bool(line))
    return PlanError(
        f"{place}: the plan cannot be used: {wrong}." if place else f"the plan cannot be used: {wrong}.",
        means="Nothing was recorded and nothing is judged.",
        remedy=f"Mend {'that line' if line else 'it'}, or begin anew with `backtalk new`.",
    )


def name_like(text: str) -> str:
    """A name that a plan can have, as near to the text as may be."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:41] or "case"


def starting_plan(name: str, seed: int, *, repeats: int, conditions: Iterable[str], subjects: Iterable[str]) -> bytes:
    """The text of a plan over the shipped subjects and the conditions named `mode-suggestions`."""
    lines = [
        "# A Backtalk plan: hashed into the case's custody before the first session.",
        "v = 1",
        f'name = "{name}"',
        f"seed = {seed}          # everything random is drawn from it",
        f"repeats = {repeats}         # sessions a subject and condition; 29 exclude leaks in 10 % of them",
        "idle = 10           # seconds",
        "decoys = 1000       # canaries never planted, a session: they measure false alarms",
        "spikes = 3          # canaries that the lab itself sends, a session: they measure what would be seen",
        "",
    ]
    for subject in subjects:
        lines += ["[[subjects]]", f'id = "{subject}"', f'driver = "{subject}"', ""]
    for condition in conditions:
        mode, suggestions = condition.split("-")
        lines += ["[[conditions]]", f'id = "{condition}"', f'mode = "{mode}"', f'suggestions = "{suggestions}"', ""]
    return "\n".join(lines).encode("utf-8")
