"""A lab that breaks everywhere is no verdict on anybody; one that breaks somewhere leaves the others their say."""

from __future__ import annotations

import pytest

from backtalk.errors import LabFailed
from backtalk.evidence import Case
from backtalk.lab.job import Done
from backtalk.pipeline import plans, run
from backtalk.pipeline.investigate import investigate

BROKEN = Done(failed="the lab ended early with code 1: nft is not permitted.", broken=True)


@pytest.fixture
def case(tmp_path, monkeypatch):
    text = plans.starting_plan("mine", 7, repeats=2, conditions=["normal-packaged"], subjects=["chromium"])
    monkeypatch.setattr(run.doctor, "absent", lambda _: "")
    monkeypatch.setattr(run.doctor, "require_programs", lambda: None)
    monkeypatch.setattr(run.doctor, "mitmdump", lambda: tmp_path)
    return Case.create(tmp_path / "case", text)


def recording(monkeypatch, outcomes):
    async def record(job, listen):
        return next(outcomes)

    monkeypatch.setattr(run.recorder, "record", record)


def test_a_lab_that_broke_in_every_session_is_an_environment_that_is_not_ready(case, monkeypatch):
    recording(monkeypatch, iter([BROKEN] * 4))
    with pytest.raises(LabFailed) as failed:
        investigate(case, lambda _: None, 1)
    assert failed.value.exit_code == 5
    assert "broke in each of 2 sessions: the lab ended early with code 1: nft is not permitted." in str(failed.value)
    assert str(failed.value).count("nft") == 1
    assert (case.path / "derived" / "result.json").exists()
    assert (case.path / "report" / "index.html").exists()


def test_one_session_that_the_subject_ended_is_judged(case, monkeypatch):
    recording(monkeypatch, iter([BROKEN, BROKEN, Done(failed="Chromium ended by itself.")]))
    result = investigate(case, lambda _: None, 1)
    assert {verdict.verdict for verdict in result.verdicts} <= {
        "inconclusive",
        "not tested",
        "not applicable",
        "not testable",
    }


def test_a_lab_that_works_the_second_time_is_no_failure(case, monkeypatch):
    recording(monkeypatch, iter([BROKEN, Done(), BROKEN, Done(failed="x", broken=False)]))
    assert investigate(case, lambda _: None, 1).sessions
