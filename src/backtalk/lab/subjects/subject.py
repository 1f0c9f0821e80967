"""What a subject's file declares: how it starts, trusts, is typed into, and is configured."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Setting(Struct, frozen=True, kw_only=True):
    """One switch in a file: a JSON member by its path, or a Mozilla preference.

    A `file` that begins with `/` is the packager's own, covered by a changed copy in the
    lab; any other is made in the subject's home folder.
    """

    file: str
    form: Literal["json", "user.js"]
    key: str
    value: bool | int | str

    def __str__(self) -> str:
        return f"{self.file}: {self.key} = {str(self.value).lower()}"


class Keys(Struct, frozen=True, kw_only=True):
    """The key combinations that a person uses, in xdotool's names."""

    address_bar: str = "ctrl+l"
    private_window: str
    close_window: str = "alt+F4"


class Subject(Struct, frozen=True, kw_only=True):
    """A browser or program as packaged, and how the lab uses it.

    `command` is what a person's click would start; `window_class` is its X window class;
    `trust` is the NSS database, relative to the home folder, that gets the lab's
    certificate; `files` are the policies and packager preferences that decide how it
    behaves (glob patterns); `welcome` describes the first-run choice it shows, if any.
    """

    id: str
    name: str
    package: str
    command: tuple[str, ...]
    version: tuple[str, ...]
    window_class: str
    trust: str
    keys: Keys
    files: tuple[str, ...]
    suggestions_on: tuple[Setting, ...]
    suggestions_off: tuple[Setting, ...]
    welcome: str = ""
    engine: str = ""
    """The search engine it uses as packaged: a label for people, never used by a verdict."""
    references: tuple[str, ...] = ()
    limitations: tuple[str, ...] = ()
