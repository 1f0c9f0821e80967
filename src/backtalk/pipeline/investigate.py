"""A case from its plan to its report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from backtalk.errors import LabFailed, UsageError
from backtalk.evidence import Case
from backtalk.model.result import Result
from backtalk.pipeline import analyze
from backtalk.pipeline.explain import Explainer
from backtalk.pipeline.run import News, run
from backtalk.report import html


def investigate(case: Case, listen: Callable[[News], None], labs: int) -> Result:
    """Record what is missing of the case, judge all of it, and write result and report.

    LabFailed, once that is done, if the lab broke in every session that was to be recorded:
    what such a case is silent about says nothing of its subjects.
    """
    broken = asyncio.run(run(case, listen, labs))
    result = analyze.analyze(case)
    analyze.write(case, result)
    report(case, result)
    if broken:
        where = "the only session" if len(broken) == 1 else f"each of {len(broken)} sessions"
        raise LabFailed(
            f"the lab broke in {where}: {'; '.join(dict.fromkeys(broken)).rstrip('.')}.",
            means=f"Nothing was tested; {case.path} keeps what there is.",
            remedy="`backtalk doctor` says what this machine lacks.",
        )
    return result


def report(case: Case, result: Result, out: Path | None = None) -> Path:
    """Write the report of a result; gives the path of its page. UsageError if `out` is among the evidence."""
    target = out or case.path / "report"
    if case.holds(target):
        raise UsageError(
            f"{target} is among the evidence of the case.",
            means="A report there would be taken for evidence that was added.",
            remedy="Choose another folder.",
        )
    return html.write(result, case.path, target, head=case.head, explain=Explainer(case).trace)
