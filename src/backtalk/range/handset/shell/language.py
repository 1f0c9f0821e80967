"""What a command line means, as mksh reads it: words, quotes, `$name`, `;`, `&&`, `||`, `|`, `!`, redirections.

Not there: command substitution, arithmetic, globbing (a pattern stays as it is, as one that matches nothing),
`&`, groups, loops, functions. What begins one of these is a syntax error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from msgspec import Struct

LIMITATIONS = (
    "No command substitution, arithmetic, globbing, `&`, groups, loops or functions.",
    "Programs of a pipe run one after the other.",
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_REDIRECT = re.compile(r"(\d?)(>>|>&|>|<)")
_MOST = 1000
"""Commands of one line."""


class Syntax(ValueError):  # noqa: N818  (what it is)
    """A line that is none; the message is mksh's."""


class Piece(NamedTuple):
    """A part of a word: its letters, or the name of a variable."""

    text: str
    variable: bool = False
    quoted: bool = False


Word = tuple[Piece, ...]


class Redirection(NamedTuple):
    """`stream` goes to or comes from a file; to another stream, for `>&`."""

    stream: int
    kind: str
    target: Word


class Simple(Struct, frozen=True):
    """One command with its words, or assignments alone."""

    words: tuple[Word, ...]
    redirections: tuple[Redirection, ...] = ()


class Pipeline(Struct, frozen=True):
    """Commands, each with the output of the one before; `after` says when it runs."""

    commands: tuple[Simple, ...]
    after: Literal[";", "&&", "||"] = ";"
    negated: bool = False


class Token(NamedTuple):
    """A word, an operator, or a redirection."""

    kind: Literal["word", "operator", "redirection"]
    text: str
    word: Word = ()


def parse(line: str) -> list[Pipeline]:
    """The pipelines of a line. Syntax for one that mksh, or this shell, does not read."""
    pipelines: list[Pipeline] = []
    commands: list[Simple] = []
    words: list[Word] = []
    redirections: list[Redirection] = []
    after: Literal[";", "&&", "||"] = ";"
    negated = False
    tokens = [*_tokens(line), Token("operator", ";")]
    place = 0
    while place < len(tokens):
        token = tokens[place]
        place += 1
        if token.kind == "redirection":
            if place == len(tokens) or tokens[place].kind != "word":
                raise Syntax("syntax error: unexpected 'newline'")
            kind = token.text.lstrip("0123456789")
            stream = token.text.removesuffix(kind) or ("0" if kind == "<" else "1")
            redirections.append(Redirection(int(stream), kind, tokens[place].word))
            place += 1
        elif token.kind == "word":
            if token.text == "!" and not words and not commands:
                negated = True
            else:
                words.append(token.word)
        else:
            if words or redirections:
                commands.append(Simple(tuple(words), tuple(redirections)))
                words, redirections = [], []
            elif token.text != ";" or commands:
                raise Syntax(f"syntax error: unexpected '{token.text}'")
            if token.text == "|":
                continue
            if commands:
                pipelines.append(Pipeline(tuple(commands), after, negated))
                commands, negated = [], False
            elif after != ";":
                raise Syntax("syntax error: unexpected 'newline'")
            after = token.text  # type: ignore[assignment]  # what is left of the operators
    if len(pipelines) > _MOST:
        raise Syntax("syntax error: line too long")
    return pipelines


def _tokens(line: str) -> Iterator[Token]:
    at = 0
    while at < len(line):
        letter = line[at]
        if letter in " \t\r":
            at += 1
        elif letter == "\n":
            yield Token("operator", ";")
            at += 1
        elif letter == "#":
            at = line.find("\n", at) if "\n" in line[at:] else len(line)
        elif line.startswith(("&&", "||"), at):
            yield Token("operator", line[at : at + 2])
            at += 2
        elif letter in ";|":
            yield Token("operator", letter)
            at += 1
        elif letter in "&()":
            raise Syntax(f"syntax error: unexpected '{letter}'")
        elif (found := _REDIRECT.match(line, at)) is not None:
            yield Token("redirection", found[0])
            at = found.end()
        else:
            word, end = _word(line, at)
            yield Token("word", line[at:end], word)
            at = end


def _word(line: str, at: int) -> tuple[Word, int]:
    pieces: list[Piece] = []
    while at < len(line) and line[at] not in " \t\r\n;|&()<>":
        letter = line[at]
        if letter == "'":
            end = line.find("'", at + 1)
            if end < 0:
                raise Syntax("no closing quote")
            pieces.append(Piece(line[at + 1 : end], quoted=True))
            at = end + 1
        elif letter == '"':
            at = _double(line, at + 1, pieces)
        elif letter == "\\":
            pieces.append(Piece(line[at + 1 : at + 2], quoted=True))
            at += 2
        elif letter == "$":
            at = _variable(line, at, pieces, quoted=False)
        elif letter == "`":
            raise Syntax("syntax error: unexpected '`'")
        else:
            pieces.append(Piece(letter))
            at += 1
    return tuple(pieces), at


def _double(line: str, at: int, pieces: list[Piece]) -> int:
    pieces.append(Piece("", quoted=True))
    while at < len(line) and line[at] != '"':
        if line[at] == "\\" and line[at + 1 : at + 2] in {'"', "\\", "$", "`"}:
            pieces.append(Piece(line[at + 1], quoted=True))
            at += 2
        elif line[at] == "$":
            at = _variable(line, at, pieces, quoted=True)
        elif line[at] == "`":
            raise Syntax("syntax error: unexpected '`'")
        else:
            pieces.append(Piece(line[at], quoted=True))
            at += 1
    if at >= len(line):
        raise Syntax("no closing quote")
    return at + 1


def _variable(line: str, at: int, pieces: list[Piece], *, quoted: bool) -> int:
    after = line[at + 1 : at + 2]
    if after == "?":
        pieces.append(Piece("?", variable=True, quoted=quoted))
        return at + 2
    if after == "(":
        raise Syntax("syntax error: unexpected '('")
    braced = after == "{"
    found = _NAME.match(line, at + 1 + braced)
    if found is None or (braced and line[found.end() : found.end() + 1] != "}"):
        if braced:
            raise Syntax("bad substitution")
        pieces.append(Piece("$", quoted=True))
        return at + 1
    pieces.append(Piece(found[0], variable=True, quoted=quoted))
    return found.end() + braced
