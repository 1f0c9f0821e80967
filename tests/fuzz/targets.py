"""All that is fuzzed."""

from __future__ import annotations

from tests.fuzz import capturing, decoding, detecting, driving
from tests.fuzz.target import Target

TARGETS: tuple[Target, ...] = (*decoding.TARGETS, *capturing.TARGETS, *detecting.TARGETS, *driving.TARGETS)
BY_NAME: dict[str, Target] = {target.name: target for target in TARGETS}
