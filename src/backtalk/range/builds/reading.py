"""Reads a build's TOML file: strictly, with one line for each fault."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from backtalk.errors import UsageError
from backtalk.range.builds.build import Build
from backtalk.range.builds.checking import check
from backtalk.range.builds.device import Browser, Model, Music
from backtalk.range.builds.reporting import Collector, Heartbeat, Identifier, Report

_DEVICE: dict[str, type[Struct]] = {"model": Model, "browser": Browser, "music": Music}
_LISTS: dict[str, type[Struct]] = {
    "collectors": Collector, "identifiers": Identifier, "reports": Report, "heartbeats": Heartbeat,
}  # fmt: skip
_TEXTS = ("name", "summary", "like")


def read(text: str, file: str, like: Callable[[str], Build]) -> Build:
    """The build that this file says; `like` gives the one it names. UsageError tells every fault, one a line."""
    faults: list[str] = []
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _faulty(file, [f"this is no TOML: {error}"]) from None
    known = {*_TEXTS, "statements", *_DEVICE, *_LISTS}
    faults += [f"`{key}` is no key of a build" for key in table if key not in known]
    texts = {key: _text(table, key, faults) for key in _TEXTS}
    base = None
    if texts["like"]:
        try:
            base = like(texts["like"])
        except UsageError as error:
            faults.append(f"like: {error}")
    device = {key: _device(table, key, kind, base, faults) for key, kind in _DEVICE.items()}
    parts = {key: tuple(_listed(table, key, kind, faults)) for key, kind in _LISTS.items()}
    statements = table.get("statements", [])
    if not isinstance(statements, list):
        faults.append("statements: a list is needed")
        statements = []
    if not faults:
        build = msgspec.convert(
            {**device, "name": texts["name"], "summary": texts["summary"], "statements": tuple(map(str, statements)),
             "reporting": parts}, Build, from_attributes=True,
        )  # fmt: skip
        faults += check(build)
    if faults:
        raise _faulty(file, faults)
    return build


def _text(table: dict[str, Any], key: str, faults: list[str]) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        faults.append(f"{key}: a text is needed")
    elif not value and key != "like":
        faults.append(f"{key} is missing")
    return str(value)


def _device(
    table: dict[str, Any], key: str, kind: type[Struct], base: Build | None, faults: list[str]
) -> Struct | None:
    """The part of the handset, with what the file says of it in place of what the other build has."""
    own = table.get(key, {})
    whole = msgspec.to_builtins(getattr(base, key)) if base else {}
    if key not in table and not base:
        if table.get("like"):
            return None  # the fault is that there is no such build
        faults.append(f"[{key}] is missing, and no build is named that this is like")
        return None
    return _converted(whole | own if isinstance(own, dict) else own, kind, key, faults)


def _listed(table: dict[str, Any], key: str, kind: type[Struct], faults: list[str]) -> Iterator[Struct]:
    values = table.get(key, [])
    if not isinstance(values, list):
        faults.append(f"{key}: write [[{key}]], once for each")
        return
    for place, one in enumerate(values):
        if (made := _converted(one, kind, f"{key}[{place}]", faults)) is not None:
            yield made


def _converted(value: object, kind: type[Struct], where: str, faults: list[str]) -> Struct | None:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        faults.append(f"{where}: {error}")
        return None


def _faulty(file: str, faults: list[str]) -> UsageError:
    return UsageError("\n".join(f"{file}: {one}" for one in faults))
