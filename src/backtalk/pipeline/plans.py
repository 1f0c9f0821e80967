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

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
FORM = "must be small letters, digits and hyphens, at most 41"
FEWEST_DECOYS, MOST_SESSIONS = 1000, 1000


def load(text: bytes) -> Plan:
    """The plan in a TOML document. PlanError names what is wrong, in one line."""
    try:
        plan = msgspec.convert(tomllib.loads(text.decode("utf-8")), Plan)
    except UnicodeDecodeError as error:
        raise _wrong("it is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise _wrong(f"it is not TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise _wrong(str(error)) from error
    _check(plan)
    return plan


def _check(plan: Plan) -> None:
    drivers = {subject.id for subject in SUBJECTS}
    known = {claim.ID for claim in CLAIMS}
    _distinct("subject", (subject.id for subject in plan.subjects))
    _distinct("condition", (condition.id for condition in plan.conditions))
    if not NAME.fullmatch(plan.name):
        raise _wrong(f"the name {plan.name[:80]!r}, which names the case folder, {FORM}")
    if plan.v != 1:
        raise _wrong(f"version {plan.v} is not one that this Backtalk reads (1)")
    for subject in plan.subjects:
        if subject.driver not in drivers:
            raise _wrong(f"driver {subject.driver!r} of subject {subject.id!r} is none of {', '.join(sorted(drivers))}")
    for claim in plan.claims:
        if claim not in known:
            raise _wrong(f"claim {claim!r} is none of {', '.join(sorted(known))}")
    if plan.repeats < 1 or plan.repeats * len(plan.subjects) * len(plan.conditions) > MOST_SESSIONS:
        raise _wrong(f"repeats must be at least 1 and give at most {MOST_SESSIONS} sessions")
    if plan.decoys < FEWEST_DECOYS:
        raise _wrong(f"decoys must be at least {FEWEST_DECOYS}, or false alarms could not be measured")
    if not 1 <= plan.spikes <= 50:
        raise _wrong("spikes must be 1 to 50, or no negative result would mean anything")
    if not 5 <= plan.idle <= 600:
        raise _wrong("idle must be 5 to 600 seconds")
    if not 0 <= plan.seed < 1 << 63:
        raise _wrong("seed must be 0 to 2**63 - 1")


def _distinct(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if not NAME.fullmatch(name):
            raise _wrong(f"the {what} id {name[:80]!r} {FORM}")
        if name in seen:
            raise _wrong(f"the {what} id {name!r} stands twice")
        seen.add(name)
    if not seen:
        raise _wrong(f"it names no {what}")


def _wrong(what: str) -> PlanError:
    return PlanError(
        f"the plan cannot be used: {what}.",
        means="Nothing was recorded and nothing is judged.",
        remedy="Mend that line, or begin anew with `backtalk new`.",
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
