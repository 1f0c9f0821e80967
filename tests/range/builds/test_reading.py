"""A build's file is read strictly: each fault is one clear line, and what is read is what stands there."""

from __future__ import annotations

import tomllib

import msgspec
import pytest

from backtalk.errors import UsageError
from backtalk.range import builds

HEAD = 'name = "x"\nsummary = "s"\nlike = "silent"\n'
COLLECTOR = '[[collectors]]\nid = "c"\nhost = "c.example"\npackaging = "xor"\n'
IDENTIFIER = '[[identifiers]]\nid = "u"\nkind = "random"\n'
REPORT = '[[reports]]\nevents = ["search"]\nto = ["c"]\n'
BEAT = '[[heartbeats]]\nevery = 60\nto = ["c"]\n'
WHOLE = HEAD + COLLECTOR + IDENTIFIER + REPORT + BEAT


def faults(text):
    with pytest.raises(UsageError) as caught:
        builds.parse(text, "b.toml")
    lines = str(caught.value).split("\n")
    assert all(line.startswith("b.toml: ") for line in lines)
    return [line.removeprefix("b.toml: ") for line in lines]


def test_a_whole_file_is_read_as_it_stands():
    sent = builds.parse(WHOLE).reporting
    assert sent.collectors == (builds.Collector(id="c", host="c.example", packaging="xor"),)
    assert sent.identifiers == (builds.Identifier(id="u", kind="random"),)
    assert sent.reports == (builds.Report(events=("search",), to=("c",)),)
    assert sent.heartbeats == (builds.Heartbeat(every=60, to=("c",)),)


def test_a_report_that_says_no_more_is_the_mildest():
    report = builds.parse(WHOLE).reporting.reports[0]
    assert (report.modes, report.consent, report.identifiers) == (("normal",), ("given",), ())
    assert not report.device


def test_what_a_build_is_like_stands_unless_it_says_otherwise():
    silent = builds.load("silent")
    other = builds.parse(HEAD + '[browser]\nversion = "13.0"\n')
    assert other.browser == msgspec.structs.replace(silent.browser, version="13.0")
    assert (other.model, other.music, other.name) == (silent.model, silent.music, "x")


def test_the_silent_build_sends_nothing():
    assert builds.load("silent").reporting == builds.Reporting()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a =", "this is no TOML"),
        ("foo = 1\n" + HEAD, "`foo` is no key of a build"),
        ('name = "x"\nlike = "silent"\n', "summary is missing"),
        (HEAD.replace('"s"', "3"), "summary: a text is needed"),
        (HEAD.replace("silent", "loud"), "like: there is no build 'loud'"),
        (HEAD + "browser = 3\n", "browser: Expected `object`"),
        (HEAD + "[browser]\ncolour = 1\n", "browser: Object contains unknown field `colour`"),
        (HEAD + 'statements = ["R14"]\n', "statements: there is no R14"),
        (HEAD + 'statements = "R1"\n', "statements: a list is needed"),
        (HEAD + 'statements = ["R1", "R1"]\n', "statements: 'R1' stands there 2 times"),
        (HEAD + "[reports]\n", "reports: write [[reports]]"),
        (WHOLE.replace("c.example", "sa.google.com"), "collectors[0]: the host 'sa.google.com' must be"),
        (WHOLE.replace("c.example", "C example"), "collectors[0]: the host 'C example' must be"),
        (WHOLE.replace('"xor"', '"zip"'), "collectors[0]: Invalid enum value 'zip'"),
        (WHOLE.replace('"xor"', '"xor"\nbatch = 0'), "collectors[0]: batch is at least 1, not 0"),
        (WHOLE + COLLECTOR, "collectors: 'c' stands there 2 times"),
        (WHOLE + IDENTIFIER, "identifiers: 'u' stands there 2 times"),
        (WHOLE.replace('"random"', '"random"\ndays = 0'), "identifiers[0]: days is at least 1, not 0"),
        (WHOLE.replace('["search"]', '["seach"]'), "reports[0]: Invalid enum value 'seach'"),
        (WHOLE.replace('["search"]', "[]"), "reports[0]: events is empty"),
        (WHOLE.replace('["search"]', '["search", "search"]'), "reports[0]: events has 'search' twice"),
        (HEAD + COLLECTOR + REPORT.replace('["c"]', "[]"), "reports[0]: to is empty"),
        (HEAD + COLLECTOR + REPORT.replace('["c"]', '["d"]'), "reports[0]: there is no collector 'd'"),
        (HEAD + COLLECTOR + REPORT + "modes = []\n", "reports[0]: modes is empty"),
        (HEAD + COLLECTOR + REPORT + "consent = []\n", "reports[0]: consent is empty"),
        (HEAD + COLLECTOR + REPORT + 'identifiers = ["u"]\n', "reports[0]: there is no identifier 'u'"),
        (HEAD + COLLECTOR + REPORT + "switches = {a = true}\n", "reports[0]: the browser has no switch 'a'"),
        (HEAD + COLLECTOR + REPORT + "slower_ms = -1\n", "reports[0]: count_of and slower_ms are not negative"),
        (
            HEAD + "[browser]\nswitches = []\n" + COLLECTOR + REPORT + 'modes = ["enhanced"]\n',
            "reports[0]: there is no mode enhanced",
        ),
        (WHOLE.replace("every = 60", "every = 0"), "heartbeats[0]: every is at least 1, not 0"),
    ],
)
def test_a_fault_is_one_clear_line(text, said):
    told = faults(text)
    assert len(told) == 1
    assert told[0].startswith(said)


def test_every_fault_is_told():
    text = WHOLE.replace("c.example", "c.invalid").replace('["search"]', "[]").replace("every = 60", "every = -1")
    assert [line.partition(":")[0] for line in faults(text)] == ["collectors[0]", "reports[0]", "heartbeats[0]"]


def test_a_build_that_is_like_no_other_says_all_of_the_handset_itself():
    assert [line.partition(" ")[0] for line in faults('name = "x"\nsummary = "s"\n')] == [
        "[model]",
        "[browser]",
        "[music]",
    ]


def test_builds_that_are_like_each_other_are_refused(monkeypatch, tmp_path):
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{name}.toml").write_text(f'name = "{name}"\nsummary = "s"\nlike = "{other}"\n')
    monkeypatch.setattr(builds, "files", lambda _: tmp_path)
    with pytest.raises(UsageError, match="a is like b is like a, in a circle"):
        builds.load("a")


@pytest.mark.parametrize("name", builds.names())
def test_a_shipped_build_says_what_it_is(name):
    text = (builds.files(builds.__package__) / f"{name}.toml").read_text(encoding="utf-8")
    assert "reconstruction from published reports, not evidence about any product" in text.casefold()
    assert tomllib.loads(text)["name"] == name
    assert builds.load(name).model.maker == "Mirage Mobile"
