"""Results as a case would give them: contradicted, consistent, inconclusive, skipped, and nothing at all."""

from __future__ import annotations

import base64
import gzip
import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest

from backtalk.model.capture import Gap
from backtalk.model.decoding import Step
from backtalk.model.finding import Contact, Finding, Sighting, Verdict
from backtalk.model.result import (
    ClaimShown,
    Coverage,
    OpaqueGroup,
    Recipient,
    Result,
    SessionResult,
    StimulusShown,
)
from backtalk.model.session import Configuration
from backtalk.model.trace import Stage, Trace

BEGAN = 1_795_000_000.0
CLAIMS = (
    ClaimShown(
        id="typed",
        statement="Nothing typed leaves before it is submitted",
        tested_by="searches, drafts and URLs typed letter by letter",
        limitations=("Letters fewer than six cannot be told from chance.",),
    ),
    ClaimShown(id="url", statement="A typed URL goes only to its site", tested_by="URLs typed and pasted"),
    ClaimShown(id="private", statement="Private mode reaches nobody but its site", tested_by="private-only canaries"),
    ClaimShown(id="visits", statement="No page visited is reported to anybody but its site", tested_by="visits"),
    ClaimShown(id="idle", statement="Nobody is contacted while idle", tested_by="ten seconds of idling"),
    ClaimShown(id="first", statement="Nothing is sent before the first choice", tested_by="a fresh start"),
)
WORDS = (("kobarikudo", "temufizalo"), ("vasopelitu", "ninadogeka"))


