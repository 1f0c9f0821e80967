"""Everything that can go wrong, as one tree.

    BacktalkError                    1  internal error
    ├── UsageError                   2  the command, plan or argument is wrong
    │   └── PlanError                   a plan that cannot be used as written
    ├── NoEvidence                   3  nothing readable was found
    │   └── UnreadableCapture           one capture that cannot be read at all
    ├── IntegrityFailure             4  raw evidence or custody is not what was sealed
    └── EnvironmentNotReady          5  the machine lacks something
        ├── SubjectFailed               a subject is absent, or did not start or answer
        ├── LabFailed                   the sealed lab could not be built or broke
        └── StorageFailed               the case folder cannot be written

Each carries what failed, what that means for the verdict, and what to do next.
"""

from __future__ import annotations

from typing import ClassVar


class BacktalkError(Exception):
    """A failure told in one line: what failed, what it means, what to do next."""

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, means: str = "", remedy: str = "") -> None:
        self.what, self.means, self.remedy = what, means, remedy
        super().__init__(" ".join(part for part in (what, means, remedy) if part))

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.what, self.means, self.remedy))


def _rebuild(kind: type[BacktalkError], what: str, means: str, remedy: str) -> BacktalkError:
    return kind(what, means=means, remedy=remedy)


class UsageError(BacktalkError):
    """The command line, an option or a value cannot be used."""

    exit_code = 2


class PlanError(UsageError):
    """A plan cannot be used as written."""


class NoEvidence(BacktalkError):
    """There is nothing readable to judge: never the same as clean."""

    exit_code = 3


class UnreadableCapture(NoEvidence):
    """A capture cannot be read at all, not even in part."""


class IntegrityFailure(BacktalkError):
    """Raw evidence or its custody chain is not what was sealed."""

    exit_code = 4


class EnvironmentNotReady(BacktalkError):
    """Something that the command needs is lacking on this machine."""

    exit_code = 5


class SubjectFailed(EnvironmentNotReady):
    """A subject is absent, did not start, or did not answer."""


class LabFailed(EnvironmentNotReady):
    """The sealed lab could not be built, or broke while it was used."""


class StorageFailed(EnvironmentNotReady):
    """The case folder cannot be written (full, read-only, vanished)."""
