"""Backtalk beside mitmproxy: shows every message's layers of packaging, and says which of your words leave.

Run it with `mitmproxy -s`, `mitmweb -s` or `mitmdump -s`. It imports nothing of Backtalk: what passes is handed
through a pipe to a worker, a process of Backtalk's own Python, that undoes it. No message waits for being looked at,
and none depends on it: what it cannot keep up with, and all that comes after its end, is passed on and counted as not
looked at.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import queue
import struct
import subprocess
import sys
import tempfile
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

from mitmproxy import contentviews, ctx, dns, flow, hooks, http, tcp, tls, udp
from mitmproxy.tools.dump import DumpMaster

SETTINGS: dict[str, Any] = {}

HEAD = struct.Struct(">II")
"""Lengths of a frame's JSON and of the bytes after it."""
WAITING, WAITING_BYTES = 512, 64 << 20
"""Messages, and bytes of them, that may wait for the worker; more are passed on without being looked at."""
LONGEST = 16 << 20
"""Bytes of a body that are looked at."""
DRAWN, PATIENCE = 256 << 10, 0.5
"""Bytes up to which a view waits for its tree, and for how many seconds."""
KEPT = 128
"""Trees that are kept."""
PARTING = 15.0
"""Seconds in which the worker may finish when mitmproxy ends."""
MARKS = {"canary": ":red_circle:", "decoy": ":white_circle:"}

View: Any = getattr(contentviews, "View", None) or object
"""What views are made of in mitmproxy 11; where there is none such, there is no view."""

Part = tuple[str, bytes | None]
Line = list[tuple[str, str]]
Answered = Callable[[dict[str, Any]], None]


