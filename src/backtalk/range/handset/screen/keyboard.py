"""The keyboard on the screen: shown while a field has the focus; each key types as a key does."""

from __future__ import annotations

from backtalk.range.handset.properties import WIDTH
from backtalk.range.handset.screen.layout import BOTTOM
from backtalk.range.handset.screen.widget import Look, Widget, Window

HEIGHT = 760
PACKAGE = "com.mirage.inputmethod"
_LETTERS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SIGNS = ("1234567890", "@#$%&-+()", "*\"':;!?")


def keyboard(*, signs: bool) -> Window:
    """Letters, or signs; below them space, what addresses need, and enter."""
    step, tall, top = WIDTH // 10, 168, BOTTOM - HEIGHT + 30
    keys: list[Widget] = []
    for number, letters in enumerate(_SIGNS if signs else _LETTERS):
        left = (WIDTH - step * len(letters)) // 2
        y = top + number * (tall + 10)
        keys += [
            _key(left + step * place, y, step, tall, letter, f"key:{letter}") for place, letter in enumerate(letters)
        ]
    wide, y = step * 3 // 2, top + 2 * (tall + 10)
    keys.append(_key(WIDTH - wide, y, wide, tall, "<x", "key:delete", "#c9cdd2", desc="Delete"))
    y += tall + 10
    left = 0
    for share, face, action in (
        (1.5, "ABC" if signs else "?123", "key:signs"),
        (1, "/", "key:/"),
        (5, "space", "key: "),
        (1, ".", "key:."),
        (1.5, "Go", "key:enter"),
    ):
        size = int(step * share)
        strong = face == "Go"
        keys.append(_key(left, y, size, tall, face, action, "#1a73e8" if strong else "#ffffff"))
        left += size
    root = Widget(
        kind="FrameLayout", bounds=(0, BOTTOM - HEIGHT, WIDTH, BOTTOM), look=Look(fill="#e1e4e8"), children=tuple(keys)
    )
    return Window(package=PACKAGE, activity="InputMethod", root=root, modal=False, input=True)


def _key(
    left: int, top: int, wide: int, tall: int, face: str, action: str, fill: str = "#ffffff", desc: str = ""
) -> Widget:
    ink = "#ffffff" if fill == "#1a73e8" else "#202124"
    look = Look(fill=fill, radius=14, size=44 if len(face) > 1 else 54, align="center", ink=ink)
    return Widget(
        kind="Button",
        bounds=(left + 5, top, left + wide - 5, top + tall),
        text=face,
        desc=desc or face,
        action=action,
        look=look,
    )
