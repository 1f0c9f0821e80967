from xml.etree import ElementTree

import msgspec
import pytest

from backtalk.model.result import Recipient
from backtalk.report.timeline import MARKS, ROWS, drawing, evidence, outline

HOSTILE = '"><script>alert(1)</script><g onload="x">]]>&\u202e\0'


def session(results, **changes):
    return msgspec.structs.replace(results["contradicted"]().sessions[4], **changes)


def parsed(svg):
    return ElementTree.fromstring(svg)


def with_class(tree, name):
    return [one for one in tree.iter() if name in one.get("class", "").split()]


def test_stimuli_are_bands_and_recipients_rows(results):
    tree = parsed(drawing(session(results), frozenset()))
    assert [one.text for one in with_class(tree, "band-name")] == [
        "1 start", "2 search", "3 visit", "4 visit", "5 draft", "6 restart", "7 idle",
    ]  # fmt: skip
    assert {one.text for one in with_class(tree, "row-name")} == {one.host for one in session(results).recipients}
    assert not with_class(tree, "ring")


def test_what_carries_a_finding_is_framed_and_stands_first(results):
    result = results["contradicted"]()
    hits = evidence(session(results), result.findings)
    tree = parsed(drawing(session(results), hits))
    assert [one.text for one in with_class(tree, "row-name")][:2] == ["telemetry.maker.test", "search.test"]
    assert len(with_class(tree, "ring")) == 3
    assert evidence(result.sessions[0], result.findings) == frozenset()


def test_thousands_of_exchanges_stay_few_marks_and_none_is_lost(results):
    at = tuple(1_795_000_000 + 0.05 * place for place in range(1000))
    many = tuple(
        Recipient(
            host=f"h{place}.test", origin=("page", "native", "lab", "unknown")[place % 4], exchanges=1000, sent=1, at=at
        )
        for place in range(60)
    )
    tree = parsed(drawing(session(results, recipients=many), frozenset()))
    marks = with_class(tree, "mark")
    assert 50 < len(marks) <= MARKS
    told = [mark[0].text.split(": ")[1].split(" exchange")[0] for mark in marks]
    assert sum(int(count.replace(",", "")) for count in told) == 60_000
    labels = [one.text for one in with_class(tree, "row-name")]
    assert len(labels) == ROWS
    assert labels[-1] == "43 others"


def test_origins_are_told_apart_by_shape():
    shapes = [outline(origin, 5, 5, 4) for origin in ("page", "native", "lab", "unknown")]
    assert len({shape.split()[0] + str(shape.count("l")) for shape in shapes}) == 4


@pytest.mark.parametrize("where", ["host", "text", "id"])
def test_hostile_text_stays_text(results, where):
    plain = session(results)
    if where == "host":
        hostile = [msgspec.structs.replace(one, host=HOSTILE + one.host) for one in plain.recipients]
        made = msgspec.structs.replace(plain, recipients=tuple(hostile))
    elif where == "text":
        typed = [msgspec.structs.replace(one, text=HOSTILE * 1000) for one in plain.stimuli]
        made = msgspec.structs.replace(plain, stimuli=tuple(typed))
    else:
        made = msgspec.structs.replace(plain, id=HOSTILE)
    svg = drawing(made, frozenset())
    tree = parsed(svg)
    assert {one.tag for one in tree.iter()} <= {"svg", "title", "g", "rect", "line", "text", "path", "circle"}
    assert not [name for one in tree.iter() for name in one.attrib if name.startswith("on")]
    assert "⟨U+202E⟩" in svg
    assert len(svg) < 40_000


def test_a_session_in_which_nothing_happened_can_be_drawn(results):
    empty = session(results, stimuli=(), recipients=(), began=0.0, ended=0.0)
    assert parsed(drawing(empty, frozenset())).tag == "svg"


def test_times_out_of_range_do_not_leave_the_drawing(results):
    odd = (Recipient(host="a.test", origin="native", exchanges=2, sent=0, at=(0.0, 1e12)),)
    tree = parsed(drawing(session(results, recipients=odd), frozenset()))
    assert len(with_class(tree, "mark")) == 2