def png(seed: int = 0) -> bytes:
    """A small valid picture, different for each seed."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + bytes([seed % 256, 90, 120]) * 8 for _ in range(6))
    head = struct.pack(">IIBBBBB", 8, 6, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def stimuli(session: str, words: tuple[str, str], mode: str) -> tuple[StimulusShown, ...]:
    """What a session does, second by second."""
    search, host = words
    script = (
        ("start", "", "", 0.0, 0.0, 4.0),
        ("search", "type", f"{search} lamp", 6.0, 9.1, 12.0),
        ("visit", "type", f"{host}.example/sopa?q=tuvi", 14.0, 18.2, 21.5),
        ("visit", "paste", "https://gimolu.example/rado", 23.0, 23.6, 27.0),
        ("draft", "type", "zupitanako", 29.0, 0.0, 33.0),
        ("restart", "", "", 35.0, 0.0, 40.0),
        ("idle", "", "", 41.0, 0.0, 51.0),
    )
    return tuple(
        StimulusShown(
            id=f"s{place:02d}-{action}",
            action=action,
            how=how,
            mode=mode,
            text=text,
            begun=BEGAN + begun,
            submitted=BEGAN + submitted if submitted else 0.0,
            ended=BEGAN + ended,
            screenshot=f"sessions/{session}/screens/s{place:02d}-{action}.png",
        )
        for place, (action, how, text, begun, submitted, ended) in enumerate(script, 1)
    )


def session(subject: str, condition: str, repeat: int, *, leaks: bool = False, **changes: object) -> SessionResult:
    """One session; with `leaks`, each prefix goes to the search engine."""
    name = f"{subject}.{condition}.{repeat}"
    words = WORDS[(repeat - 1) % 2]
    mode = "private" if condition.startswith("private") else "normal"
    typed = tuple(BEGAN + start + 0.22 * letter for start in (6.4, 14.4) for letter in range(3, 11))
    recipients = [
        Recipient(
            host="update.maker.test", origin="native", exchanges=3, sent=2210, at=(BEGAN + 1.2, BEGAN + 1.9, BEGAN + 36)
        ),
        Recipient(host="settings.maker.test", origin="native", exchanges=2, sent=310, at=(BEGAN + 2.4, BEGAN + 37)),
        Recipient(host="telemetry.maker.test", origin="native", exchanges=2, sent=5120, at=(BEGAN + 3.1, BEGAN + 45)),
        Recipient(
            host=f"{words[1]}.example",
            origin="page",
            exchanges=3,
            sent=0,
            at=(BEGAN + 18.4, BEGAN + 18.8, BEGAN + 19.0),
        ),
        Recipient(host="gimolu.example", origin="page", exchanges=2, sent=0, at=(BEGAN + 23.9, BEGAN + 24.4)),
        Recipient(host="search.test", origin="page", exchanges=1, sent=0, at=(BEGAN + 9.3,)),
        Recipient(host="spike-1.example", origin="lab", exchanges=2, sent=600, at=(BEGAN + 11, BEGAN + 30)),
        Recipient(host="198.18.0.77", origin="unknown", exchanges=1, sent=0, at=(BEGAN + 5.0,)),
    ]
    if leaks:
        recipients.append(Recipient(host="search.test", origin="native", exchanges=len(typed), sent=0, at=typed))
    values: dict[str, object] = {
        "id": name,
        "subject": subject,
        "condition": condition,
        "repeat": repeat,
        "state": "sealed",
        "began": BEGAN,
        "ended": BEGAN + 52,
        "configuration": configuration(subject, condition),
        "stimuli": stimuli(name, words, mode),
        "recipients": tuple(recipients),
        "coverage": Coverage(
            exchanges=212,
            bytes_read=91_234,
            bytes_opaque=2_048,
            opaque=(
                OpaqueGroup(
                    host="telemetry.maker.test", part="request.body", reason="high entropy", count=2, bytes=1500
                ),
                OpaqueGroup(
                    host="update.maker.test",
                    part="request.body",
                    reason="unknown protocol",
                    count=1,
                    bytes=548,
                    cleared="it left before the first stimulus",
                ),
            ),
            gaps=(
                Gap(kind="quic", count=4, host="search.test"),
                Gap(kind="tls-failed", count=1, host="pinned.maker.test"),
            ),
        ),
        "decoys": 1000,
        "decoy_sightings": 0,
        "spikes_sent": 3,
        "spikes_recovered": 3,
        "control_seen": True,
    }
    return SessionResult(**(values | changes))


def configuration(subject: str, condition: str) -> Configuration:
    """How the subject ran."""
    on = condition.endswith("on")
    return Configuration(
        program=subject.title(),
        version=f"{subject.title()} 156.0.1, as packaged",
        package=f"{subject} 156.0.1-1~deb12u1",
        command=(f"/usr/bin/{subject}", "--user-data-dir=/home/person/profile"),
        user="person",
        environment={"LANG": "en_GB.UTF-8", "DISPLAY": ":7"},
        files={f"/etc/{subject}/preferences": json.dumps({"search": {"suggest_enabled": on}}, indent=2)},
        switches=(f"/etc/{subject}/preferences: search.suggest_enabled = true",) if on else (),
        trust="the lab's authority in the profile's store",
        welcome="none shown",
    )


def typed_finding(subject: str, condition: str, name: str = "f-9c1e44a07b31") -> Finding:
    """A search and a URL that left letter by letter in two sessions."""
    sightings = []
    for repeat, words in enumerate(WORDS, 1):
        for word, stimulus, start, kind in (
            (words[0], "s02-search", 6.4, "text"),
            (words[1], "s03-visit", 14.4, "host"),
        ):
            for letters in range(3, 11):
                text = word[:letters]
                sightings.append(
                    Sighting(
                        canary=word,
                        kind=kind,
                        stimulus=stimulus,
                        session=f"{subject}.{condition}.{repeat}",
                        match="prefix" if letters < 10 else "exact",
                        source=f"sessions/{subject}.{condition}.{repeat}/exchanges.btrec",
                        exchange=40 + letters,
                        host="search.test",
                        part="request.url",
                        found=(26, 26 + letters),
                        field="q",
                        text=text,
                        url=f"https://search.test/ac/?q={text}&type=list",
                        at=BEGAN + start + 0.22 * letters,
                        during=stimulus,
                        origin="native",
                    )
                )
    # The whole word is the last of its run.
    whole = [
        Sighting(**{**{f: getattr(one, f) for f in one.__struct_fields__}, "match": "prefix"}) for one in sightings
    ]
    return Finding(
        id=name,
        claim="typed",
        subject=subject,
        condition=condition,
        category="typed text",
        recipient="search.test",
        where="request.url q",
        statement="What was typed went to search.test letter by letter, before it was submitted",
        stimuli=(4, 4),
        sessions=(2, 2),
        strength="repeated",
        reach="typed text",
        sightings=tuple(whole),
    )


def packed_finding(subject: str, condition: str, name: str = "f-51d20b77e0aa") -> Finding:
    """A visited page inside JSON, gzip, base64 and a form."""
    seen = tuple(
        Sighting(
            canary="rado",
            kind="path",
            stimulus="s04-visit",
            session=f"{subject}.{condition}.{repeat}",
            match="exact",
            source=f"sessions/{subject}.{condition}.{repeat}/exchanges.btrec",
            exchange=97,
            host="telemetry.maker.test",
            part="request.body",
            found=(0, 0),
            field="url",
            text="https://gimolu.example/rado",
            url="https://telemetry.maker.test/sa?project=global",
            at=BEGAN + 45,
            during="s07-idle",
            origin="native",
        )
        for repeat in (1, 2)
    )
    return Finding(
        id=name,
        claim="visits",
        subject=subject,
        condition=condition,
        category="page visited",
        recipient="telemetry.maker.test",
        where="request.body data_list",
        statement="The full address of each page visited went to telemetry.maker.test",
        stimuli=(2, 4),
        sessions=(2, 2),
        strength="repeated",
        reach="page",
        sightings=seen,
    )


def identity_finding(subject: str, condition: str) -> Finding:
    """An identifier that joins private to normal mode: contact only."""
    contacts = tuple(
        Contact(
            session=f"{subject}.{condition}.1",
            source=f"sessions/{subject}.{condition}.1/exchanges.btrec",
            exchange=12,
            host="update.maker.test",
            url="https://update.maker.test/check?id=8e1f",
            at=BEGAN + at,
            during="s01-start",
            sent=214,
        )
        for at in (1.2, 36.0)
    )
    return Finding(
        id="f-0d11aa",
        claim="private",
        subject=subject,
        condition=condition,
        category="identifier",
        recipient="update.maker.test",
        where="request.url id",
        statement="The same identifier of 64 bits went out in normal and in private mode",
        stimuli=(2, 2),
        sessions=(1, 2),
        strength="single",
        reach="identity",
        contacts=contacts,
    )


def explain(sighting: Sighting) -> Trace:
    """Replays a sighting of the findings above."""
    if sighting.part == "request.url":
        raw = sighting.url.encode("utf-8", "surrogatepass")
        found = raw.find(sighting.text.encode("utf-8", "surrogatepass"))
        return Trace(
            source=sighting.source,
            exchange=sighting.exchange,
            part=sighting.part,
            raw=raw,
            stages=(),
            found=(found, found + len(sighting.text)),
            canary=sighting.canary,
            digest="3f" * 32,
        )
    event = {"event": "page_load_event_finish", "properties": {"url": sighting.text, "internet_status": 1}}
    inner = json.dumps([event]).encode()
    packed = gzip.compress(inner, mtime=0)
    coded = base64.b64encode(packed)
    raw = b"crc=-1932217&gzip=1&data_list=" + quote(coded, safe="").encode() + b"&v=2"
    start = raw.index(b"data_list=") + 10
    stop = raw.index(b"&v=2")
    at = inner.index(b"rado") if b"rado" in inner else 0
    form = Step(codec="form", version=1, span=(start, stop), params={"field": "data_list"})
    return Trace(
        source=sighting.source,
        exchange=sighting.exchange,
        part=sighting.part,
        raw=raw,
        stages=(
            Stage(step=form, output=coded),
            Stage(step=Step(codec="base64", version=1, span=(0, len(coded))), output=packed),
            Stage(step=Step(codec="gzip", version=1, span=(0, len(packed))), output=inner),
        ),
        found=(at, at + 4),
        canary=sighting.canary,
        digest="a7" * 32,
    )


def verdict(claim: str, subject: str, condition: str, word: str, reason: str, **more: object) -> Verdict:
    """A verdict on two sessions, with the bound that two sessions give."""
    values: dict[str, object] = {"sessions": 2, "bound": 1 - 0.05 ** (1 / 2), "horizon": 24.0}
    return Verdict(claim=claim, subject=subject, condition=condition, verdict=word, reason=reason, **(values | more))


def verdicts(subject: str, condition: str, *found: Finding) -> tuple[Verdict, ...]:
    """All six claims: contradicted where a finding carries it, else consistent, inconclusive or not applicable."""
    carried = {finding.claim: finding for finding in found if finding.strength == "repeated"}
    given = []
    for claim in CLAIMS:
        if claim.id in carried:
            one = carried[claim.id]
            given.append(
                verdict(
                    claim.id,
                    subject,
                    condition,
                    "contradicted",
                    f"{one.statement}, in 2 of 2 sessions.",
                    findings=(one.id,),
                )
            )
        elif claim.id == "private" and not condition.startswith("private"):
            given.append(
                verdict(claim.id, subject, condition, "not applicable", "No private mode was used.", sessions=0)
            )
        elif claim.id in {"visits", "idle"}:
            missing = ("telemetry.maker.test: 1,500 unread bytes after the visit",)
            given.append(
                verdict(
                    claim.id,
                    subject,
                    condition,
                    "inconclusive",
                    "Payload that could carry it stayed unread.",
                    missing=missing,
                )
            )
        else:
            given.append(
                verdict(
                    claim.id,
                    subject,
                    condition,
                    "consistent",
                    "No canary reached anybody unexpected.",
                    cleared=("update.maker.test: it left before the first stimulus",),
                )
            )
    return tuple(given)


def result(**changes: object) -> Result:
    """A result with nothing in it but what is given."""
    values: dict[str, object] = {
        "backtalk": "0.1.0",
        "case": "demo",
        "plan": "5e" * 32,
        "seed": 20200430,
        "claims": CLAIMS,
        "sessions": (),
        "verdicts": (),
        "findings": (),
    }
    return Result(**(values | changes))


def contradicted() -> Result:
    """Two subjects, two conditions: suggestions on contradict, as packaged does not; one subject is skipped."""
    findings = (
        typed_finding("chromium", "normal-on"),
        packed_finding("chromium", "normal-on"),
        identity_finding("firefox", "private-packaged"),
    )
    conditions = ("normal-packaged", "private-packaged", "normal-on")
    given: list[Verdict] = []
    for subject in ("chromium", "firefox"):
        for condition in conditions:
            given += verdicts(
                subject, condition, *(one for one in findings if (one.subject, one.condition) == (subject, condition))
            )
    sessions = tuple(
        session(subject, condition, repeat, leaks=(subject, condition) == ("chromium", "normal-on"))
        for subject in ("chromium", "firefox")
        for condition in conditions
        for repeat in (1, 2)
    )
    broken = session("firefox", "normal-on", 3, state="interrupted", control_seen=False)
    *begun, last = broken.stimuli
    broken = msgspec.structs.replace(
        broken,
        stimuli=(*begun, msgspec.structs.replace(last, failed="the window did not open", screenshot="")),
        excluded="the subject ended by itself after 12 s",
    )
    return result(
        sessions=(*sessions, broken),
        verdicts=tuple(given),
        findings=findings,
        skipped=("epiphany: epiphany-browser is not installed",),
        not_tested=("Consent: neither browser asks for it at its first start.",),
    )


def consistent() -> Result:
    """Nothing found."""
    return result(
        sessions=tuple(session("firefox", "normal-packaged", repeat) for repeat in (1, 2)),
        verdicts=(
            verdict("typed", "firefox", "normal-packaged", "consistent", "No canary reached anybody unexpected."),
        ),
    )


def inconclusive() -> Result:
    """No control seen, so nothing can be said."""
    return result(
        sessions=(session("firefox", "normal-packaged", 1, control_seen=False, spikes_recovered=1),),
        verdicts=(
            verdict(
                "typed",
                "firefox",
                "normal-packaged",
                "inconclusive",
                "The control failed.",
                missing=("the control page",),
                sessions=1,
            ),
        ),
    )


def skipped() -> Result:
    """No subject was there."""
    return result(skipped=("chromium: chromium is not installed", "firefox: firefox-esr is not installed"))


def met(condition: str, host: str, repeats: tuple[int, ...] = (1, 2)) -> Finding:
    """Somebody who was contacted while idle, three seconds after that began."""
    contacts = tuple(
        Contact(
            session=f"firefox.{condition}.{repeat}",
            source=f"sessions/firefox.{condition}.{repeat}/exchanges.btrec",
            exchange=80,
            host=host,
            url=f"https://{host}/check?build=1",
            at=BEGAN + 44,
            during="s07-idle",
            sent=10,
        )
        for repeat in repeats
    )
    return Finding(
        id=f"f-{host[0]}-{condition}",
        claim="idle",
        subject="firefox",
        condition=condition,
        category="contact",
        recipient=host,
        where="",
        statement=f"{host} was contacted.",
        stimuli=(len(repeats), 2),
        sessions=(len(repeats), 2),
        strength="repeated" if len(repeats) > 1 else "single",
        reach="contact",
        contacts=contacts,
    )


def contacted() -> Result:
    """Firefox spoke to five recipients by itself in normal mode, and to one, once, in private."""
    found = [met(condition, f"{host}.maker.test") for condition in ("normal-on", "normal-packaged") for host in "ecabd"]
    weak = met("private-packaged", "a.maker.test", (1,))
    conditions = ("normal-packaged", "normal-on", "private-packaged")
    known = Recipient(
        host="a.maker.test", origin="native", exchanges=1, sent=10, at=(BEGAN + 44,), expected="update check"
    )
    sessions = tuple(
        msgspec.structs.replace(one, recipients=(*one.recipients, known))
        for one in (session("firefox", condition, repeat) for condition in conditions for repeat in (1, 2))
    )
    given = [
        verdict(
            "idle",
            "firefox",
            condition,
            "contradicted",
            "Somebody was contacted.",
            findings=tuple(one.id for one in found if one.condition == condition),
        )
        for condition in conditions[:2]
    ]
    given.append(
        verdict("idle", "firefox", conditions[2], "inconclusive", "Seen.", missing=("seen once",), findings=(weak.id,))
    )
    return result(sessions=sessions, verdicts=tuple(given), findings=(*found, weak))


RESULTS: dict[str, Callable[[], Result]] = {
    "contacted": contacted,
    "contradicted": contradicted,
    "consistent": consistent,
    "inconclusive": inconclusive,
    "skipped": skipped,
    "nothing": result,
}


@pytest.fixture(params=sorted(RESULTS))
def any_result(request: pytest.FixtureRequest) -> Result:
    """Each kind of result in turn."""
    return RESULTS[request.param]()


@pytest.fixture
def results() -> dict[str, Callable[[], Result]]:
    """The makers of results, by name."""
    return RESULTS


@pytest.fixture
def replay() -> Callable[[Sighting], Trace]:
    """What a pipeline would give for a sighting."""
    return explain


@pytest.fixture
def picture() -> bytes:
    """A valid PNG image."""
    return png(255)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A case folder that holds the screenshots of the contradicted result."""
    folder = tmp_path / "case"
    for number, one in enumerate(
        stimulus for ran in contradicted().sessions for stimulus in ran.stimuli if stimulus.screenshot
    ):
        file = folder / one.screenshot
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(png(number))
    return folder


@pytest.fixture
def contacts() -> Result:
    """A result in which there was contact and nothing else."""
    return contacted()
