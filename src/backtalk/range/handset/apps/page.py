"""A page as the handset's browser understands HTML: blocks of text, links, forms, and what else is to be fetched.

No style and no script is followed. (WHATWG HTML, but only these elements.)
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Literal
from urllib.parse import urlencode, urljoin, urlsplit

from msgspec import Struct
from msgspec.structs import replace

_BLOCKS, _PARTS, _LETTERS = 1000, 24, 200_000
"""Blocks, further files and letters of a page, at most."""
_HEADINGS = {"h1", "h2", "h3", "h4"}
_BREAKS = {"p", "div", "li", "br", "tr", "section", "article", "header", "footer", "ul", "ol", "table", "form", "main"}
_SILENT = {"script", "style", "head", "template", "noscript", "svg"}


class Field(Struct, frozen=True):
    """A field of a form; `kind` is HTML's type."""

    name: str
    value: str
    kind: str = "text"
    hint: str = ""


class Form(Struct, frozen=True):
    """A form that is sent with GET."""

    action: str
    fields: tuple[Field, ...] = ()

    def address(self, values: dict[str, str]) -> str:
        """Where it leads with these values."""
        pairs = [(one.name, values.get(one.name, one.value)) for one in self.fields if one.name]
        return f"{self.action.partition('?')[0].partition('#')[0]}?{urlencode(pairs)}"


class Block(Struct, frozen=True):
    """What is shown: text, a link, or a form's field or button (by the form's number and the field's)."""

    kind: Literal["heading", "text", "link", "field", "button"]
    text: str
    href: str = ""
    form: int = 0
    field: int = 0


class Page(Struct, frozen=True, kw_only=True):
    """A page. `parts` are addresses of what belongs to it."""

    url: str
    title: str = ""
    blocks: tuple[Block, ...] = ()
    forms: tuple[Form, ...] = ()
    parts: tuple[str, ...] = ()


def parse(url: str, body: bytes) -> Page:
    """The page in these bytes, whatever they are."""
    reader = _Reader(url)
    reader.feed(body.decode("utf-8", errors="replace")[:_LETTERS])
    reader.close()
    reader.flush()
    blocks = tuple(reader.blocks[:_BLOCKS])
    title = " ".join(reader.title.split())[:300]
    forms = tuple(Form(action, tuple(fields)) for action, fields in reader.forms)
    return Page(url=url, title=title, blocks=blocks, forms=forms, parts=tuple(dict.fromkeys(reader.parts))[:_PARTS])


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self._url = url
        self.blocks: list[Block] = []
        self.forms: list[tuple[str, list[Field]]] = []
        self.parts: list[str] = []
        self.title = ""
        self._said: list[str] = []
        self._href = ""
        self._heading = self._titled = self._inside = False
        self._silent: list[str] = []

    def _join(self, address: str) -> str:
        try:
            joined = urljoin(self._url, address.strip())
            return joined if urlsplit(joined).scheme in {"http", "https"} else ""
        except ValueError:
            return ""

    def flush(self) -> None:
        """End the block that is being read."""
        text = " ".join("".join(self._said).split())
        self._said.clear()
        if text and len(self.blocks) < _BLOCKS:
            kind: Literal["heading", "link", "text"] = "heading" if self._heading else "link" if self._href else "text"
            self.blocks.append(Block(kind, text[:4000], self._href))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A start tag."""
        had = {name: value or "" for name, value in attrs}
        self._part(tag, had)
        if tag == "title":
            self._titled = True
        if tag in _SILENT and tag != "head":
            self._silent.append(tag)
        if tag in _HEADINGS | _BREAKS | {"a"}:
            self.flush()
        if tag in _HEADINGS:
            self._heading = True
        elif tag == "a":
            self._href = self._join(had.get("href", "")) if had.get("href") else ""
        elif tag == "form" and len(self.forms) < 50:
            self.forms.append((self._join(had.get("action", "")) or self._url, []))
        elif tag in {"input", "textarea", "button"}:
            self._input(tag, had)
            self._inside = tag == "button"

    def _part(self, tag: str, had: dict[str, str]) -> None:
        address = ""
        if tag in {"img", "script"}:
            address = had.get("src", "")
        elif tag == "link" and set(had.get("rel", "").lower().split()) & {"stylesheet", "icon"}:
            address = had.get("href", "")
        if address and len(self.parts) < 4 * _PARTS and (joined := self._join(address)):
            self.parts.append(joined)

    def _input(self, tag: str, had: dict[str, str]) -> None:
        kind = had.get("type", "submit" if tag == "button" else "text").lower()
        if not self.forms or len(self.forms[-1][1]) >= 50:
            return
        self.flush()
        fields = self.forms[-1][1]
        number = len(fields)
        fields.append(Field(had.get("name", ""), had.get("value", ""), kind, had.get("placeholder", "")))
        if kind in {"text", "search", "url", "email"}:
            self.blocks.append(Block("field", had.get("value", ""), "", len(self.forms) - 1, number))
        elif kind == "submit":
            self.blocks.append(Block("button", had.get("value", "") or "Submit", "", len(self.forms) - 1, number))

    def handle_endtag(self, tag: str) -> None:
        """An end tag."""
        if tag == "title":
            self._titled = False
        if self._silent and tag == self._silent[-1]:
            self._silent.pop()
        if tag in _HEADINGS | _BREAKS | {"a"}:
            self.flush()
        if tag == "button":
            self._labelled()
        if tag in _HEADINGS:
            self._heading = False
        elif tag == "a":
            self._href = ""

    def _labelled(self) -> None:
        """What stood inside a button is its name."""
        text = " ".join("".join(self._said).split())[:200]
        if self._inside and text and self.blocks and self.blocks[-1].kind == "button":
            self._said.clear()
            self.blocks[-1] = replace(self.blocks[-1], text=text)
        self._inside = False

    def handle_data(self, data: str) -> None:
        """Text."""
        if self._titled:
            self.title += data[: max(0, 1000 - len(self.title))]
        elif not self._silent:
            self._said.append(data)
