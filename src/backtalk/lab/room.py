"""The first process of a room: builds the sealed lab around one session and records it.

Run as `python -m backtalk.lab.room` inside the namespaces of `namespaces.in_room`, with a
Job on standard input; it tells its progress in lines on standard output and ends. When it
ends, for whatever reason, the kernel ends everything it started.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import msgspec

from backtalk.errors import BacktalkError, SubjectFailed
from backtalk.evidence import SessionFolder
from backtalk.lab.display import Display
from backtalk.lab.gateway import RESOLVER, Gateway
from backtalk.lab.home import configuration_files, make_home, move_in, ordinary_names
from backtalk.lab.job import Doing, Done, Job, Line
from backtalk.lab.namespaces import VISITOR_NAME, SubjectSpace, empty
from backtalk.lab.performance import Performance, moment
from backtalk.lab.person import Person
from backtalk.lab.subjects import SUBJECTS, Subject
from backtalk.model.draw import Draw
from backtalk.model.plan import Spike
from backtalk.model.session import Configuration, StimulusEvent

SCRATCH = Path("/dev/shm/lab")  # noqa: S108 -- in the room's own /dev/shm, which no program of ours can live in


class Room:
    """One session's lab, from empty namespaces to the last byte recorded."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._folder = SessionFolder(Path(job.folder), f"sessions/{Path(job.folder).name}")
        self._subject = next(one for one in SUBJECTS if one.id == job.script.session.subject.driver)
        self._homes = SCRATCH / "home"
        self._command = self._subject.command

    def record(self) -> Done:
        """Build the lab, play the script, take the lab down. Raises BacktalkError if the lab cannot be built."""
        empty(SCRATCH.parent, mode="1777")
        self._homes.mkdir(parents=True)
        ordinary_names(SCRATCH, RESOLVER)
        gateway = Gateway(self._folder.path, Path(self._job.mitmdump), SCRATCH / "authority")
        suggestions = self._job.script.session.condition.suggestions
        switches = make_home(self._homes, self._subject, suggestions, gateway.ca, SCRATCH)
        space = SubjectSpace()
        move_in(space, self._homes)
        gateway.attach(space.pid)
        gateway.start()
        display = Display(space, self._folder.path / "lab.log")
        gateway.ready()
        configuration = self._configuration(switches)
        failed = self._play(space, display, gateway)
        space.end()
        gateway.stop()
        return Done(
            configuration=msgspec.structs.replace(configuration, command=self._command),
            tools=gateway.tools,
            counters=gateway.counters(),
            failed=failed,
        )

    def _play(self, space: SubjectSpace, display: Display, gateway: Gateway) -> str:
        """Perform every stimulus while the spikes are sent; says what failed, if anything did."""
        script = self._job.script
        person = Person(display, Draw(self._job.seed, f"keys/{script.session.id}"))

        def check_lab() -> None:
            gateway.check()
            display.check()

        performance = Performance(self._subject, space, display, person, self._folder, check_lab)
        self._send_spikes(space, script.spikes, gateway.ca)
        try:
            for number, stimulus in enumerate(script.stimuli, start=1):
                tell(Doing(stimulus=stimulus.id, number=number, of=len(script.stimuli)))
                performance.perform(stimulus)
                check_lab()
                if stimulus.action == "start":
                    self._command = running_command(self._subject) or self._subject.command
        except SubjectFailed as failure:
            return str(failure)
        return ""

    def _send_spikes(self, space: SubjectSpace, spikes: tuple[Spike, ...], authority: Path) -> None:
        if not spikes:
            return
        sender = subprocess.Popen(
            space.inside((sys.executable, "-P", "-m", "backtalk.lab.spikes", str(authority)), spaces=("net",)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(self._folder.path / "lab.log").open("ab"),
        )
        assert sender.stdin is not None
        sender.stdin.write(msgspec.json.encode(spikes))
        sender.stdin.close()
        threading.Thread(target=self._note_spikes, args=(sender,), daemon=True).start()

    def _note_spikes(self, sender: subprocess.Popen[bytes]) -> None:
        assert sender.stdout is not None
        for line in sender.stdout:
            told = msgspec.json.decode(line, type=dict[str, str])
            self._folder.append_event(
                StimulusEvent(
                    stimulus=told["spike"],
                    event="failed" if told["failed"] else "sent",
                    at=moment(),
                    detail=told["failed"],
                )
            )

    def _configuration(self, switches: tuple[str, ...]) -> Configuration:
        subject = self._subject
        return Configuration(
            program=subject.name,
            version=printed(*subject.version),
            package=printed("dpkg-query", "--show", "--showformat", "${Package} ${Version}", subject.package),
            user=VISITOR_NAME,
            environment={"LANG": "C.UTF-8"},
            files=configuration_files(subject),
            switches=switches,
            trust=f"the lab's certificate in the NSS database {subject.trust}",
            welcome=subject.welcome,
        )


def running_command(subject: Subject) -> tuple[str, ...]:
    """The command line of the subject's main process as the kernel has it, after all wrappers."""
    for entry in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        try:
            words = (entry / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
            program = (entry / "exe").readlink()
        except OSError:
            continue  # ended meanwhile, or a kernel thread
        if subject.package in program.parts[-2:]:
            return tuple(word.decode("utf-8", "backslashreplace") for word in words)
    return ()


def printed(*command: str) -> str:
    """What a program printed first; empty if it is not there or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except OSError:
        return ""
    return done.stdout.strip().splitlines()[0] if done.returncode == 0 and done.stdout.strip() else ""


def tell(line: Line) -> None:
    """Say one line to the investigator's process."""
    sys.stdout.write(msgspec.json.encode(line).decode("utf-8") + "\n")
    sys.stdout.flush()


def main() -> None:
    """Record the one job on standard input."""
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    try:
        tell(Room(job).record())
    except BacktalkError as error:
        tell(Done(failed=str(error), broken=True))


if __name__ == "__main__":
    main()
