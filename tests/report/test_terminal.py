import io
import re

import msgspec
import pytest
from rich.console import Console

from backtalk.report.terminal import table
from backtalk.report.text import DASH


def told(result, width=140, encoding="utf-8", **console):
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    table(result, Console(file=file, width=width, **console))
    return raw.getvalue().decode(encoding)


def flat(text):
    return " ".join(text.split())


def test_verdicts_have_word_and_sign(results):
    text = told(results["contradicted"]())
    row = next(line for line in text.splitlines() if line.startswith("chromium · normal-on"))
    assert re.split(r"\s{2,}", row.strip()) == [
        "chromium · normal-on", "✗ contradicted", "✓ consistent",
        f"{DASH} not applicable", "✗ contradicted", "~ inconclusive",
        "✓ consistent",
    ]  # fmt: skip


def test_findings_are_told_with_their_prefixes(results):
    text = flat(told(results["contradicted"]()))
    assert "f-9c1e44a07b31 chromium · normal-on: What was typed went to search.test letter by letter" in text
    assert "kob koba kobar kobari kobarik … kobarikudo → search.test/ac/?q=" in text
    assert "(4 of 4 stimuli, 2 of 2 sessions)" in text


def test_controls_coverage_and_what_is_left_out_are_told(results):
    text = flat(told(results["contradicted"]()))
    assert "False alarms: 0 of 12,000 decoys." in text
    assert "Spikes recovered: 36 of 36 (100 %)." in text
    assert "Positive control seen in 12 of 12 sessions." in text
    assert "Coverage: 2,544 exchanges; of what left, 1.1 MB were read and 24.6 kB were not; 60 gaps." in text
    assert "epiphany: epiphany-browser is not installed" in text
    assert "firefox.normal-on.3 (interrupted): the subject ended by itself after 12 s" in text
    assert "Consent: neither browser asks" in text


def test_bounds_and_what_is_missing_are_told_honestly(results):
    assert "Preliminary: 0 of 2 sessions excludes only leaks in 78 % of sessions and more." in flat(
        told(results["consistent"]())
    )
    assert "Missing: the control page." in flat(told(results["inconclusive"]()))
    assert "not the same as clean" in flat(told(results["skipped"]()))


@pytest.mark.parametrize("width", [20, 40, 80, 100, 120, 200])
def test_it_fits_the_window(any_result, width):
    lines = [line for line in told(any_result, width).splitlines() if "→" not in line]
    assert max(map(len, lines)) <= max(width, 50)


def test_a_narrow_window_keeps_the_signs_and_says_what_they_mean(results):
    text = told(results["contradicted"](), width=80)
    row = next(line for line in text.splitlines() if line.startswith("chromium · normal-on"))
    assert row.split()[3:] == ["✗", "✓", DASH, "✗", "~", "✓"]
    assert f"✗ contradicted ~ inconclusive ✓ consistent {DASH} not applicable" in flat(text)


def test_a_console_without_unicode_gets_ascii(results):
    text = told(results["contradicted"](), encoding="ascii")
    assert "x contradicted" in text
    assert "kobarikudo -> search.test/ac/?q=" in flat(text)


def test_captured_text_can_neither_style_nor_move_the_cursor(results):
    result = results["contradicted"]()
    bad = "[bold red]\x1b[2J\x9b1m\r\u202e[/bold red] :smile: https://x.test"
    finding = msgspec.structs.replace(
        result.findings[0],
        statement=bad,
        sightings=tuple(msgspec.structs.replace(one, host=bad) for one in result.findings[0].sightings),
    )
    verdicts = tuple(msgspec.structs.replace(one, reason=bad, missing=(bad,)) for one in result.verdicts)
    made = msgspec.structs.replace(result, findings=(finding,), verdicts=verdicts, skipped=(bad,), case=bad)
    text = told(made, force_terminal=False)
    assert set(text) & {"\x1b", "\x9b", "\r", "\u202e"} == set()
    assert "[bold red]⟨ESC⟩[2J⟨U+009B⟩1m⟨CR⟩⟨U+202E⟩[/bold red] :smile:" in flat(text)


def test_equal_reasons_are_told_once_for_all(results):
    text = flat(told(results["contradicted"]()))
    assert text.count("No private mode was used.") == 1
