"""mitmproxy in an environment of its own, in transparent mode, recording through addon.py."""

from __future__ import annotations

from pathlib import Path

from backtalk.lab.gateway.firewall import PROXY_PORT
from backtalk.lab.gateway.processes import Program, listening

ADDON = Path(__file__).with_name("addon.py")
MAGIC = b"BTREC\x00\x01\n"

_OPTIONS = (
    "mode=transparent",
    "listen_host=0.0.0.0",
    f"listen_port={PROXY_PORT}",
    "connection_strategy=lazy",  # the subject is heard first, as by a server
    "upstream_cert=false",
    "ssl_insecure=true",  # what stands behind is the lab's own server
    "validate_inbound_headers=false",  # odd requests are passed on and recorded, not refused
    "onboarding=false",
    "http2_ping_keepalive=0",
    "flow_detail=0",
    "termlog_verbosity=error",
)


class Proxy:
    """A running mitmdump that writes `records` and the TLS keys of what it opened to `keys`."""

    def __init__(self, mitmdump: Path, confdir: Path, records: Path, keys: Path) -> None:
        self._records = records
        options = [part for option in (f"confdir={confdir}", *_OPTIONS) for part in ("--set", option)]
        self._program = Program(
            "mitmdump",
            [mitmdump, *options, "-s", ADDON],
            confdir / "mitmdump.log",
            {"BACKTALK_RECORDS": str(records), "MITMPROXY_SSLKEYLOGFILE": str(keys), "PYTHONDONTWRITEBYTECODE": "1"},
        )

    def ready(self) -> bool:
        """Whether the addon is loaded and the port is open."""
        return self._records.exists() and self._records.stat().st_size >= len(MAGIC) and listening(PROXY_PORT)

    def check(self) -> None:
        """Raise LabFailed if it ended by itself, as it does when it cannot write a record."""
        self._program.check()

    def complaints(self) -> str:
        """What mitmdump reported as an error, if anything: the last line."""
        return self._program.last_words()

    def stop(self) -> None:
        self._program.stop()
