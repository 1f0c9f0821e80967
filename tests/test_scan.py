"""`backtalk scan` as a contract: lines of JSON, exit codes, and what they say of genuine captures."""

from __future__ import annotations

import gzip
import json
import os
from base64 import b64encode
from pathlib import Path

import pytest
from click.testing import CliRunner

from backtalk.cli.scan import command
from backtalk.decode import replay
from backtalk.errors import EnvironmentNotReady, NoEvidence, UsageError
from backtalk.ingest import read
from backtalk.lab.environment import mitmproxy_python
from backtalk.model.decoding import Step
from backtalk.pipeline.scan import canaries

CANARY = "bolarivego"
CORPUS = Path(__file__).parent / "corpus" / "ingest"
FLOWS = CORPUS / "mitmproxy" / "everything" / "input.flows"
HAR = CORPUS / "har" / "mitmproxy" / "input.har"


def scan(*words: object):
    return CliRunner().invoke(command, [str(word) for word in words])


def lines(*words: object) -> tuple[int, list[dict]]:
    done = scan(*words, "--json")
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def har(tmp_path):
    def made(*bodies: str, name: str = "x.har", url: str = "https://t.example/collect", **request: object) -> Path:
        entries = [
            {"request": {"method": "POST", "url": url, "headers": [], "postData": {"text": body}, **request}}
            for body in bodies
        ]
        file = tmp_path / name
        file.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
        return file

    return made


def test_a_sighting_has_exactly_the_members_that_are_promised(har):
    packed = b64encode(gzip.compress(f'{{"u":"{CANARY}"}}'.encode(), mtime=0)).decode()
    file = har(f"data_list={packed.replace('+', '%2B').replace('=', '%3D').replace('/', '%2F')}&gzip=1")
    code, (sighting, *rest) = lines(file, "--canary", CANARY)
    assert code == 11
    assert set(sighting) == {
        *("v", "type", "canary", "decoy", "match", "file", "exchange", "host", "part", "steps", "found")
    }
    expected = {"v": 1, "type": "sighting", "canary": CANARY, "decoy": False, "match": "exact", "file": str(file)}
    assert sighting.items() >= {**expected, "exchange": 0, "host": "t.example", "part": "request.body"}.items()
    assert [step["codec"] for step in sighting["steps"]][:3] == ["form", "base64", "gzip"]
    assert set().union(*sighting["steps"]) <= {"codec", "params", "span"}
    assert [line["type"] for line in rest] == ["coverage"]
    assert set(rest[-1]) == {"v", "type", "exchanges", "bytes"}
    assert set(rest[-1]["bytes"]) == {"read", "opaque"}


@pytest.mark.parametrize("file", [FLOWS, HAR], ids=["flows", "har"])
def test_genuine_captures_are_sighted_in_every_packaging_and_each_sighting_replays(file):
    code, found = lines(file, "--canary", CANARY)
    assert code == 11
    sightings = [line for line in found if line["type"] == "sighting"]
    parts = {(line["exchange"], line["part"]) for line in sightings}
    assert parts >= {(0, "request.url"), (1, "request.body"), (2, "request.body"), (3, "request.body")}
    assert sum(part == "websocket.sent" for _, part in parts) == 2
    if file == FLOWS:
        assert {part for _, part in parts} >= {"dns.name", "tcp.sent"}
    exchanges = read(file, mitmproxy=mitmproxy_python).exchanges
    for line in sightings:
        steps = [
            Step(codec=step["codec"], version=1, span=tuple(step["span"]), params=step.get("params", {}))
            for step in line["steps"]
        ]
        raw = exchanges[line["exchange"]].part(line["part"])
        buffers = (raw, *replay(raw, steps))
        assert buffers[-1][slice(*line["found"])] == CANARY.encode()


def test_all_read_and_nothing_sighted_is_0(har):
    code, found = lines(har('{"page":"nothing of interest"}'), "--canary", CANARY)
    assert code == 0
    assert [line["type"] for line in found] == ["coverage"]
    assert found[0]["exchanges"] == 1
    assert found[0]["bytes"]["read"] > 0
    assert found[0]["bytes"]["opaque"] == 0


def test_what_left_and_cannot_be_read_is_10(har):
    code, found = lines(har(b64encode(os.urandom(600)).decode()), "--canary", CANARY)
    assert code == 10
    opaque = [line for line in found if line["type"] == "opaque"]
    assert {(line["exchange"], line["part"]) for line in opaque} == {(0, "request.body")}
    assert all(line["reason"] and len(line["span"]) == 2 for line in opaque)
    assert found[-1]["bytes"]["opaque"] > 0


def test_a_body_that_is_not_in_the_capture_is_10(har):
    code, found = lines(har("", bodySize=40), "--canary", CANARY)
    assert code == 10
    assert [line["part"] for line in found if line["type"] == "opaque"] == ["request.body"]


