"""The keys of a case: kept in custody, used by every derivation, named and never shown."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from backtalk.errors import IntegrityFailure, UsageError
from backtalk.evidence import Case, RecordWriter, verify
from backtalk.evidence import records as rec
from backtalk.model.canary import Canary
from backtalk.model.capture import Exchange, Part
from backtalk.model.plan import Stimulus
from backtalk.pipeline import analyze, keys
from backtalk.pipeline.explain import Explainer
from tests.evidence.samples import PLAN, session, wire

TESTS = Path(__file__).parents[1]
RECORDED = TESTS / "e2e" / "data" / "case"
SENSORS = TESTS / "corpus" / "decode" / "rsa-aes" / "sensors"
CANARY = Canary(value="bafizopuka", kind="query")
SECRET = "00112233445566778899aabbccddeeff"


@pytest.fixture
def case(tmp_path):
    return Case.open(Path(shutil.copytree(RECORDED, tmp_path / "case")))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "maker.toml"
    path.write_text(f'app = "{SECRET}"\n')
    return path


def run(*words):
    return subprocess.run(
        [sys.executable, "-m", "backtalk", *map(str, words)], capture_output=True, text=True, check=False, timeout=60
    )


def test_keys_are_kept_in_custody_once(case, file):
    head = case.head
    ring = keys.add(case, file)
    assert case.head != head
    assert keys.keyring_of(case) == ring
    assert verify(case).ok
    head = case.head
    assert keys.add(case, file) == ring
    assert case.head == head
    assert [key.name for key in keys.add(case, SENSORS / "keys.toml").keys] == ["collector"]
    assert [key.name for key in keys.keyring_of(case).keys] == ["app", "collector"]


def test_changed_keys_are_refused(case, file):
    keys.add(case, file)
    (kept,) = (case.path / "keys").iterdir()
    kept.write_text(f'app = "{SECRET[::-1]}"\n')
    assert not verify(case).ok
    with pytest.raises(IntegrityFailure):
        keys.keyring_of(case)


def test_one_name_of_two_keys_is_refused_and_nothing_kept(case, file):
    keys.add(case, file)
    head = case.head
    file.write_text(f'app = "{SECRET[::-1]}"\n')
    with pytest.raises(UsageError, match=re.escape(str(file))):
        keys.add(case, file)
    assert case.head == head


def test_the_name_of_a_key_is_shown_as_text_alone(case, file):
    file.write_text('"\\u001b[2J" = "00ff"\n')
    done = run("keys", "add", case.path, file)
    assert done.stdout.split("  ")[1] == "⟨ESC⟩[2J\n"


@pytest.mark.parametrize("written", [b"\xff\xfe", b"c2VjcmV0==", b"app = " + b"0" * keys.LARGEST])
def test_what_a_scan_cannot_take_for_keys_is_named_and_not_printed(tmp_path, written):
    path = tmp_path / "app.keys"
    path.write_bytes(written)
    done = run("scan", path, "--canary", "bafizopuka", "--keys", path)
    assert done.returncode == 2
    assert "app.keys" in done.stderr
    assert "c2Vj" not in done.stderr


@pytest.mark.parametrize("written", [b"", b"# nothing\n", b"\xff\xfe", b"app"])
def test_what_holds_no_key_is_one_line(case, tmp_path, written):
    path = tmp_path / "odd"
    path.write_bytes(written)
    done = run("keys", "add", case.path, path)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_an_analysis_takes_the_keys_of_its_case(case, file, monkeypatch):
    keys.add(case, file)
    seen = []
    reader = analyze.Reader

    def reading(canaries, session, stimuli, keyring):
        seen.append(keyring)
        return reader(canaries, session, stimuli, keyring)

    monkeypatch.setattr(analyze, "Reader", reading)
    analyze.view(case.sessions()[0], keys.keyring_of(case))
    assert seen == [keys.keyring_of(case)]


def test_what_is_sighted_in_ciphertext_replays_with_the_keys():
    _, ring = keys.read(SENSORS / "keys.toml")
    (file,) = SENSORS.glob("input.*")
    part = Part(name="request.body", data=file.read_bytes())
    exchange = Exchange(index=0, kind="http", started=0.0, host="sa.example", parts=(part,))
    (seen, reading) = analyze.Reader([CANARY], keyring=ring).read(exchange, part)
    assert [step.codec for step in seen[0].steps] == ["form", "rsa-aes", "gzip", "json"]
    assert reading.read + reading.opaque == len(part.data)
    assert not analyze.Reader([CANARY]).read(exchange, part)[0]


def test_the_commands_open_with_keys_and_never_print_them(case, file, tmp_path):
    (blob,) = SENSORS.glob("input.*")
    added = run("keys", "add", case.path, file)
    assert added.returncode == 0
    told = run("keys", "list", case.path)
    assert told.stdout == added.stdout
    assert told.stdout.split() == [keys.keyring_of(case).keys[0].fingerprint, "app"]
    tree = run("decode", blob, "--keys", SENSORS / "keys.toml")
    assert "rsa-aes" in tree.stdout
    assert "rsa-aes" not in run("decode", blob).stdout
    sent = tmp_path / "sent.txt"
    sent.write_bytes(b"POST /sa?project=x HTTP/1.1\r\nHost: sa.example\r\n\r\n" + blob.read_bytes())
    scanned = run("scan", sent, "--canary", "bafizopuka", "--keys", SENSORS / "keys.toml", "--json")
    assert scanned.returncode == 11
    sighting = json.loads(scanned.stdout.splitlines()[0])
    assert "rsa-aes" in [step["codec"] for step in sighting["steps"]]
    for done in (added, told, tree, scanned):
        assert SECRET not in done.stdout + done.stderr
        assert "PRIVATE KEY" not in done.stdout + done.stderr


@pytest.fixture
def sealed(tmp_path):
    """A sealed session in which a canary left in a body that the collector's key opens."""
    case = Case.create(tmp_path / "sealed", PLAN)
    told = session(case)
    stimulus = Stimulus(id="s1", action="visit", text=CANARY.value, canaries=(CANARY,))
    told = msgspec.structs.replace(told, script=msgspec.structs.replace(told.script, stimuli=(stimulus,)))
    folder = case.begin_session(told)
    (body,) = SENSORS.glob("input.*")
    with RecordWriter(folder.path / "exchanges.btrec") as writer:
        for record in wire():
            data = isinstance(record, rec.RequestData)
            if not data or record.data == b"one ":
                writer.write(msgspec.structs.replace(record, data=body.read_bytes()) if data else record)
    case.seal_session(folder, msgspec.structs.replace(told, state="sealed"))
    return case


def test_a_sealed_body_is_sighted_and_explained_with_the_keys_of_its_case(sealed):
    (folder,) = sealed.sessions()
    assert not analyze.view(folder, keys.keyring_of(sealed)).sightings
    keys.add(sealed, SENSORS / "keys.toml")
    sightings = analyze.view(folder, keys.keyring_of(sealed)).sightings
    assert [step.codec for step in sightings[0].steps] == ["form", "rsa-aes", "gzip", "json"]
    trace = Explainer(sealed).trace(sightings[0])
    assert trace.last[slice(*trace.found)] == CANARY.value.encode()
    assert verify(sealed).ok


def test_without_the_key_an_explanation_says_which_is_lacking(sealed):
    _, ring = keys.read(SENSORS / "keys.toml")
    (folder,) = sealed.sessions()
    (sighting, *_) = analyze.view(folder, ring).sightings
    with pytest.raises(IntegrityFailure, match="takes the key 'collector'"):
        Explainer(sealed).trace(sighting)
