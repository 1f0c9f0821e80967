"""Spikes: canaries that the lab sends from inside the subject, to learn what it would have seen.

Run as `python -m backtalk.lab.spikes` in the subject's network namespace, it reads a JSON
list of spikes, sends each at its time, and prints one JSON line for each that was answered.
"""

from __future__ import annotations

import base64
import gzip
import sys
import time
import urllib.parse
import urllib.request
import zlib
from collections.abc import Callable

import msgspec

from backtalk.model.plan import Spike

Packed = tuple[str, bytes | None]
"""What is added to the URL, and the body if there is one."""


def _query(value: str) -> Packed:
    return "?" + urllib.parse.urlencode({"event": value}), None


def _form_base64(value: str) -> Packed:
    inner = msgspec.json.encode({"event": "page", "value": value})
    return "", urllib.parse.urlencode({"data": base64.b64encode(inner).decode("ascii")}).encode("ascii")


def _gzip_json(value: str) -> Packed:
    return "", gzip.compress(msgspec.json.encode({"events": [{"name": "page", "value": value}]}), mtime=0)


def _form_base64_gzip(value: str) -> Packed:
    inner = gzip.compress(msgspec.json.encode([{"event": "page", "value": value}]), mtime=0)
    return "", urllib.parse.urlencode({"data_list": base64.b64encode(inner).decode("ascii"), "gzip": 1}).encode("ascii")


def _json_base64url_zlib(value: str) -> Packed:
    inner = zlib.compress(msgspec.json.encode({"page": value}))
    return "", msgspec.json.encode({"v": 1, "payload": base64.urlsafe_b64encode(inner).decode("ascii").rstrip("=")})


PACKAGINGS: dict[str, Callable[[str], Packed]] = {
    "query": _query,
    "form, base64": _form_base64,
    "gzip, JSON": _gzip_json,
    "form, base64, gzip": _form_base64_gzip,
    "JSON, base64url, zlib": _json_base64url_zlib,
}


def send(spike: Spike, certificate: str) -> None:
    """Send one spike by HTTPS and await its answer. OSError if it cannot be sent."""
    import ssl

    suffix, body = PACKAGINGS[spike.packaging](spike.canary.value)
    request = urllib.request.Request(spike.url + suffix, data=body)  # noqa: S310 -- https, from the plan's own script
    context = ssl.create_default_context(cafile=certificate)
    with urllib.request.urlopen(request, timeout=10, context=context) as answer:  # noqa: S310
        answer.read(1 << 16)


def main() -> None:
    """Send each spike on standard input at its time; the certificate is the one argument."""
    begun = time.monotonic()
    for spike in sorted(msgspec.json.decode(sys.stdin.buffer.read(), type=list[Spike]), key=lambda one: one.after):
        time.sleep(max(0.0, spike.after - (time.monotonic() - begun)))
        try:
            send(spike, sys.argv[1])
            outcome = ""
        except OSError as error:
            outcome = str(error) or type(error).__name__
        sys.stdout.write(msgspec.json.encode({"spike": spike.id, "failed": outcome}).decode() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
