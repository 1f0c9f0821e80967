"""The ways in which a value is written before it is hashed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import SplitResult, unquote

from msgspec import Struct

from backtalk.detect.needles import whole_url
from backtalk.detect.spellings import spellings
from backtalk.model.canary import Canary
from backtalk.model.plan import Stimulus

FEWEST = 4
"""Letters of a value that is worth hashing: what is shorter is found by trying, whoever holds the digest."""

PLANTED = frozenset({"host", "path", "query", "text", "control", "spike"})


class Form(Struct, frozen=True):
    """One writing of one or more canaries: its name, its bytes, and the canaries' indices."""

    name: str
    data: bytes
    canaries: tuple[int, ...]


def forms(canaries: Sequence[Canary], stimuli: Sequence[Stimulus] = ()) -> tuple[Form, ...]:
    """Every writing of the canaries, each distinct one once, the planted canaries' and those given before the decoys'.

    A canary of a stimulus is also what was typed and the address that it led to. What is
    common to many (a path of `/`, a host that no canary stands in) is no form.
    """
    names: dict[bytes, str] = {}
    owners: dict[bytes, list[int]] = {}
    ordered = sorted(range(len(canaries)), key=lambda index: canaries[index].decoy)
    for index in ordered:
        for name, text in _written(canaries[index], stimuli):
            data = text if isinstance(text, bytes) else text.encode("utf-8")
            if len(data) < FEWEST:
                continue
            names.setdefault(data, name)
            held = owners.setdefault(data, [])
            if index not in held:
                held.append(index)
    return tuple(Form(name, data, tuple(owners[data])) for data, name in names.items())


def _written(canary: Canary, stimuli: Sequence[Stimulus]) -> Iterator[tuple[str, str | bytes]]:
    value = canary.value
    if canary.decoy and canary.session:  # there are a thousand of them: each digest is as likely as any other
        yield "value", value
        return
    yield from _cased("value", value)
    for one in spellings(value):
        yield one.name, one.literal
        if one.word:
            yield f"upper({one.name})", one.literal.upper()
            yield f"lower({one.name})", one.literal.lower()
    if (url := whole_url(value)) is not None:
        yield from _of_url(url, value)
    if canary.kind not in PLANTED:
        return
    for stimulus in stimuli:
        if stimulus.id == canary.stimulus:
            held = (*_cased("text", stimulus.text), *_of_page(stimulus.url))
            yield from ((name, text) for name, text in held if value.lower() in text.lower())


def _cased(name: str, value: str) -> Iterator[tuple[str, str]]:
    yield name, value
    yield f"lower({name})", value.lower()
    yield f"upper({name})", value.upper()
    yield f"capital({name})", value[:1].upper() + value[1:].lower()
    yield f"trimmed({name})", value.strip()


def _of_page(value: str) -> Iterator[tuple[str, str]]:
    url = whole_url(value)
    if url is not None:
        yield from _of_url(url, value)


def _of_url(url: SplitResult, value: str) -> Iterator[tuple[str, str]]:
    """The usual normalisations of an address, from the whole of it to its host."""
    yield "url", value
    yield "unquoted(url)", unquote(value)
    host = url.hostname or ""
    bare = host.removeprefix("www.")
    port = f":{url.port}" if _port(url) else ""
    path, query = url.path or "/", f"?{url.query}" if url.query else ""
    beyond = (
        ("", path + query),
        (" without query", path),
        (" without last slash", path.rstrip("/")),
        (" with last slash", path.rstrip("/") + "/"),
        (" with fragment", path + query + (f"#{url.fragment}" if url.fragment else "")),
    )
    for name, rest in beyond:
        for scheme in dict.fromkeys((url.scheme, "https", "http")):
            yield f"{scheme} url{name}", f"{scheme}://{host}{port}{rest}"
            yield f"{scheme} url{name}, without www", f"{scheme}://{bare}{port}{rest}"
        yield f"url without scheme{name}", f"{host}{port}{rest}"
        yield f"url without scheme and www{name}", f"{bare}{port}{rest}"
        yield f"lower(url without scheme{name})", f"{host}{port}{rest}".lower()
        yield f"path{name}", rest if len(rest) > 1 else ""
    yield "host", host
    yield "host without www", bare
    yield "host with www", f"www.{bare}"
    yield "upper(host)", host.upper()
    for scheme in ("https", "http"):
        yield f"{scheme} origin", f"{scheme}://{host}{port}"


def _port(url: SplitResult) -> bool:
    try:
        return url.port is not None
    except ValueError:  # a number that no port has
        return False