class Worker:
    """The process that looks. Requests go to it in order; nothing here waits for it but `tree`, and that not long."""

    def __init__(self, say: Callable[[str, str], None]) -> None:
        self.say = say
        self.missed: Counter[str] = Counter()
        self.coverage = ""
        self.unread: list[str] = []
        self._answers: dict[int, Answered] = {}
        self._last = 0
        self._bytes = 0
        self._lock = threading.Lock()
        self._queue: queue.Queue[tuple[int, bytes] | None] = queue.Queue(WAITING)
        self._ended = False
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        # Not mitmproxy's own stderr, which may be a screen that must not be written over.
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 (it is written to for as long as the worker runs)
        try:
            self._process: subprocess.Popen[bytes] | None = subprocess.Popen(
                SETTINGS["worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                env={**environment, **SETTINGS["environment"]},
                start_new_session=True,  # Ctrl-C is for mitmproxy, which then ends it
            )
        except OSError as failure:
            self._process = None
            self._end(f"could not be started: {failure}")
            return
        self._put(0, {"canaries": SETTINGS["canaries"], "decoys": SETTINGS["decoys"]}, [])
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._write, self._read)]
        for thread in self._threads:
            thread.start()

    def ask(self, answer: Answered, head: dict[str, Any], pieces: list[bytes]) -> bool:
        """Have `answer` called with what the worker says, in a thread of its own; False if it will not look."""
        with self._lock:
            self._last += 1
            ident = self._last
            self._answers[ident] = answer
        if self._put(ident, head, pieces):
            return True
        with self._lock:
            self._answers.pop(ident, None)
        return False

    def _put(self, ident: int, head: dict[str, Any], pieces: list[bytes]) -> bool:
        size = sum(map(len, pieces))
        with self._lock:
            if self._ended or self._bytes + size > WAITING_BYTES:
                return False
            self._bytes += size
        described = json.dumps({**head, "id": ident}).encode()
        try:
            self._queue.put_nowait((size, b"".join([HEAD.pack(len(described), size), described, *pieces])))
        except queue.Full:
            with self._lock:
                self._bytes -= size
            return False
        return True

    def _write(self) -> None:
        assert self._process is not None and self._process.stdin is not None
        try:
            while (item := self._queue.get()) is not None:
                self._process.stdin.write(item[1])
                self._process.stdin.flush()
                with self._lock:
                    self._bytes -= item[0]
            self._process.stdin.close()
        except OSError:
            pass  # the reader sees the end and tells it

    def _read(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        read = self._process.stdout.read
        while len(head := read(HEAD.size)) == HEAD.size:
            length, _ = HEAD.unpack(head)
            if len(text := read(length)) < length:
                break
            said = json.loads(text)
            self.coverage = said.get("coverage", self.coverage)
            with self._lock:
                answer = self._answers.pop(said["id"], None)
            if answer is not None:
                answer(said)
        code = self._process.wait()
        self._complaints.seek(0)
        said = self._complaints.read().decode("utf-8", "replace").strip().splitlines()
        how = f"by signal {-code}" if code < 0 else f"exit code {code}"
        self._end(f"has ended ({how}{f': {said[-1]}' if said else ''})")

    def _end(self, how: str) -> None:
        with self._lock:
            expected, self._ended = self._ended, True
            left, self._answers = list(self._answers.values()), {}
        for answer in left:
            answer({"lost": True})
        if not expected:
            self.say("error", f"the worker {how}. Traffic is passed on as before; nothing more is looked at.")

    def summed_up(self, said: dict[str, Any]) -> None:
        """What the worker says last."""
        self.unread = said.get("unread", ())

    def close(self) -> None:
        """Let it finish what it has, for a while, and sum up."""
        self.ask(self.summed_up, {"do": "end"}, [])
        with self._lock:
            self._ended = True
        if self._process is None:
            return
        try:
            self._queue.put(None, timeout=PARTING)
            self._process.wait(PARTING)
        except (queue.Full, subprocess.TimeoutExpired):
            self._process.kill()
        for thread in self._threads:
            thread.join(PARTING)


class Layers(View):  # type: ignore[misc]  # only mitmproxy's environment knows what it is
    """The content view: the tree of a message."""

    name = "backtalk"

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self._trees: OrderedDict[bytes, list[Line]] = OrderedDict()
        self._asked: dict[bytes, threading.Event] = {}

    def __call__(self, data: bytes, *, flow: flow.Flow | None = None, **_: object) -> tuple[str, Iterator[Line]]:
        lines: list[Line] = [[("error", said)] for said in sightings_of(flow)]
        return "Backtalk", iter([*lines, *self.tree(data)])

    def render_priority(self, data: bytes, **_: object) -> float:
        return 100.0 if data else 0.0

    def tree(self, data: bytes) -> list[Line]:
        """The tree's lines, or why there is none."""
        if len(data) > LONGEST:
            return [[("error", f"{len(data):,} bytes: more than are undone here. Save it and use `backtalk decode`.")]]
        key = hashlib.sha256(data).digest()
        if key in self._trees:
            return self._trees[key]
        if key not in self._asked:
            done = self._asked[key] = threading.Event()

            def answered(said: dict[str, Any]) -> None:
                self._asked.pop(key, None)
                if "lines" in said:
                    self._trees[key] = said["lines"]
                    while len(self._trees) > KEPT:
                        self._trees.popitem(last=False)
                done.set()

            if not self.worker.ask(answered, {"do": "tree"}, [data]):
                self._asked.pop(key, None)
                return [[("error", "not undone: the worker has ended or has too much to do")]]
        event = self._asked.get(key)
        if event is not None:
            event.wait(PATIENCE if len(data) <= DRAWN else 0.05)
        return self._trees.get(key) or [[("error", "still being undone: look again in a moment")]]


def sightings_of(one: flow.Flow | None) -> list[str]:
    """What was said of a flow so far."""
    return list(one.metadata.get("backtalk", ())) if one is not None else []


class Backtalk:
    """mitmproxy's hooks: each finished message is handed to the worker and passed on at once."""

    def __init__(self) -> None:
        self.count = 0
        self.shut: Counter[str] = Counter()
        self.loop: asyncio.AbstractEventLoop | None = None

    def load(self, _: object) -> None:
        self.loop = asyncio.get_running_loop()
        self.worker = Worker(self.say)
        self.view = Layers(self.worker)
        if View is not object:
            contentviews.add(self.view)
        else:
            self.say("warning", "this mitmproxy makes its views in another way: there are only sightings.")
        words = len(SETTINGS["canaries"])
        self.say("info", f"looking for {words} canar{'y' if words == 1 else 'ies'}." if words else "showing layers.")

    def done(self) -> None:
        if View is not object:
            contentviews.remove(self.view)
        self.worker.close()
        for host, times in sorted(self.shut.items()):
            self.say(
                "warning", f"unread: TLS to {host or 'a nameless host'} failed, {times} times: nothing of it was seen."
            )
        for why, times in sorted(self.worker.missed.items()):
            self.say("warning", f"unread: {times} messages were not looked at: {why}.")
        for line in self.worker.unread:
            self.say("warning", f"unread: {line}")
        if SETTINGS["canaries"]:
            self.say("info", self.worker.coverage or "nothing was looked at.")

    def say(self, level: str, text: str) -> None:
        """On stderr under mitmdump; into the event log of the others, whose screen is not to be written over."""
        text = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
        if isinstance(ctx.master, DumpMaster):
            sys.stderr.write(f"backtalk: {text}\n")
            sys.stderr.flush()
            return
        levels = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
        logging.log(levels[level], "backtalk: %s", text)

    def request(self, one: http.HTTPFlow) -> None:
        self.asked(one, one.request.raw_content)

    def asked(self, one: http.HTTPFlow, body: bytes | None) -> None:
        url = one.request.pretty_url.encode("utf-8", "surrogateescape")
        self.look(one, [("request.url", url), ("request.header", block(one.request)), ("request.body", body)])

    def response(self, one: http.HTTPFlow) -> None:
        given = one.response
        self.look(one, [("response.header", block(given)), ("response.body", given.raw_content)])

    def error(self, one: http.HTTPFlow) -> None:
        """A request that broke off before its end, of which mitmproxy tells in no other way, has left as well."""
        if "backtalk number" not in one.metadata:
            self.asked(one, None)

    def websocket_message(self, one: http.HTTPFlow) -> None:
        message = one.websocket.messages[-1]
        self.look(one, [("websocket.sent" if message.from_client else "websocket.received", message.content)])

    def tcp_message(self, one: tcp.TCPFlow) -> None:
        message = one.messages[-1]
        self.look(one, [("tcp.sent" if message.from_client else "tcp.received", message.content)])

    def udp_message(self, one: udp.UDPFlow) -> None:
        message = one.messages[-1]
        if message.from_client:
            self.look(one, [("udp.sent", message.content)])

    def dns_request(self, one: dns.DNSFlow) -> None:
        self.look(one, [("dns.name", question.name.encode()) for question in one.request.questions])

    def tls_failed_client(self, data: tls.TlsData) -> None:
        self.shut[str(data.conn.sni or "")] += 1

    def look(self, one: flow.Flow, parts: list[Part]) -> None:
        """Have the parts of one message searched, if there is anything to look for."""
        if "backtalk number" not in one.metadata:
            one.metadata["backtalk number"] = self.count
            self.count += 1
        if not SETTINGS["canaries"]:
            return
        pieces = [(name, (data or b"")[:LONGEST], data is not None and len(data) <= LONGEST) for name, data in parts]
        kept = [piece for piece in pieces if piece[1] or not piece[2]]
        head = {
            "do": "search",
            "exchange": one.metadata["backtalk number"],
            "first": parts[0][0] in {"request.url", "tcp.sent", "tcp.received", "udp.sent", "dns.name"},
            "host": host_of(one),
            "parts": [(name, len(data), complete) for name, data, complete in kept],
        }
        if not self.worker.ask(lambda said: self.seen(one, said), head, [data for _, data, _ in kept]):
            self.worker.missed["the worker had ended, or too much was waiting for it"] += 1

    def seen(self, one: flow.Flow, said: dict[str, Any]) -> None:
        """In the reading thread: what the worker found in one message."""
        if "lost" in said:
            self.worker.missed["the worker ended before it came to them"] += 1
        elif "failed" in said:
            self.worker.missed[f"the worker failed: {said['failed']}"] += 1
        for line in said.get("sightings", ()):
            self.say("warning", line)
        if said.get("sightings") and self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.mark, one, said["sightings"], said["mark"])

    def mark(self, one: flow.Flow, lines: list[str], kind: str) -> None:
        """In mitmproxy's own thread: mark the flow and comment it."""
        told = sightings_of(one)
        one.metadata["backtalk"] = [*told, *(line for line in lines if line not in told)]
        if one.marked != MARKS["canary"]:
            one.marked = MARKS[kind]
        one.comment = "\n".join(one.metadata["backtalk"])
        ctx.master.addons.trigger(hooks.UpdateHook([one]))


def block(message: http.Message) -> bytes:
    """The fields as Backtalk searches them: `name: value` lines."""
    fields = [*message.headers.fields, *(message.trailers.fields if message.trailers else ())]
    return b"".join(b"%s: %s\r\n" % (name, value) for name, value in fields)


def host_of(one: flow.Flow) -> str:
    """Who receives it, by the name asked for."""
    if isinstance(one, http.HTTPFlow):
        return str(one.request.pretty_host).lower()
    if isinstance(one, dns.DNSFlow):
        return str(one.request.questions[0].name).lower() if one.request.questions else ""
    address = one.server_conn.peername or one.server_conn.address if one.server_conn else None
    return str(one.client_conn.sni or (address[0] if address else "")).lower()


addons = [Backtalk()]
