"""A case as a real run leaves it, small."""

from __future__ import annotations

from pathlib import Path

from backtalk.evidence import Case, RecordWriter, SessionFolder
from backtalk.evidence import records as rec
from backtalk.evidence.lines import append_line
from backtalk.model.plan import ConditionPlan, Script, SessionPlan, SubjectPlan
from backtalk.model.session import Moment, Session, StimulusEvent

PLAN = b'name = "sample"\nseed = 7\n'
HEADERS = ((b"Host", b"site.example"), (b"Accept", b"*/*"))


def session(case: Case, name: str = "chromium.normal.1", attempt: int = 1, state: str = "recording") -> Session:
    subject, condition, repeat = name.rsplit(".", 2)
    plan = SessionPlan(
        id=name,
        subject=SubjectPlan(id=subject, driver=subject),
        condition=ConditionPlan(id=condition),
        repeat=int(repeat),
    )
    script = Script(session=plan, stimuli=(), spikes=(), decoys=())
    return Session(
        id=name, attempt=attempt, state=state, plan=case.plan_hash, script=script, backtalk="0.1.0", began=1.0
    )


def event(number: int) -> StimulusEvent:
    return StimulusEvent(stimulus=f"s{number}", event="begun", at=Moment(wall=100.0 + number, monotonic=float(number)))


def wire() -> tuple[rec.Record, ...]:
    server = ("198.18.0.1", 443)
    return (
        rec.Open(at=1.0, conn="c", peer=("10.0.0.2", 4000), server=server),
        rec.Tls(at=1.1, conn="c", sni="site.example"),
        rec.Request(
            at=1.2, flow="f", conn="c", method="POST", scheme="https", host="Site.example", port=443,
            path="/p?q=1", http="HTTP/1.1", server=server, sni="site.example", headers=HEADERS,
        ),
        rec.RequestData(at=1.3, flow="f", data=b"one "),
        rec.RequestData(at=1.4, flow="f", data=b"two"),
        rec.RequestEnd(at=1.5, flow="f"),
        rec.Response(at=1.6, flow="f", status=200, headers=((b"Server", b"x"),)),
        rec.ResponseData(at=1.7, flow="f", data=b"answer"),
        rec.ResponseEnd(at=1.8, flow="f"),
        rec.Close(at=1.9, conn="c"),
    )  # fmt: skip


def fill(folder: SessionFolder) -> None:
    with RecordWriter(folder.path / "exchanges.btrec") as writer:
        for record in wire():
            writer.write(record)
    query = rec.DnsQuery(at=1.0, name="Site.Example.", type="A", answer="198.18.0.1", client="10.0.0.2")
    append_line(folder.path / "dns.jsonl", query)
    folder.append_event(event(1))
    folder.append_event(event(2))
    (folder.path / "screens").mkdir()
    (folder.path / "screens" / "s1.png").write_bytes(b"\x89PNG one")
    (folder.path / "screens" / "s2.png").write_bytes(b"\x89PNG two")
    (folder.path / "tls.keys").write_bytes(b"CLIENT_RANDOM 00 11\n")


def sealed_case(path: Path) -> Case:
    """Two sealed sessions, an import, and things made from them that are no evidence."""
    case = Case.create(path, PLAN)
    for name in ("chromium.normal.1", "firefox.private.1"):
        folder = case.begin_session(session(case, name))
        fill(folder)
        case.seal_session(folder, session(case, name, state="sealed"))
    elsewhere = path.parent / "elsewhere.har"
    elsewhere.write_bytes(b'{"log": {}}')
    case.add_import(elsewhere)
    for folder_name in ("derived", "report"):
        (path / folder_name).mkdir(exist_ok=True)
        (path / folder_name / "made.txt").write_text("disposable")
    return case


def raw_files(path: Path) -> list[Path]:
    """Every file of a case that is evidence, the chain included."""
    found = (file for file in sorted(path.rglob("*")) if file.is_file())
    return [file for file in found if file.relative_to(path).parts[0] not in {"derived", "report"}]
