"""curl commands as text: what a browser's "Copy as cURL" gives."""

from __future__ import annotations

import base64
import re
import string
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_from_bytes, urlsplit

from backtalk.ingest.reader import Given, Item, Reader, shown
from backtalk.ingest.shell import commands
from backtalk.model.capture import Exchange, Gap, Part

BODY = frozenset({"-d", "--data", "--data-ascii", "--data-binary", "--data-raw", "--data-urlencode", "--json"})
FIELDS = {"-b": "Cookie", "--cookie": "Cookie", "-A": "User-Agent", "--user-agent": "User-Agent"} | {
    "-e": "Referer",
    "--referer": "Referer",
    "-r": "Range",
    "--range": "Range",
}
"""Options that are a header field each."""
FORM = frozenset({"-F", "--form", "--form-string"})
# fmt: off
VALUED = frozenset((
    "-X", "--request", "-H", "--header", "-u", "--user", "--url", "--oauth2-bearer", "-o", "--output", "-x",
    "--proxy", "-U", "--proxy-user", "-m", "--max-time", "--connect-timeout", "--cacert", "--capath", "-E", "--cert",
    "--key", "-w", "--write-out", "--resolve", "--connect-to", "--interface", "--retry", "--retry-delay", "-T",
    "--upload-file", "-c", "--cookie-jar", "-D", "--dump-header", "-K", "--config", "--ciphers", "--max-redirs",
    "--limit-rate", "--unix-socket", "--noproxy", "--dns-servers", "--cert-type", "--key-type", "--pass", "--socks5",
    "--socks5-hostname", "--tls-max", "--doh-url",
))
# fmt: on
"""Other options that a value follows; every other one stands alone."""


class Curl(Reader):
    """Each command one request, as curl would send it."""

    ID = "curl"
    NAME = "curl commands as text"
    REFERENCES = (
        "https://curl.se/docs/manpage.html",
        "https://www.gnu.org/software/bash/manual/html_node/Quoting.html",
    )
    LIMITATIONS = (
        "Fields that curl adds by itself are not there.",
        "What is sent from a file or a variable is not in the command: the part is incomplete.",
        "The parts of a multipart form are given each as a body; what goes between them is made by curl.",
    )

    def sniff(self, head: bytes) -> bool:
        return re.match(rb"\s*(?:\$ )?curl(?:\.exe)?\s", head) is not None

    def read(self, path: Path, given: Given) -> Iterator[Item]:  # noqa: ARG002 -- every reader is asked in the same way
        source = shown(str(path))
        data = path.read_bytes()
        yield from self.parse(data, source)
        if others := sum(not _is_curl(words) for words in commands(data.decode("latin-1"))):
            yield Gap(kind="unreadable", count=others, source=source, detail="commands other than curl")

    def parse(self, data: bytes, source: str) -> Iterator[Exchange]:
        """The same of bytes that are no file; other commands are passed over."""
        sent = (_Command(words) for words in commands(data.decode("latin-1")) if _is_curl(words))
        each = ((one, url) for one in sent for url in one.urls)
        return (one.exchange(url, index, source) for index, (one, url) in enumerate(each))


def _is_curl(words: list[str]) -> bool:
    return "".join(words[:1]).replace("\\", "/").rpartition("/")[2] in {"curl", "curl.exe"}


class _Command:
    """One command's words, taken apart as curl does. Letters are bytes, as Latin-1."""

    def __init__(self, words: list[str]) -> None:
        self.method = ""
        self.urls: list[str] = []
        """Each is a request of its own, with all that the command says."""
        self.fields: list[tuple[str, str]] = []
        self.data: list[str] = []
        self.forms: list[str] = []
        self.complete, self.get, self.json = True, False, False
        for option, value in _options(words):
            self._take(option, value)

    def _take(self, option: str, value: str) -> None:
        if option in BODY:
            self.json |= option == "--json"
            self._body(option, value)
        elif option in FORM:
            held = value.partition("=")[2]
            from_file = option != "--form-string" and held.startswith(("@", "<"))
            self.complete &= not from_file
            self.forms.append("" if from_file else held)
        elif option in FIELDS:
            self.fields.append((FIELDS[option], value))
        elif option in {"-H", "--header"}:
            name, _, content = value.partition(":")
            self.fields.append((name, content.strip()))
        elif option in {"-u", "--user"}:
            self.fields.append(("Authorization", "Basic " + base64.b64encode(value.encode("latin-1")).decode("ascii")))
        elif option == "--oauth2-bearer":
            self.fields.append(("Authorization", f"Bearer {value}"))
        elif option in {"-X", "--request"}:
            self.method = value
        elif option in {"-T", "--upload-file"}:
            self.complete, self.method = False, self.method or "PUT"
        elif option in {"-I", "--head"}:
            self.method = self.method or "HEAD"
        elif option in {"-G", "--get"}:
            self.get = True
        elif option in {"", "--url"}:
            self.urls.append(value)

    def _body(self, option: str, value: str) -> None:
        if option == "--data-urlencode":
            name, equals, content = value.partition("=")
            if not equals and "@" in value:
                self.complete = False
                return
            encoded = quote_from_bytes((content if equals else value).encode("latin-1"), safe="")
            self.data.append(f"{name}={encoded}" if equals and name else encoded)
        elif option != "--data-raw" and value.startswith("@"):
            self.complete = False
        else:
            self.data.append(value)

    def exchange(self, url: str, index: int, source: str) -> Exchange:
        """The request to one of the URLs as an exchange without an answer."""
        url = url if "://" in url else f"http://{url}"
        data = ("" if self.json else "&").join(self.data)
        if self.get and data:
            url, data = f"{url}{'&' if '?' in url else '?'}{data}", ""
        bodies = [data] if data or not (self.complete or self.forms) else []
        bodies += self.forms
        host, port = _server(url)
        head = "".join(f"{name}: {value}\r\n" for name, value in self.fields)
        return Exchange(
            index=index,
            kind="http",
            source=source,
            host=host,
            port=port,
            secure=url.lower().startswith("https:"),
            method=self.method or ("POST" if bodies else "GET"),
            url=quote(url.encode("latin-1"), safe=string.punctuation),
            parts=(
                Part(name="request.url", data=url.encode("latin-1")),
                *((Part(name="request.header", data=head.encode("latin-1")),) if head else ()),
                *(Part(name="request.body", data=one.encode("latin-1"), complete=self.complete) for one in bodies),
            ),
        )


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    """Each option with its value; what is no option comes with an empty name."""
    waiting = iter(words[1:])
    valued = VALUED | BODY | FORM | FIELDS.keys()
    for word in waiting:
        name, equals, value = word.partition("=")
        if not word.startswith("-") or word == "-":
            yield "", word
        elif word in valued:
            yield word, next(waiting, "")
        elif word.startswith("--"):
            yield (name, value) if equals and name in valued else (word, "")
        elif word[:2] in valued:
            yield word[:2], word[2:]
        else:
            # Letters may be run together, the last with its value: -sSXPOST, -sd x.
            for at, letter in enumerate(word[1:], 1):
                if f"-{letter}" in valued:
                    yield f"-{letter}", word[at + 1 :] or next(waiting, "")
                    break
                yield f"-{letter}", ""


def _server(url: str) -> tuple[str, int]:
    try:
        parsed = urlsplit(url.encode("latin-1").decode("utf-8", "replace"))
        return (parsed.hostname or "").lower(), parsed.port or 0
    except ValueError:  # brackets that hold no address, a port that is none
        return "", 0
