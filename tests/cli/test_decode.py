"""`backtalk decode`: a tree that a terminal and a program can read, of whatever comes in."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from backtalk.cli.decode import command
from backtalk.errors import NoEvidence, UsageError

DATA = b"gzip=1&data=" + base64.b64encode(gzip.compress(b'{"u":"a\\u001b[31m"}', mtime=0)).replace(b"+", b"%2B")


def run(*words, data=b""):
    return CliRunner().invoke(command, words, input=data, catch_exceptions=True)


def test_each_layer_stands_below_the_one_it_was_found_in(tmp_path):
    file = tmp_path / "body.bin"
    file.write_bytes(DATA)
    done = run(str(file))
    assert done.exit_code == 0
    told = [line for line in done.stdout.splitlines() if re.search(r"[├└]─|\Ainput", line)]
    assert told[0].startswith(f"input  {len(DATA)} bytes")
    assert [line.split("─ ")[1].split()[0] for line in told[1:]] == ["form", "form", "base64", "gzip", "json"]
    assert [line.find("─ ") for line in told[1:]] == [1, 1, 4, 7, 10]
    assert told[-1].strip() == '└─ json path=$.u  [6:17]  11 → 6 bytes  "a⟨ESC⟩[31m"'


@pytest.mark.parametrize("words", [(), ("-",)])
def test_without_a_file_it_reads_what_comes_in(words):
    assert run(*words, data=DATA).stdout == run("-", data=DATA).stdout != ""


def test_json_is_versioned_and_complete():
    done = json.loads(run("--json", data=DATA).stdout)
    assert (done["v"], done["type"]) == (1, "tree")
    node = done["tree"]
    assert node["text"] == DATA.decode()
    while node.get("children"):
        node = node["children"][-1]
    assert node["step"] == {"codec": "json", "version": 1, "span": [6, 17], "params": {"path": "$.u"}}
    assert node["text"] == "a\x1b[31m"


def test_json_of_binary_data_is_base64_and_bounded():
    data = bytes(range(256)) * 1000
    node = json.loads(run("--json", data=data).stdout)["tree"]
    assert base64.b64decode(node["base64"]) == data[: 1 << 16]
    assert node["truncated"]
    assert node["length"] == len(data)
    assert node["opaque"][0]["reason"] == "binary, no codec fits"


def test_text_longer_than_shown_is_cut_at_a_character():
    node = json.loads(run("--json", data="日".encode() * 30_000).stdout)["tree"]
    assert node["truncated"]
    assert set(node["text"]) == {"日"}


def test_what_stays_shut_is_shown_with_the_reason():
    lines = run(data=bytes(range(128, 202)) * 4 + b"\xff\x80\x81" * 12 + b"\xfe").stdout.splitlines()
    assert "└─ unread  [0:333]  333 bytes  binary, no codec fits" in lines


def test_what_is_pasted_is_read_the_same_in_json():
    done = json.loads(run("--json", data=b'curl https://t.example/ -d \'{"a":"kobalumi"}\'').stdout)
    assert [node["step"]["params"]["part"] for node in done["tree"]["children"]] == ["request.url", "request.body"]
    assert done["tree"]["children"][1]["children"][0]["text"] == "kobalumi"


def test_many_layers_are_cut_and_all_can_be_had():
    data = json.dumps({f"key{number}": f"value {number}" for number in range(300)}).encode()
    assert "└─ … 276 more layers: --all" in run(data=data).stdout.splitlines()
    drawn = run("--all", data=data).stdout
    assert "more layers" not in drawn
    assert drawn.count("json path") == 300


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colour_is_for_terminals_that_want_it(environment, coloured):
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        **environment,
    }
    words = [sys.executable, "-m", "backtalk", "decode"]
    done = subprocess.run(words, input=DATA, capture_output=True, env=environment, check=True)
    assert (re.search(rb"\x1b\[[0-9;]*3[0-9]", done.stdout) is not None) is coloured


@pytest.mark.parametrize("name", ["missing", "."])
def test_what_cannot_be_read_is_told_in_one_line(name, tmp_path):
    failed = run(str(tmp_path / name)).exception
    assert isinstance(failed, UsageError)
    assert "cannot be read" in str(failed)
    assert "\n" not in str(failed)


@pytest.mark.parametrize("data", [b"", b" \n"])
def test_nothing_is_no_evidence(data):
    assert isinstance(run(data=data).exception, NoEvidence)


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=1, max_size=120))
def test_whatever_comes_in_is_shown(data):
    if not data.strip():
        return
    done = run(data=data)
    assert done.exit_code == 0
    assert not set(done.stdout) & {chr(code) for code in (*range(10), *range(11, 32), *range(127, 160))}
    assert json.loads(run("--json", data=data).stdout)["tree"]["length"] == len(data)


def test_a_makers_format_is_named_with_its_identifiers():
    event = b'[{"type":"track","event":"open","distinct_id":"someone","lib":{"$lib":"js"},"properties":{}}]'
    packed = b"gzip=1&data_list=" + base64.b64encode(gzip.compress(event, mtime=0)).replace(b"+", b"%2B")
    done = run(data=packed)
    assert "Sensors Analytics: 1 event" in done.stdout
    assert "open  distinct_id=someone (identifier)" in done.stdout
    node = json.loads(run("--json", data=packed).stdout)["tree"]
    while "format" not in node or not node["format"]["events"]:
        node = max(node["children"], key=lambda child: child["length"])
    assert node["format"]["events"][0]["name"] == "open"
