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


def row(text, subject, condition):
    lines = text.splitlines()
    start = next(at for at, line in enumerate(lines) if line.strip() == subject)
    return next(line for line in lines[start:] if line.strip().startswith(condition))


def test_verdicts_stand_as_signs_under_their_subject_with_the_meaning_below(results):
    text = told(results["contradicted"]())
    found = row(text, "Chromium 156.0.1, as packaged by Debian", "normal mode, suggestions switched on")
    assert re.split(r"\s{2,}", found.strip()) == [
        "normal mode, suggestions switched on", "✗", "(✓)", DASH, "✗", "~", "(✓)",
    ]  # fmt: skip
    assert f"✗ contradicted ~ inconclusive (✓) consistent, preliminary {DASH} not applicable" in flat(text)
    assert "1 typed" in text
    assert "1 Nothing typed leaves before it is submitted" in flat(text)


def test_the_gravest_is_said_first(results):
    text = flat(told(results["contradicted"](), width=400))
    headline = (
        "Chromium 156.0.1, as packaged by Debian, normal mode, suggestions switched on: "
        "search.test got what was typed, letter by letter."
    )
    assert text.index(headline) < text.index("subject and condition") < text.index("Contradicted")


def test_findings_are_told_with_their_prefixes(results):
    text = flat(told(results["contradicted"]()))
    assert (
        "Chromium, normal mode, suggestions switched on: What was typed went to search.test letter by letter, "
        "before it was submitted (f-9c1e44a07b31)" in text
    )
    assert "kob koba kobar … kobarikudo → search.test/ac/?q=" in text


def test_contact_is_one_line_a_claim_and_subject(contacts):
    text = told(contacts, width=400)
    (line,) = [one.strip() for one in text.splitlines() if "recipients" in one]
    assert line == (
        "Firefox, both conditions in normal mode: 5 recipients, e.g. a.maker.test (update check), b.maker.test, "
        "c.maker.test"
    )
    assert "(watched for 24 s)" in text
    (weak,) = [one.strip() for one in text.splitlines() if "recipient:" in one]
    assert weak == "Firefox, private mode, suggestions as packaged: 1 recipient: a.maker.test (update check)"


def test_what_is_missing_is_said_once_for_all_that_lack_it(results):
    text = flat(told(results["contradicted"](), width=400))
    assert text.count("telemetry.maker.test: 1,500 unread bytes after the visit") == 2  # once a subject
    assert "~ Firefox, all 3 conditions (claims 4 5): telemetry.maker.test: 1,500 unread bytes after the visit." in text
    assert "Missing:" not in text


def test_it_takes_no_more_than_a_screen_and_a_half(contacts, results):
    for result in (contacts, results["contradicted"]()):
        assert len(told(result, width=80).splitlines()) < 85


def test_controls_coverage_and_what_is_left_out_are_told(results):
    text = flat(told(results["contradicted"]()))
    assert "False alarms: 0 of 12,000 decoys (values that were never planted)." in text
    assert "Spikes recovered: 36 of 36 (100 % of the values that the lab itself sent)." in text
    assert "Positive control (a page that reports itself) seen in 12 of 12 sessions." in text
    assert "Coverage: 2,544 exchanges; of what left, 1.1 MB were read and 24.6 kB were not; 60 gaps." in text
    assert "epiphany: epiphany-browser is not installed" in text
    assert "firefox.normal-on.3: the subject ended by itself after 12 s." in text
    assert "Consent: neither browser asks" in text


def test_bounds_and_what_is_missing_are_told_honestly(results):
    assert "Preliminary: 0 of 2 sessions excludes only leaks in 78 % of sessions and more." in flat(
        told(results["consistent"]())
    )
    assert "(claim 1): the control page." in flat(told(results["inconclusive"]()))
    assert "not the same as clean" in flat(told(results["skipped"]()))


@pytest.mark.parametrize("width", [20, 40, 80, 100, 120, 200])
def test_it_fits_the_window(any_result, width):
    lines = [line for line in told(any_result, width).splitlines() if "→" not in line]
    assert max(map(len, lines)) <= max(width, 50)


def test_a_narrow_window_keeps_the_signs_and_says_what_they_mean(results):
    text = told(results["contradicted"](), width=80)
    found = row(text, "Chromium 156.0.1, as packaged by Debian", "normal mode, suggestions switched on")
    assert found.split()[5:] == ["✗", "(✓)", DASH, "✗", "~", "(✓)"]
    assert f"✗ contradicted ~ inconclusive (✓) consistent, preliminary {DASH} not applicable" in flat(text)


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
