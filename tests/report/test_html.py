"""The page: right, whole, closed to the world, and deaf to what captured text tries."""

import base64
import re
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

import backtalk.report
from backtalk.errors import StorageFailed
from backtalk.model.result import Result
from backtalk.model.trace import Trace
from backtalk.report.html import write
from backtalk.report.text import DASH

HEAD = "c0ffee" * 10 + "abcd"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "nav", "section", "article"),
    *(
        "details",
        "summary",
        "figure",
        "figcaption",
        "img",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
    ),
    *("h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "dl", "dt", "dd", "div", "span", "a", "b", "bdi", "mark", "code"),
    *("pre", "svg", "g", "rect", "line", "text", "path", "circle"),
}
ATTRIBUTES = {
    *(
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "id",
        "href",
        "src",
        "alt",
        "width",
        "height",
        "open",
    ),
    *("scope", "colspan", "data-label", "viewbox", "role", "aria-label", "aria-hidden"),
    *("x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "d"),
}
WORDS = {"action", "mode", "kind", "match", "origin", "strength", "reach", "verdict", "v"}
"""Keys whose values are the model's own words."""


class Read(HTMLParser):
    """What a browser would make of the page: its elements, and its text."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.elements, self.said, self._inside = [], [], ""
        self.style = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self._inside = tag
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        self._inside = ""

    def handle_data(self, data):
        if self._inside == "style":
            self.style += data
        else:
            self.said.append(data)

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data!r}")

    def handle_pi(self, data):
        raise AssertionError(f"a processing instruction: {data!r}")

    @property
    def text(self):
        return " ".join("".join(self.said).split())

    @property
    def skeleton(self):
        return [(tag, tuple(attrs)) for tag, attrs in self.elements]


@pytest.fixture
def written(case, tmp_path, replay):
    def make(result, explain=replay):
        return write(result, case, tmp_path / "report", head=HEAD, explain=explain).read_text(encoding="utf-8")

    return make


def poisoned(value, poison, key=""):
    """The same value with the poison at the end of every string that says something and is not a word of the model."""
    if isinstance(value, str):
        spared = not value or key in WORDS or value.endswith("s02-search.png")
        return value if spared else value + poison
    if isinstance(value, list | tuple):
        return [poisoned(one, poison, key) for one in value]
    if isinstance(value, dict):
        free = key in {"environment", "files"}
        return {name + poison if free else name: poisoned(one, poison, name) for name, one in value.items()}
    return value


def hostile(result, poison):
    made = poisoned(msgspec.to_builtins(result), poison)
    for session in made["sessions"]:
        for gap, real in zip(session["coverage"]["gaps"], ("quic", "tls-failed"), strict=False):
            gap["kind"] = real
    return msgspec.convert(made, Result)


def poisoning(replay, result, poison, captured=""):
    """Traces of the result's own sightings, with poison in their names, and captured bytes that end in `captured`."""
    captured = (captured or poison).encode("utf-8", "surrogatepass")
    clean = {(one.session, one.exchange): one for finding in result.findings for one in finding.sightings}

    def explain(sighting):
        trace = replay(clean[sighting.session.removesuffix(poison), sighting.exchange])
        stages = tuple(
            msgspec.structs.replace(
                stage,
                step=msgspec.structs.replace(stage.step, codec=stage.step.codec + poison, params={poison: poison}),
                output=stage.output + captured,
            )
            for stage in trace.stages
        )
        raw = trace.raw + captured
        names = {name: getattr(trace, name) + poison for name in ("source", "part", "canary", "digest")}
        found = (trace.found[0], 10**6) if not stages else trace.found
        return Trace(exchange=trace.exchange, raw=raw, stages=stages, found=found, **names)

    return explain


def richer(result, case, picture):
    """Every branch of the page at once: shared findings, findings of weak verdicts, mixed places, equal pictures."""
    first, *others = result.findings
    mixed = tuple(
        msgspec.structs.replace(one, field=f"q{one.exchange}") if one.stimulus == "s03-visit" else one
        for one in first.sightings
    )
    carried = tuple(
        msgspec.structs.replace(one, findings=tuple(finding.id for finding in result.findings))
        if one.verdict in {"contradicted", "inconclusive"}
        else one
        for one in result.verdicts
    )
    for file in case.rglob("s02-search.png"):
        file.write_bytes(picture)
    return msgspec.structs.replace(
        result, findings=(msgspec.structs.replace(first, sightings=mixed), *others), verdicts=carried
    )


def check_closed(read):
    """Nothing runs, nothing is fetched, nothing is styled but by us."""
    for tag, attrs in read.elements:
        assert tag in TAGS
        assert set(attrs) <= ATTRIBUTES
        if "href" in attrs:
            assert tag == "a"
            assert re.fullmatch(r"#[a-z0-9-]+", attrs["href"])
        if "src" in attrs:
            assert tag == "img"
            assert re.fullmatch(r"data:image/png;base64,[A-Za-z0-9+/]+=*", attrs["src"])
    policies = [attrs["content"] for tag, attrs in read.elements if tag == "meta" and "http-equiv" in attrs]
    assert policies == [POLICY]
    own = (Path(backtalk.report.__file__).parent / "templates" / "style.css").read_text(encoding="utf-8")
    assert read.style.strip() == own.strip()
    assert "url(" not in own
    assert "@import" not in own


def check_links(read):
    """Every link leads somewhere, and no place has two names."""
    ids = [attrs["id"] for _, attrs in read.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {attrs["href"][1:] for _, attrs in read.elements if "href" in attrs} <= set(ids)


def test_every_kind_of_result_makes_a_closed_page(written, any_result):
    read = Read(written(any_result))
    check_closed(read)
    check_links(read)


def test_the_same_result_makes_the_same_bytes(written, any_result):
    assert written(any_result) == written(any_result)


def test_the_answer_comes_first(written, results):
    text = Read(written(results["contradicted"]())).text
    order = [
        "search.test got what was typed, letter by letter.",
        "2 of 6 claims are contradicted",
        "“Nothing typed leaves before it is submitted”",
        "kob koba kobar kobari kobarik … kobarikudo → search.test/ac/?q=",
        "Skipped, not clean:",
        "Subject and condition",
        "What was contradicted",
        "Every verdict",
        "Timelines",
        "Coverage and controls",
        "How each subject ran",
        "What was not tested, and what this cannot show",
        "Verify and replay",
    ]
    body = text.index("Verify and replay") + 1  # the list of sections names them all, before they come
    places = [text.index(one, body if place > 5 else 0) for place, one in enumerate(order)]
    assert places == sorted(places)


def test_everything_that_matters_is_on_the_page(written, results):
    text = Read(written(results["contradicted"]())).text
    for told in (
        "✗ contradicted",
        "✓ consistent",
        "~ inconclusive",
        f"{DASH} not applicable",
        "Preliminary: 0 of 2 sessions excludes only leaks in 78 % of sessions and more.",
        "telemetry.maker.test: 1,500 unread bytes after the visit",
        "update.maker.test: it left before the first stimulus",
        "kobarikudo",
        "Return was pressed",
        "base64 v1 undone",
        "bytes [83:87], the canary",
        "False alarms: 0 of 12,000 decoys (values that were never planted).",
        "quic 4 search.test, tls-failed 1 pinned.maker.test",
        "unknown protocol",
        "/usr/bin/chromium --user-data-dir=/home/person/profile",
        "search.suggest_enabled = true",
        '"suggest_enabled": true',
        "chromium 156.0.1-1~deb12u1",
        "no: the subject ended by itself after 12 s",
        "Consent: neither browser asks for it at its first start.",
        "Letters fewer than six cannot be told from chance.",
        "The same identifier of 64 bits went out in normal and in private mode",
        f"backtalk verify --head {HEAD} CASE",
        "backtalk explain f-9c1e44a07b31",
        "5e" * 32,
        "20200430",
    ):
        assert told in text, told


def test_contact_is_one_table_by_host_and_every_finding_is_reachable_by_its_id(written, contacts):
    read = Read(written(contacts))
    hosts = [read.text.index(f"{letter}.maker.test 1 address") for letter in "abcde"]
    assert hosts == sorted(hosts)
    ids = [attrs["id"] for _, attrs in read.elements if attrs.get("id", "").startswith("finding-")]
    assert sorted(ids) == sorted(f"finding-{at}" for at in range(1, len(contacts.findings) + 1))
    for finding in contacts.findings:
        assert finding.id in read.text
    assert "5 recipients contacted, among them a.maker.test (update check), b.maker.test, c.maker.test" in read.text
    assert "“Nobody is contacted while idle”" in read.text


def test_whether_the_maker_ever_made_a_claim_is_not_pretended(written, any_result):
    assert "whether the maker of a program ever said it is not judged here" in Read(written(any_result)).text


def test_each_screenshot_is_embedded_once(written, results, case):
    result = results["contradicted"]()
    same = next(one.screenshot for one in result.sessions[4].stimuli if one.id == "s02-search")
    other = next(one.screenshot for one in result.sessions[5].stimuli if one.id == "s02-search")
    (case / other).write_bytes((case / same).read_bytes())
    page = written(result)
    assert page.count(base64.b64encode((case / same).read_bytes()).decode()) == 1
    assert "same screenshot" in page


def test_a_missing_screenshot_is_told(written, results, case):
    result = results["contradicted"]()
    for one in case.rglob("*.png"):
        one.unlink()
    read = Read(written(result))
    assert "is not shown, because there is no such file in the case folder" in read.text
    assert not [tag for tag, _ in read.elements if tag == "img"]


POISONS = {
    "script": "<script>alert(1)</script>",
    "style": "</style></title></pre></svg><style>*{display:none}</style>",
    "handler": "\"><img src=x onerror='alert(1)'>",
    "attribute": "' onmouseover=alert(1) x='\" onfocus=alert(1) autofocus \"",
    "comment": "<!-- --><?php ?><![CDATA[",
    "template": "{{ page.head }}{% raw %}{# #}",
    "markup": '<meta http-equiv=refresh content="0;url=https://x.test"><base href=//x.test><svg/onload=x>',
    "link": "javascript:alert(1)//https://x.test",
    "bidi": "\u202eevil\u2066\u200f",
    "nul": "\0\0\x1b[2J\x85\u2028",
    "entities": "&lt;script&gt;&#x3c;&nbsp",
    "surrogate": "\ud800\udfff",
}


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_captured_text_is_only_ever_text(written, results, replay, case, picture, poison):
    """A poisoned case gives exactly the elements that the same case gives with harmless letters in their place."""
    result = richer(results["contradicted"](), case, picture)
    harmless = "x" * len(poison)
    bad = written(hostile(result, poison), poisoning(replay, result, poison))
    good = written(hostile(result, harmless), poisoning(replay, result, harmless, poison))
    assert Read(bad).skeleton == Read(good).skeleton
    check_links(Read(bad))
    check_closed(Read(bad))
    assert set(bad) & set("\0\x1b\x85\u2028\u202e\u2066\u200f\ud800\udfff") == set()


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_contact_tables_hold_nothing_but_text(written, contacts, poison):
    harmless = "x" * len(poison)
    bad, good = Read(written(hostile(contacts, poison))), Read(written(hostile(contacts, harmless)))
    assert bad.skeleton == good.skeleton
    check_links(bad)
    check_closed(bad)


def test_poison_is_shown_and_not_swallowed(written, results, replay):
    poison, result = POISONS["script"], results["contradicted"]()
    read = Read(written(hostile(result, poison), poisoning(replay, result, poison)))
    for told in ("demo", "search.test", "chromium.normal-on.1", "kobarikudo lamp", "person", "quic 4 search.test"):
        assert told + poison in read.text
    labels = {attrs["data-label"] for _, attrs in read.elements if "data-label" in attrs}
    assert f"A typed URL goes only to its site{poison}" in labels
    assert read.text.count(poison) > 500


def test_enormous_strings_are_cut_and_their_length_told(written, results, replay):
    result = results["contradicted"]()
    plain = len(written(result))
    poison = "<b>" * 350_000
    finding = msgspec.structs.replace(result.findings[0], statement=poison, recipient=poison)
    stimuli = tuple(msgspec.structs.replace(one, text=poison) for one in result.sessions[4].stimuli)
    session = msgspec.structs.replace(result.sessions[4], stimuli=stimuli, excluded=poison)
    made = msgspec.structs.replace(
        result,
        findings=(finding, *result.findings[1:]),
        sessions=(*result.sessions[:4], session, *result.sessions[5:]),
        case=poison,
    )
    page = written(made, poisoning(replay, result, poison))
    assert len(page) < 2 * plain
    assert "(1,050,000 characters in all)" in page
    check_closed(Read(page))


def test_an_empty_field_and_an_empty_path_are_no_mistakes(written, results):
    result = results["contradicted"]()
    bare = tuple(
        msgspec.structs.replace(one, configuration=None, stimuli=(), recipients=(), began=0.0, ended=0.0)
        for one in result.sessions
    )
    check_closed(Read(written(msgspec.structs.replace(result, sessions=bare))))


def test_a_page_that_cannot_be_written_leaves_the_old_one(case, tmp_path, replay, results):
    out = tmp_path / "file"
    out.write_text("a file, not a folder")
    with pytest.raises(StorageFailed, match="report cannot be written"):
        write(results["nothing"](), case, out, head=HEAD, explain=replay)
    assert out.read_text() == "a file, not a folder"


def test_the_page_takes_the_place_of_the_old_one_at_once(case, tmp_path, replay, results):
    for name in ("nothing", "consistent"):
        path = write(results[name](), case, tmp_path / "report", head=HEAD, explain=replay)
    assert [one.name for one in path.parent.iterdir()] == ["index.html"]
    assert "No claim was contradicted" in path.read_text(encoding="utf-8")