def test_only_a_decoy_is_10_and_a_canary_beside_it_is_11(har, tmp_path):
    decoys = tmp_path / "decoys"
    decoys.write_text("telanubifo\n\nmiradogeku\n")
    file = har(f"telanubifo {CANARY}")
    code, found = lines(file, "--canary", "somethingelse", "--decoys", decoys)
    assert code == 10
    assert [line["decoy"] for line in found if line["type"] == "sighting"] == [True]
    assert lines(file, "--canary", CANARY, "--decoys", decoys)[0] == 11


def test_a_few_letters_of_a_decoy_are_chance(har, tmp_path):
    decoys = tmp_path / "decoys"
    decoys.write_text("telanubifo\n")
    assert lines(har("tela telan telanu"), "--canary", CANARY, "--decoys", decoys)[0] == 0


def test_a_truncated_capture_is_searched_and_told(tmp_path):
    file = tmp_path / "cut.flows"
    file.write_bytes(FLOWS.read_bytes()[:5000])
    code, found = lines(file, "--canary", "somethingelse")
    assert code == 10
    (lost,) = [line for line in found if line["type"] == "opaque"]
    assert lost["reason"].startswith("truncated")
    assert "exchange" not in lost
    assert lines(file, "--canary", CANARY)[0] == 11


@pytest.mark.parametrize("data", [b"", b"no capture", b"{ not json", b'{"log":{"entries":[]}}'])
def test_nothing_readable_is_3_and_never_0(tmp_path, data):
    file = tmp_path / "x.har"
    file.write_bytes(data)
    done = scan(file, "--canary", CANARY, "--json")
    assert isinstance(done.exception, NoEvidence)
    assert done.exception.exit_code == 3
    assert "\n" not in str(done.exception)
    assert '"coverage"' not in done.stdout


def test_one_file_that_cannot_be_read_does_not_hide_the_others(har, tmp_path):
    broken = tmp_path / "broken.har"
    broken.write_text("{ not json")
    code, found = lines(broken, har("nothing"), "--canary", CANARY)
    assert code == 10
    assert [line["file"] for line in found if line["type"] == "opaque"] == [str(broken)]
    assert lines(broken, har(CANARY), "--canary", CANARY)[0] == 11


def test_exchanges_are_counted_in_each_file_by_itself(har):
    one, two = har("nothing", CANARY, name="1.har"), har(CANARY, name="2.har")
    _, found = lines(one, two, "--canary", CANARY)
    sightings = [(line["file"], line["exchange"]) for line in found if line["type"] == "sighting"]
    assert sightings == [(str(one), 1), (str(two), 0)]
    assert found[-1]["exchanges"] == 3


def test_a_canary_in_a_response_is_sighted_but_unread_responses_hide_no_leak(tmp_path):
    def entry(text: str) -> dict[str, object]:
        content = {"size": 9, "encoding": "base64", "text": text}
        request = {"method": "GET", "url": "https://t.example/", "headers": []}
        return {"request": request, "response": {"status": 200, "headers": [], "content": content}}

    noise = tmp_path / "noise.har"
    noise.write_text(json.dumps({"log": {"entries": [entry(b64encode(os.urandom(600)).decode())]}}))
    assert lines(noise, "--canary", CANARY)[0] == 0
    echo = tmp_path / "echo.har"
    echo.write_text(json.dumps({"log": {"entries": [entry(b64encode(CANARY.encode()).decode())]}}))
    code, found = lines(echo, "--canary", CANARY)
    assert (code, found[0]["part"]) == (11, "response.body")


@pytest.mark.parametrize("url", ["https://secret-reading.example/deep/path?q=1"])
def test_a_url_stands_for_itself_its_host_and_its_pieces(har, url):
    _, whole = lines(har(f"seen {url}"), "--canary", url)
    assert whole[0]["match"] == "exact"
    _, host = lines(har("seen secret-reading.example today"), "--canary", url)
    assert (host[0]["match"], host[0]["canary"]) == ("host", url)


def test_canaries_can_be_listed_in_files(har, tmp_path):
    listed = tmp_path / "canaries.txt"
    listed.write_bytes(b"\xef\xbb\xbfmiradogeku\r\n\r\n  " + CANARY.encode() + b"  \r\n")
    code, found = lines(har(CANARY), "--canaries", listed)
    assert (code, found[0]["canary"]) == (11, CANARY)


@pytest.mark.parametrize("words", [[], ["--canary", CANARY, "--nonsense"], ["--canaries", "/nonexistent"]])
def test_wrong_usage_is_2(har, words):
    done = scan(har("x"), *words)
    assert getattr(done.exception, "exit_code", done.exit_code) == 2 or done.exit_code == 2


def test_no_file_or_a_file_that_is_not_there_is_2(tmp_path):
    assert scan("--canary", CANARY).exit_code == 2
    assert scan(tmp_path / "gone", "--canary", CANARY).exit_code == 2
    assert scan(tmp_path, "--canary", CANARY).exit_code == 2


@pytest.mark.parametrize(("values", "decoys"), [([], ["telanubifo"]), (["abc"], []), ([CANARY], [CANARY]), ([""], [])])
def test_canaries_that_cannot_be_told_from_chance_or_decoys_are_refused(values, decoys):
    with pytest.raises(UsageError):
        canaries(values, decoys)


