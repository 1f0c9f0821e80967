"""Everything that can be done with a recorded case, by its commands."""

from __future__ import annotations

import json
import re

import pytest

from tests.e2e.conftest import RECORDED, run_backtalk

pytestmark = pytest.mark.filterwarnings("error")


def test_analyzing_twice_and_with_any_number_of_workers_gives_the_same_bytes(recorded):
    kept = recorded / "derived" / "result.json"
    results = set()
    for workers in (1, 2, 2):
        assert run_backtalk("analyze", recorded, "--workers", workers).returncode == 11
        results.add(kept.read_bytes())
        kept.unlink()
    assert len(results) == 1


def test_raw_evidence_is_not_touched_by_what_is_derived(analysed):
    raw = {path.relative_to(RECORDED): path.read_bytes() for path in RECORDED.rglob("*") if path.is_file()}
    assert raw == {path: (analysed / path).read_bytes() for path in raw}


def test_suggestions_switched_on_contradict_the_claims_about_typing(analysed):
    result = json.loads((analysed / "derived" / "result.json").read_text())
    words = {verdict["claim"]: verdict["verdict"] for verdict in result["verdicts"]}
    assert words["typed"] == words["visited"] == "contradicted"
    assert words["private"] == words["welcome"] == "not applicable"
    (typed,) = (one for one in result["findings"] if one["claim"] == "typed")
    assert typed["recipient"] == "duckduckgo.com"
    texts = [one["text"] for one in typed["sightings"]]
    assert any(text.count(".example/") for text in texts)  # an address, past its host
    assert {len(text) for text in texts} >= set(range(1, 12))
    assert all(session["decoy_sightings"] == 0 and session["control_seen"] for session in result["sessions"])
    assert all(session["spikes_recovered"] == session["spikes_sent"] > 0 for session in result["sessions"])


def test_verify_agrees_and_gives_the_head(analysed):
    said = run_backtalk("verify", analysed)
    assert said.returncode == 0
    assert "byte for byte" in said.stdout
    head = re.search(r"head ([0-9a-f]{64})", said.stdout)[1]
    assert run_backtalk("verify", analysed, "--head", head).returncode == 0
    assert run_backtalk("verify", analysed, "--head", "0" * 64).returncode == 4


def test_a_result_that_was_changed_is_refused(recorded):
    assert run_backtalk("analyze", recorded).returncode == 11
    kept = recorded / "derived" / "result.json"
    kept.write_bytes(kept.read_bytes().replace(b'"contradicted"', b'"consistent"  '))
    said = run_backtalk("verify", recorded)
    assert said.returncode == 4
    assert "derived/result.json" in said.stdout


def test_explain_walks_from_the_raw_bytes_to_the_canary(analysed):
    result = json.loads((analysed / "derived" / "result.json").read_text())
    for finding in result["findings"]:
        said = run_backtalk("explain", finding["id"], "--case", analysed)
        assert said.returncode == 0, said.stderr
        assert finding["id"] in said.stdout
    assert run_backtalk("explain", "F-nothing", "--case", analysed).returncode == 2


def test_explain_shows_the_longest_first_and_counts_spans_as_the_result_does(analysed):
    result = json.loads((analysed / "derived" / "result.json").read_text())
    typed = next(one for one in result["findings"] if one["claim"] == "typed")
    longest = max(typed["sightings"], key=lambda one: len(one["text"]))
    said = run_backtalk("explain", typed["id"], "--case", analysed)
    first = said.stdout.split("\nsighting ")[1]
    assert f"\nfound  {longest['text']}\n" in first
    assert f"bytes [{longest['found'][0]}:{longest['found'][1]}], the canary" in first
    assert f"{len(typed['sightings']) - 3} more sightings: --all" in said.stdout
    shown = json.loads(run_backtalk("explain", typed["id"], "--case", analysed, "--json").stdout)
    assert typed["sightings"][shown["shown"][0]] == longest
    assert len(shown["traces"]) == 3


def test_the_report_is_one_page_without_a_script_that_shows_the_prefixes(analysed):
    page = (analysed / "report" / "index.html").read_text()
    assert "<script" not in page.lower()
    assert "default-src 'none'" in page
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)
    result = json.loads((analysed / "derived" / "result.json").read_text())
    typed = next(one for one in result["findings"] if one["claim"] == "typed")
    assert typed["id"] in page
    assert all(f">{text}<" in page for text in [one["text"] for one in typed["sightings"]][:5])
    assert "data:image/png;base64," in page
