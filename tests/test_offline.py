"""Commands that judge evidence try to reach nobody: each runs in a namespace without a route, whose kernel counts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CORPUS = Path(__file__).parent / "corpus" / "ingest"
BACKTALK = (sys.executable, "-m", "backtalk")

pytestmark = pytest.mark.lab


def attempts(*command: str, given: str = "") -> tuple[int, str]:
    """How often the command tried to leave the machine, and what it said."""
    owner = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    script = '"$@"; echo "exit $?"; cat /proc/net/snmp'
    done = subprocess.run(
        ["unshare", *owner, "--net", "--", "sh", "-c", script, "sh", *command],
        input=given, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    names, values = (line.split() for line in done.stdout.splitlines() if line.startswith("Ip: "))
    # The kernel does not count IPv6 so; but a name would have to be asked for first, by IPv4.
    return int(dict(zip(names, values, strict=True))["OutNoRoutes"]), done.stdout + done.stderr


def test_the_kernel_counts_an_attempt():
    refused, _ = attempts(sys.executable, "-c", "import socket; socket.socket().connect_ex(('192.0.2.1', 443))")
    assert refused >= 1


def test_the_kernel_counts_a_question_to_a_resolver():
    code = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'?', ('192.0.2.1', 53))"
    refused, _ = attempts(sys.executable, "-c", f"try:\n    {code}\nexcept OSError:\n    pass")
    assert refused >= 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--help"], 0),
        (["scan", str(CORPUS / "har" / "mitmproxy" / "input.har"), "--canary", "bolarivego"], 11),
        (["scan", str(CORPUS / "mitmproxy" / "everything" / "input.flows"), "--canary", "bolarivego", "--json"], 11),
        (["decode", "-"], 0),
        (["doctor", "--check"], 0),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_command_tries_to_reach_nobody(words, code):
    refused, said = attempts(*BACKTALK, *words, given="dT0lN0IlMjJhJTIyJTNBMSU3RA==")
    assert f"exit {code}" in said, said
    assert refused == 0
