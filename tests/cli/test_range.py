"""`backtalk range`: a handset starts with one line, and ends at Ctrl-C with nothing left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import pytest

from backtalk.range import LABEL, builds
from backtalk.range.adb.message import CNXN, UNSUMMED, Message, encode

BACKTALK = (sys.executable, "-m", "backtalk", "range")


def said(*words):
    done = subprocess.run([*BACKTALK, *words], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def test_builds_are_listed_and_each_can_be_loaded():
    code, out, _ = said("builds")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == builds.names()
    assert "silent" in builds.names()
    for name in builds.names():
        assert builds.load(name).name == name


def test_an_unknown_build_is_one_clear_line():
    code, out, err = said("start", "loud")
    assert (code, out) == (2, "")
    assert err == f"backtalk: there is no build 'loud'. Take one of: {', '.join(builds.names())}.\n"
    assert said("start", "../silent")[0] == 2


@pytest.mark.enable_socket
def test_a_port_that_is_taken_is_one_clear_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, out, err = said("start", "silent", "--port", str(taken.getsockname()[1]))
    assert (code, out) == (5, "")
    assert err.count("\n") == 1
    assert "Take another: --port N." in err


@pytest.mark.enable_socket
@pytest.mark.parametrize(("build", "reports"), [("silent", False), ("as-reported", True), ("chatty", True)])
def test_it_says_how_to_connect_what_it_is_and_ends_at_ctrl_c(build, reports):
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    asked = ("env", "--default-signal=INT")  # what runs in the background inherits that Ctrl-C is ignored
    run = subprocess.Popen(
        [*asked, *BACKTALK, "start", build], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
    )
    try:
        line = run.stdout.readline()
        assert line.startswith("adb connect 127.0.0.1:")
        with socket.create_connection(("127.0.0.1", int(line.rpartition(":")[2])), timeout=20) as host:
            host.sendall(encode(Message(CNXN, UNSUMMED, 4096, b"host::")))
            assert host.recv(24)[:4] == b"AUTH"
            run.send_signal(signal.SIGINT)
            assert run.wait(20) == 130
        rest, told = run.communicate(timeout=20)
    finally:
        run.kill()
        run.communicate()
    assert rest == ""
    assert LABEL in told
    assert ("is not sent yet" in told) == reports
    assert "Traceback" not in told
