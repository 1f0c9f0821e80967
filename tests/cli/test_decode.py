"""`backtalk decode`: a tree that a terminal and a program can read, of whatever comes in."""

from __future__ import annotations

import base64
import gzip
import json

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from backtalk.cli.decode import command, preview, safe, tree
from backtalk.errors import NoEvidence, UsageError

DATA = b"gzip=1&data=" + base64.b64encode(gzip.compress(b'{"u":"a\\u001b[31m"}', mtime=0)).replace(b"+", b"%2B")


def run(*words, data=b""):
    return CliRunner().invoke(command, words, input=data, catch_exceptions=True)


def test_the_tree_is_indented(tmp_path):
    file = tmp_path / "body.bin"
    file.write_bytes(DATA)
    done = run(str(file))
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"input  {len(DATA)} bytes  ")
    assert [line.split()[0] for line in lines[1:]] == ["form", "form", "base64", "gzip", "json"]
    assert [len(line) - len(line.lstrip()) for line in lines] == [0, 2, 2, 4, 6, 8]
    assert lines[-1].strip() == r'json path=$.u  [6:17]  6 bytes  "a\x1b[31m"'


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


def test_what_stays_shut_is_shown():
    assert (
        "  unread [0:333]  binary, no codec fits"
        in run(data=bytes(range(128, 202)) * 4 + b"\xff\x80\x81" * 12 + b"\xfe").stdout.splitlines()
    )


@pytest.mark.parametrize("name", ["missing", "."])
def test_what_cannot_be_read_is_told_in_one_line(name, tmp_path):
    failed = run(str(tmp_path / name)).exception
    assert isinstance(failed, UsageError)
    assert "cannot be read" in str(failed)
    assert "\n" not in str(failed)


def test_nothing_is_no_evidence():
    assert isinstance(run(data=b"").exception, NoEvidence)


@given(st.binary(max_size=200))
def test_previews_are_one_printable_line(data):
    assert preview(data).isprintable()


@given(st.text(max_size=60))
def test_safe_text_is_printable(text):
    assert safe(text).isprintable()


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=1, max_size=120))
def test_whatever_comes_in_is_shown(data):
    done = run(data=data)
    assert done.exit_code == 0
    assert all(line.isprintable() for line in done.stdout.splitlines())
    assert json.loads(run("--json", data=data).stdout)["tree"]["length"] == len(data) == len(tree(data).data)
