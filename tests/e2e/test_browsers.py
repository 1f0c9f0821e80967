"""The real browsers of this machine, in the lab, from a plan to a verdict."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from backtalk.evidence import Case
from tests.e2e.conftest import run_backtalk, write_plan

pytestmark = [pytest.mark.lab, pytest.mark.browser]

SUGGESTING = {"chromium": ("duckduckgo.com", 20), "firefox": ("www.google.com", 15)}
"""Who gets the suggestions of each, and how many letters of an address at least."""


def counted(result: dict) -> list[dict]:
    """The sessions that count. One that the lab broke does not: `run` itself has recorded it anew."""
    return [one for one in result["sessions"] if one["state"] != "interrupted"]


def troubles(result: dict) -> list[str]:
    """What went wrong with the machine rather than with the browser: sessions and stimuli that did not take place."""
    found = [f"{one['id']}: {one['excluded']}" for one in counted(result) if one["excluded"]]
    for session in counted(result):
        found += [f"{session['id']}: {one['id']} {one['failed']}" for one in session["stimuli"] if one["failed"]]
    return found


def recorded(plan: Path, folder: Path) -> tuple[Path, dict]:
    """The case that a plan gives and its result. Recorded anew, once, if something did not take place: and told."""
    for attempt in (1, 2):
        case = folder / f"case-{attempt}"
        said = run_backtalk("run", plan, "--out", case, "--json", timeout=550)
        assert said.returncode in {10, 11}, said.stderr
        result = json.loads(said.stdout)
        count = f"{len(counted(result))} of {len(result['sessions'])} sessions count"
        sys.stderr.write(f"attempt {attempt}: {count}, {troubles(result) or 'no trouble'}\n")
        if not troubles(result):
            break
    assert not troubles(result)
    return case, result


def grown(case: Path, sightings: list[dict]) -> dict[tuple[str, str], int]:
    """How many beginnings of what was typed were sent, by session and stimulus; each longer than the one before."""
    typed = {
        (folder.id, stimulus.id): stimulus.text
        for folder in Case.open(case).sessions()
        for stimulus in folder.session().script.stimuli
    }
    sent: dict[tuple[str, str], list[str]] = {}
    for one in sorted(sightings, key=lambda one: one["at"]):
        if typed[one["session"], one["stimulus"]].startswith(one["text"]):
            sent.setdefault((one["session"], one["stimulus"]), []).append(one["text"])
    for texts in sent.values():
        assert texts == sorted(set(texts), key=len)
    return {where: len(texts) for where, texts in sent.items()}


@pytest.mark.parametrize("subject", SUGGESTING)
def test_switching_suggestions_on_turns_the_verdict(subject, tmp_path):
    plan = write_plan(tmp_path / f"{subject}.toml", [subject], ["normal-packaged", "normal-on"], 2)
    case, result = recorded(plan, tmp_path)
    words = {(one["condition"], one["claim"]): one["verdict"] for one in result["verdicts"]}
    for claim in ("typed", "visited"):
        assert words["normal-on", claim] == "contradicted"
        assert words["normal-packaged", claim] in {"inconclusive", "consistent"}
    assert not [
        one
        for one in result["findings"]
        if one["condition"] == "normal-packaged" and one["claim"] in {"typed", "visited"}
    ]
    recipient, letters = SUGGESTING[subject]
    for claim in ("typed", "visited"):
        (finding,) = (one for one in result["findings"] if one["claim"] == claim)
        assert finding["recipient"] == recipient
        assert finding["sessions"] == [2, 2]
        assert max(len(one["text"]) for one in finding["sightings"]) >= letters
        assert {one["origin"] for one in finding["sightings"]} == {"native"}
        assert min(grown(case, finding["sightings"]).values()) >= 5
    for session in counted(result):
        assert session["control_seen"]
        assert session["decoys"] >= 1000
        assert session["decoy_sightings"] == 0
        assert session["spikes_recovered"] == session["spikes_sent"] == 3
        assert session["configuration"]["command"]
        assert session["configuration"]["files"]
        assert all((case / one["screenshot"]).stat().st_size > 1000 for one in session["stimuli"])
    assert run_backtalk("verify", case).returncode == 0
    page = (case / "report" / "index.html").read_text()
    assert "<script" not in page.lower()
    for finding in (one for one in result["findings"] if one["claim"] in {"typed", "visited"}):
        assert run_backtalk("explain", finding["id"], "--case", case).returncode == 0
        assert finding["id"] in page
        assert all(f">{one['text']}<" in page for one in finding["sightings"][:5])


@pytest.mark.slow
def test_the_whole_demo_in_private_mode_too(tmp_path):
    said = run_backtalk("demo", "--out", tmp_path / "demo", "--json", timeout=1500)
    assert said.returncode == 0, said.stderr
    result = json.loads(said.stdout)
    words = {(one["subject"], one["condition"], one["claim"]): one["verdict"] for one in result["verdicts"]}
    for subject in SUGGESTING:
        for claim in ("typed", "visited"):
            assert words[subject, "normal-on", claim] == "contradicted"
            for condition in ("normal-packaged", "private-packaged", "private-on"):
                assert words[subject, condition, claim] in {"inconclusive", "consistent"}
        for condition in ("private-packaged", "private-on"):
            assert words[subject, condition, "private"] in {"inconclusive", "consistent"}
    assert run_backtalk("verify", tmp_path / "demo").returncode == 0
