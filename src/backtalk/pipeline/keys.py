"""The keys that a case holds: which there are, and bringing in more."""

from __future__ import annotations

import stat
from pathlib import Path

from backtalk.errors import IntegrityFailure, UsageError
from backtalk.evidence import Case
from backtalk.model.keyring import Keyring, joined, parse

LARGEST = 1 << 20
REMEDY = "Name a file of keys: `name = VALUE` a line, TOML, or one RSA private key as PEM."


def read(path: Path) -> tuple[bytes, Keyring]:
    """A file of keys as its bytes, and what they say. UsageError for what is none."""
    try:
        if not stat.S_ISREG(path.stat().st_mode) or path.stat().st_size > LARGEST:
            raise UsageError(f"{path} is no file of keys.", remedy=REMEDY)
        written = path.read_bytes()
        return written, parse(written.decode("utf-8-sig"), path.stem, str(path))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", remedy=REMEDY) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is no file of keys: it is no text.", remedy=REMEDY) from error


def keyring_of(case: Case) -> Keyring:
    """All keys of a case. IntegrityFailure where a file of keys is not what was added."""
    try:
        return joined(parse(written.decode("utf-8-sig"), name, name) for name, written in case.key_files())
    except UsageError as error:
        raise IntegrityFailure(f"the keys of {case.path} cannot be used: {error}") from error
    except UnicodeDecodeError as error:
        raise IntegrityFailure(f"the keys of {case.path} cannot be used: one file is no text.") from error


def add(case: Case, path: Path) -> Keyring:
    """Put a file of keys into custody; gives the keys in it. UsageError when there is none, or a name is taken."""
    written, ring = read(path)
    if not ring.keys:
        raise UsageError(f"{path} holds no key.", remedy=REMEDY)
    kept = keyring_of(case)
    try:
        joined((kept, ring))
    except UsageError as error:
        raise UsageError(f"{path} cannot be added: {error.what}", remedy=error.remedy) from error
    case.add_keys(written, path.stem)
    return ring
