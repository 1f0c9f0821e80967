"""A result is refused where the same rules do not give it, and told of where other rules did."""

from __future__ import annotations

import json
import shutil
from importlib import metadata
from pathlib import Path

import pytest

from backtalk.evidence import Case
from backtalk.pipeline import analyze, check, rules

RECORDED = Path(__file__).parents[1] / "e2e" / "data" / "case"
PACKAGE = Path(rules.__file__).parents[1]


@pytest.fixture(scope="module")
def result():
    return analyze.analyze(Case.open(RECORDED), workers=1)


@pytest.fixture
def checked(result, tmp_path, monkeypatch):
    """What checking says of a case with those bytes for its result; it is derived only once."""
    case = Case.open(Path(shutil.copytree(RECORDED, tmp_path / "case")))
    monkeypatch.setattr(check, "analyze", lambda _: result)

    def checking(data: bytes):
        case.write_derived("result.json", data)
        return check.check(case)

    return checking


def test_what_derives_again_is_the_same(checked, result):
    said = checked(analyze.encoded(result))
    assert (said.ok, said.derivation, said.detail) == (True, "same", "")
    assert result.rules == rules.rules()


@pytest.mark.parametrize("written", [b'"rules":"%s"' % (b"ab" * 32), b'"rules":""'])
def test_other_rules_that_come_to_the_same_are_told(checked, result, written):
    data = analyze.encoded(result).replace(f'"rules":"{result.rules}"'.encode(), written)
    said = checked(data)
    assert (said.ok, said.derivation) == (True, "same")
    assert "which come to the same result" in said.detail
    assert ("abababababababab" in said.detail) is (b"ab" in written)


def test_other_rules_that_come_to_another_result_are_reported_not_refused(checked, result):
    document = json.loads(analyze.encoded(result))
    document["verdicts"][0]["verdict"] = "consistent"
    del document["rules"]
    said = checked(json.dumps(document).encode())
    assert (said.ok, said.derivation) == (True, "other version")
    assert "rules that it does not name" in said.detail


@pytest.mark.parametrize(
    "spoil", [lambda data: data.replace(b"contradicted", b"consistent  "), lambda data: data[:-9], lambda _: b"\xff"]
)
def test_what_the_same_rules_do_not_give_is_refused(checked, result, spoil):
    said = checked(spoil(analyze.encoded(result)))
    assert (said.ok, said.derivation) == (False, "differs")


@pytest.fixture
def anew(monkeypatch):
    """The rules' hash, worked out again."""

    def working(package: Path = PACKAGE) -> str:
        monkeypatch.setattr(rules, "files", lambda _: package)
        rules.rules.cache_clear()
        return rules.rules()

    yield working
    monkeypatch.undo()
    rules.rules.cache_clear()


@pytest.mark.parametrize(
    "changed", ["decode/codecs/gzip.py", "decode/native/runs.pyx", "detect/needles.py", "pipeline/analyze.py"]
)
def test_rules_are_equal_wherever_the_same_code_lies_and_other_where_it_differs(anew, tmp_path, changed):
    copy = Path(shutil.copytree(PACKAGE, tmp_path / "backtalk"))
    for built in [*copy.rglob("*.c"), *copy.rglob("*.so")]:
        built.unlink()
    assert anew(copy) == anew()
    (copy / changed).write_text((copy / changed).read_text() + "\n")
    assert anew(copy) != anew()


def test_what_derives_nothing_is_no_rule(anew, tmp_path):
    copy = Path(shutil.copytree(PACKAGE, tmp_path / "backtalk"))
    for name in ("report", "cli", "lab"):
        shutil.rmtree(copy / name)
    assert anew(copy) == anew()


def test_another_version_of_a_library_is_another_rule(anew, monkeypatch):
    before = anew()
    monkeypatch.setattr(metadata, "version", lambda _: "0.0")
    assert anew() != before
