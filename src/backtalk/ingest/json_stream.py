"""Reads JSON whose array is too long for memory: value by value, as far as it stands."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import BinaryIO

CHUNK = 1 << 20
"""Bytes read at once. A value longer than that is tried again each time twice as much is there."""

LONGEST = 1 << 28
"""Letters of one value, at most: it takes about ten times as much memory."""

_SPACE = re.compile(r"[ \t\n\r]*")
_SCALAR_ENDS = re.compile(r"[\s,\]}]")


class Fault(Exception):  # noqa: N818 -- it says what the document has, in the word of the documentation
    """The document cannot be read on; `ended` when that is because it ends."""

    def __init__(self, said: str, *, ended: bool) -> None:
        super().__init__(said)
        self.ended = ended


class JsonStream:
    """A cursor over a document in UTF-8; bytes that are none stay as surrogate escapes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._json = json.JSONDecoder()
        self._text, self._at, self._before, self._ended = "", 0, 0, False
        self._more()
        if self._text.startswith("\ufeff"):
            self._at = 1

    @property
    def byte(self) -> int:
        """Where the cursor is in the file, in bytes."""
        return self._before + _size(self._text[: self._at])

    def peek(self) -> str:
        """The next letter that is no white space; empty at the end."""
        while (found := _SPACE.match(self._text, self._at)) is not None:
            self._at = found.end()
            if self._at < len(self._text) or not self._more():
                break
        return self._text[self._at : self._at + 1]

    def take(self, letter: str) -> None:
        """Step over this letter. Fault if another stands there."""
        if (found := self.peek()) != letter:
            raise self._fault(f"{letter!r} is missing", ended=not found)
        self._at += 1

    def value(self) -> object:
        """The value that begins here, whole. Fault if it cannot be read."""
        self.peek()
        wanted = CHUNK
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except RecursionError:
                raise self._fault("nested too deeply", ended=False) from None
            except json.JSONDecodeError as error:
                if self._ended or not _may_go_on(error, self._text):
                    raise self._fault(error.msg, ended=_may_go_on(error, self._text)) from None
            except ValueError as error:  # an integer of too many digits
                raise self._fault(str(error), ended=False) from None
            else:
                # A number at the very end may go on in what has not been read yet.
                if end < len(self._text) or self._ended:
                    self._at = end
                    return value
            if len(self._text) - self._at > LONGEST:
                raise self._fault(f"a value of more than {LONGEST} letters", ended=False)
            for _ in range(0, wanted, CHUNK):
                self._more()
            wanted *= 2

    def members(self) -> Iterator[str]:
        """The names of the object's members from here on; each value is to be read before the next name."""
        self.take("{")
        yield from self._names() if self.peek() != "}" else ()
        self.take("}")

    def _names(self) -> Iterator[str]:
        while True:
            name = self.value()
            if not isinstance(name, str):
                raise self._fault("a name is no text", ended=False)
            self.take(":")
            yield name
            if self.peek() != ",":
                return
            self.take(",")

    def items(self) -> Iterator[tuple[object, int, int]]:
        """The array's items from here on, each with its first byte and the byte after its last."""
        self.take("[")
        while self.peek() != "]":
            begin = self.byte
            value = self.value()
            yield value, begin, self.byte
            self._forget()
            if self.peek() == ",":  # also two in a row, which some writers leave
                while self.peek() == ",":
                    self.take(",")
            elif self.peek() != "]":
                raise self._fault("',' is missing", ended=not self.peek())
        self.take("]")

    def seek(self, pattern: re.Pattern[str]) -> bool:
        """Go on to what matches; the match may be 4 KiB long at most. False if there is none."""
        while True:
            if found := pattern.search(self._text, self._at):
                self._at = found.end()
                return True
            self._at = max(self._at, len(self._text) - (1 << 12))
            self._forget()
            if not self._more():
                return False

    def finish(self) -> None:
        """Fault if anything but white space follows."""
        if self.peek():
            raise self._fault("more follows the document", ended=False)

    def rest(self) -> int:
        """How many bytes stand behind the cursor. The cursor stays; the rest is lost."""
        left = _size(self._text[self._at :])
        while data := self._file.read(CHUNK):
            left += len(data)
        return left

    def _forget(self) -> None:
        self._before += _size(self._text[: self._at])
        self._text, self._at = self._text[self._at :], 0

    def _more(self) -> bool:
        if self._ended:
            return False
        data = self._file.read(CHUNK)
        self._ended = not data
        self._text += self._decode(data, final=self._ended)
        return not self._ended

    def _fault(self, said: str, *, ended: bool) -> Fault:
        return Fault(f"{said} at byte {self.byte}", ended=ended and self._at_the_end())

    def _at_the_end(self) -> bool:
        while not self._ended:
            if len(self._text) - self._at > 2 * CHUNK:
                return False
            self._more()
        return True


def _may_go_on(error: json.JSONDecodeError, text: str) -> bool:
    """Whether the fault may be only that the text ends: an escape or a word may have been cut in two."""
    return error.msg.startswith("Unterminated") or len(text.rstrip()) - error.pos < len("\\ud83d\\u")


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))
