"""The worker beside mitmproxy answers everything, in words that can be printed, and the addon is complete."""

from __future__ import annotations

import ast
import io
import json
import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.model.canary import Canary
from backtalk.pipeline.live import HEAD, Task, Worker, addon, serve

CANARY = "bolarivego"


def frames(*tasks: tuple[dict, bytes]) -> io.BytesIO:
    described = [(json.dumps({"id": number, **head}).encode(), data) for number, (head, data) in enumerate(tasks)]
    return io.BytesIO(b"".join(HEAD.pack(len(head), len(data)) + head + data for head, data in described))


def answers(*tasks: tuple[dict, bytes]) -> list[dict]:
    out = io.BytesIO()
    serve(frames(*tasks), out)
    found, data = [], out.getvalue()
    while data:
        length, _ = struct.unpack(">II", data[:8])
        found.append(json.loads(data[8 : 8 + length]))
        data = data[8 + length :]
    return found


def search(data: bytes, part="request.body", **more) -> tuple[dict, bytes]:
    return {"do": "search", "host": "t.example", "first": True, "parts": [(part, len(data), True)], **more}, data


BEGIN = ({"canaries": [CANARY], "decoys": ["nekoburita"]}, b"")


def test_a_sighting_is_told_in_one_line_with_all_that_scan_tells():
    _, found, decoy = answers(
        BEGIN, search(b'{"u":"bolarivego"}', exchange=4), search(b"nekoburita", "websocket.received")
    )
    assert found["sightings"] == [f"{CANARY}  exact  to t.example  #4 request.body  json"]
    assert found["mark"] == "canary"
    assert decoy["sightings"] == ["nekoburita (decoy)  exact  from t.example  #0 websocket.received  plain"]
    assert decoy["mark"] == "decoy"
    assert decoy["coverage"] == "2 sightings in 2 exchanges; of what left, 18 bytes were read and 0 were not."


def test_what_could_not_be_read_is_summed_up_at_the_end():
    noise = random.Random(7).randbytes(200)
    head, _ = search(noise)
    cut = ({**head, "host": "u.example", "parts": [("request.body", 0, False)]}, b"")
    *_, end = answers(BEGIN, (head, noise), (head, noise), cut, ({"do": "end"}, b""))
    assert end["unread"] == [
        "2 times request.body to t.example: binary, no codec fits",
        "1 time request.body to u.example: the capture does not hold all of it",
    ]


def test_of_many_recipients_the_most_frequent_are_told():
    one = [search(b"x", parts=[("request.body", 0, False)], host=f"{number}.example") for number in range(20)]
    *_, end = answers(BEGIN, *((head, b"") for head, _ in one), ({"do": "end"}, b""))
    assert len(end["unread"]) == 13
    assert end["unread"][-1] == "8 times elsewhere"


def test_nothing_is_searched_when_nothing_is_looked_for():
    assert answers(({}, b""), search(b"bolarivego")) == [{"id": 0}, {"id": 1}]


def test_a_tree_is_styled_line_by_line():
    (tree,) = answers(({"do": "tree"}, b"q=%41%42%20c"))
    assert ["".join(text for _, text in line) for line in tree["lines"]] == [
        'input  12 bytes  "q=%41%42%20c"',
        '└─ form field=q  [2:12]  10 → 4 bytes  "AB c"',
    ]
    assert {style for line in tree["lines"] for style, _ in line} <= {"header", "highlight", "offset", "text", "error"}
    assert tree["lines"][0][0] == ["header", "input"]


@given(st.binary(max_size=300), st.sampled_from(["tree", "search", "", "dance"]))
def test_whatever_comes_is_answered_harmlessly(data, do):
    head, data = search(data)
    _, said = answers(BEGIN, ({**head, "do": do}, data))
    assert said["id"] == 1
    assert not {chr(code) for code in (*range(32), *range(127, 160))} & set("".join(str(said)))


def test_a_fault_in_one_message_is_told_and_the_next_is_answered(monkeypatch):
    worker = Worker()
    worker.answer(Task(id=0, canaries=(CANARY,)), b"")
    monkeypatch.setattr("backtalk.pipeline.live.Search.__call__", lambda *_: 1 / 0)
    assert "division by zero" in worker.answer(Task(id=1, do="search"), b"").failed
    monkeypatch.undo()
    assert worker.answer(Task(id=2, do="search", parts=(("request.body", 10, True),)), CANARY.encode()).sightings


def test_half_a_frame_ends_it_quietly():
    out = io.BytesIO()
    serve(io.BytesIO(HEAD.pack(100, 5)[:6]), out)
    assert not out.getvalue()


@pytest.mark.parametrize("value", ["bolarivego", "https://t.example/a'b\"c\\", "日本語の言葉", "a\u2028bcd"])
def test_the_addon_is_a_program_whatever_is_looked_for(value):
    text = addon((Canary(value=value, kind="given"), Canary(value="nekoburita", kind="decoy")))
    (settings,) = [
        node.value
        for node in ast.parse(text).body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "SETTINGS"
    ]
    told = ast.literal_eval(settings)
    assert (told["canaries"], told["decoys"]) == ([value], ["nekoburita"])
    assert told["worker"][1:] == ["-P", "-m", "backtalk", "addon", "--serve"]
    assert "import backtalk" not in text
    assert "from backtalk" not in text
