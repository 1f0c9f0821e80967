"""By which rules a result was derived: a hash over all that a derivation runs through."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import metadata
from importlib.resources import files
from importlib.resources.abc import Traversable

from backtalk import __version__

PACKAGES = ("model", "evidence", "decode", "detect", "assess")
MODULES = ("pipeline/analyze.py", "pipeline/buffers.py", "pipeline/keys.py", "pipeline/plans.py")
WRITTEN = (".py", ".pyx", ".pxd", ".h")
"""Ends of the names of what somebody wrote, not a compiler."""
LIBRARIES = ("brotli", "cryptography", "hyperscan", "isal", "msgspec", "numpy", "tldextract", "zstandard")
"""Others' code that decodes, searches or attributes."""


@cache
def rules() -> str:
    """SHA-256 in hex over the version, the source that derives, and the versions of the libraries it uses.

    Equal on every machine with the same Backtalk. A hash over the codecs' and claims' own
    version numbers would rest on nobody ever forgetting to count one up.
    """
    root = files("backtalk")
    sources = {f"{name}/{path}": file for name in PACKAGES for path, file in _sources(root / name)}
    sources |= {path: root / path for path in MODULES}
    known = hashlib.sha256(__version__.encode())
    for path, file in sorted(sources.items()):
        known.update(f"\n{path} {hashlib.sha256(file.read_bytes()).hexdigest()}".encode())
    for name in LIBRARIES:
        known.update(f"\n{name} {metadata.version(name)}".encode())
    return known.hexdigest()


def _sources(folder: Traversable) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for one in folder.iterdir():
        if one.is_dir():
            found += [(f"{one.name}/{path}", file) for path, file in _sources(one)]
        elif one.name.endswith(WRITTEN):
            found.append((one.name, one))
    return found
