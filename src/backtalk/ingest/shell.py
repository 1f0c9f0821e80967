"""The words of shell commands, by the quoting of POSIX shells, of bash's $'…' and of Windows' cmd."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAMED = dict(zip("abeEfnrtv", "\a\b\x1b\x1b\f\n\r\t\v", strict=True))
_ANSI_C = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|(.))", re.DOTALL)
_PIECE = re.compile(
    r"""(?P<gap>(?:[ \t\r\f\v]|\\\r?\n)+)|(?P<end>[;&|\n])
    |\$'(?P<ansi>(?:[^'\\]|\\.)*)(?:'|\Z)
    |'(?P<single>[^']*)(?:'|\Z)
    |"(?P<double>(?:[^"\\]|\\.)*)(?:"|\Z)
    |\\(?P<escaped>.)|(?P<bare>[^\s'"\\;&|$]+)|(?P<odd>.)""",
    re.VERBOSE | re.DOTALL,
)
_IN_DOUBLE = re.compile(r"\\(?:([$`\"\\])|\r?\n)")


def commands(text: str) -> Iterator[list[str]]:
    """Each command as its words. Letters are bytes (Latin-1); nothing is expanded, and no input is refused."""
    if re.search(r"(?m)\A\s*curl\S* (?:\S+ )*\^\"|\^\r?$", text):
        text = re.sub(r"\^(\r?\n|.)", lambda match: " " if "\n" in match[1] else match[1], text)
    words: list[str] = []
    word: str | None = None
    for piece in _PIECE.finditer(text):
        kind, value = piece.lastgroup, piece[piece.lastgroup or 0]
        if kind in {"gap", "end"}:
            if word is not None:
                words.append(word)
            word = None
            if words and kind == "end":
                yield _command(words)
                words = []
            continue
        word = (word or "") + _spelled(kind, value)
    if word is not None:
        words.append(word)
    if words:
        yield _command(words)


def _command(words: list[str]) -> list[str]:
    return words[1:] if words[0] == "$" else words


def _spelled(kind: str | None, value: str) -> str:
    if kind == "double":
        return _IN_DOUBLE.sub(lambda match: match[1] or "", value)
    return _ANSI_C.sub(_ansi_c, value) if kind == "ansi" else value


def _ansi_c(escape: re.Match[str]) -> str:
    byte, short, long, octal, other = escape.groups()
    if byte or octal:
        return chr(int(byte or octal, 16 if byte else 8) & 0xFF)
    if short or long:
        code = int(short or long, 16)
        return chr(code).encode("utf-8", "surrogatepass").decode("latin-1") if code < 0x110000 else escape[0]
    return _NAMED.get(other, other)