def test_equal_canaries_are_looked_for_once():
    assert [canary.value for canary in canaries([CANARY, CANARY], [])] == [CANARY]


def test_two_runs_print_the_same():
    assert (
        scan(FLOWS, HAR, "--canary", CANARY, "--json").stdout == scan(FLOWS, HAR, "--canary", CANARY, "--json").stdout
    )


def test_the_table_names_recipient_place_and_packaging(har):
    done = scan(har(b64encode(f'{{"u":"{CANARY}"}}'.encode()).decode()), "--canary", CANARY)
    assert done.exit_code == 11
    assert CANARY in done.stdout
    assert "t.example" in done.stdout
    assert "base64" in done.stdout


def test_what_was_captured_is_shown_as_text_alone(har):
    done = scan(har(CANARY, url="https://[red]evil\x1b[31m.example/"), "--canary", CANARY)
    assert "\x1b[31m" not in done.stdout
    assert done.exit_code == 11


def test_repairs_are_told_on_stderr(tmp_path):
    done = scan(HAR, "--canary", CANARY, "--json")
    assert "Latin-1" in done.stderr
    assert "Latin-1" not in done.stdout


def test_a_canary_that_only_came_back_is_sighted_and_told_apart_from_what_left(tmp_path):
    entry = {
        "request": {"method": "GET", "url": "https://t.example/", "headers": []},
        "response": {"status": 200, "headers": [], "content": {"text": f"<p>{CANARY}</p>"}},
    }
    file = tmp_path / "x.har"
    file.write_text(json.dumps({"log": {"version": "1.2", "entries": [entry]}}))
    code, (sighting, _) = lines(file, "--canary", CANARY)
    assert (code, sighting["part"]) == (11, "response.body")
    shown = scan(file, "--canary", CANARY)
    assert shown.exit_code == 11
    assert "in what left\n" not in shown.stdout
    assert "Sightings in what came back or was noted" in shown.stdout
    assert "1 sighting in 1 exchange, none of them in what left;" in shown.stdout


def test_equal_sightings_are_one_row_and_too_many_rows_are_counted(har, monkeypatch):
    from backtalk.cli import scan as cli

    monkeypatch.setattr(cli, "ROWS", 2)
    shown = scan(har(f"{CANARY} and {CANARY}", f"{CANARY}", f"{CANARY}", f"{CANARY}"), "--canary", CANARY).stdout
    assert [line.split()[0] for line in shown.splitlines() if f"  {CANARY}" in line] == ["2", "1"]
    assert "and 2 more, which --json prints" in shown
    assert "5 sightings in 4 exchanges;" in shown


def test_one_file_without_an_exchange_is_named(tmp_path):
    file = tmp_path / "x.har"
    file.write_text('{"log":{"version":"1.2","entries":[')
    done = scan(file, "--canary", CANARY)
    assert isinstance(done.exception, NoEvidence)
    assert str(file) in str(done.exception)


def test_the_output_is_the_same_to_the_byte_whatever_the_number_of_workers(tmp_path, monkeypatch):
    monkeypatch.setattr("backtalk.pipeline.scan.WORTH_WORKERS", 0)
    monkeypatch.setattr("backtalk.pipeline.scan.BATCH_EXCHANGES", 3)
    cut = tmp_path / "cut.har"
    cut.write_bytes(HAR.read_bytes()[:-400])
    files = [FLOWS, HAR, cut, *sorted(CORPUS.glob("*/*/input.*"))]
    wanted = [scan(*files, "--canary", CANARY, "--json", "--workers", count) for count in (1, 2, 5)]
    assert {done.exit_code for done in wanted} == {11}
    assert wanted[0].stdout.count('"sighting"') > 100
    assert wanted[1].stdout_bytes == wanted[0].stdout_bytes
    assert wanted[2].stdout_bytes == wanted[0].stdout_bytes
    assert wanted[1].stderr == wanted[0].stderr


def test_a_sighting_in_a_makers_format_says_so(tmp_path):
    event = {"type": "track", "event": "open", "distinct_id": "someone"}
    body = event | {"lib": {"$lib": "js"}, "properties": {"u": CANARY}}
    file = tmp_path / "body.txt"
    file.write_text("gzip=0&data=" + b64encode(json.dumps(body).encode()).decode())
    _, found = lines(file, "--canary", CANARY)
    told = found[0]["format"]
    assert (told["format"], told["event"], told["field"]) == ("sensors-analytics", "open", "properties.u")
    assert [(one["kind"], one["name"], one["value"]) for one in told["beside"]] == [
        ("identifier", "distinct_id", "someone")
    ]


def test_what_was_found_before_the_machine_lacked_something_is_shown(har, tmp_path, monkeypatch):
    (tmp_path / "x.flow").write_bytes(b"10:7:version;")
    monkeypatch.setenv("BACKTALK_MITMDUMP", str(tmp_path / "gone"))
    done = scan(har(f"q={CANARY}"), tmp_path / "x.flow", "--canary", CANARY)
    assert isinstance(done.exception, EnvironmentNotReady)
    assert CANARY in done.stdout
