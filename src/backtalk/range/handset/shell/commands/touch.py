"""`input`: taps, swipes, letters and keys."""

from __future__ import annotations

from backtalk.range.handset.shell.command import Call, Command

LIMITATIONS = (
    "Long presses are taps, and a swipe's duration is not looked at.",
    "No gamepads, trackballs and pointers.",
)
KEYS = {
    "HOME": 3,
    "BACK": 4,
    "CALL": 5,
    "ENDCALL": 6,
    "VOLUME_UP": 24,
    "VOLUME_DOWN": 25,
    "POWER": 26,
    "CAMERA": 27,
    "TAB": 61,
    "SPACE": 62,
    "ENTER": 66,
    "DEL": 67,
    "MENU": 82,
    "NOTIFICATION": 83,
    "SEARCH": 84,
    "MEDIA_PLAY_PAUSE": 85,
    "ESCAPE": 111,
    "FORWARD_DEL": 112,
    "MOVE_HOME": 122,
    "MOVE_END": 123,
    "APP_SWITCH": 187,
    "SLEEP": 223,
    "WAKEUP": 224,
    **{str(digit): 7 + digit for digit in range(10)},
    **{chr(65 + place): 29 + place for place in range(26)},
    "COMMA": 55,
    "PERIOD": 56,
    "MINUS": 69,
    "EQUALS": 70,
    "SLASH": 76,
    "AT": 77,
}
"""Android's key codes by their names. (developer.android.com, KeyEvent)"""
_MEANT = {
    "HOME": "home",
    "BACK": "back",
    "ESCAPE": "back",
    "POWER": "power",
    "MENU": "menu",
    "APP_SWITCH": "recents",
    "SLEEP": "sleep",
    "WAKEUP": "wakeup",
    "ENTER": "enter",
    "DEL": "delete",
    "NOTIFICATION": "notifications",
    "SPACE": " ",
    "COMMA": ",",
    "PERIOD": ".",
    "MINUS": "-",
    "EQUALS": "=",
    "SLASH": "/",
    "AT": "@",
}
_BY_CODE = {code: name for name, code in KEYS.items()}
_SOURCES = {"touchscreen", "keyboard", "touchpad", "mouse", "stylus"}


def _numbers(words: list[str]) -> list[int]:
    return [round(float(word)) for word in words]


def _key(call: Call, word: str) -> bool:
    name = _BY_CODE.get(int(word), "") if word.isdigit() else word.removeprefix("KEYCODE_").upper()
    if name not in KEYS:
        return word.isdigit()  # a code that no key has does nothing
    if meant := _MEANT.get(name, name.lower() if len(name) == 1 else ""):
        call.phone.display.key(meant)
    return True


def run(call: Call) -> int:
    """Touch the screen or press a key."""
    words = [word for word in call.arguments if word not in _SOURCES]
    kind, rest = (words or [""])[0], [word for word in words[1:] if word not in {"--longpress", "--doubletap"}]
    display = call.phone.display
    try:
        if kind == "tap" and len(rest) == 2:
            x, y = _numbers(rest)
            display.tap(x, y)
        elif kind in {"swipe", "draganddrop"} and len(rest) in {4, 5}:
            x, y, a, b, *_ = _numbers(rest)
            display.swipe((x, y), (a, b))
        elif kind == "text" and rest:
            display.type(rest[0].replace("%s", " "))
        elif kind == "keyevent" and rest:
            for word in rest:
                if not _key(call, word):
                    return call.fail(f"Error: Invalid arguments for command: keyevent {word}", code=255)
        else:
            return call.fail(
                "Error: Invalid arguments for command: " + kind
                if kind
                else "Usage: input [<source>] <command> [<arg>...]",
                code=255,
            )
    except (ValueError, OverflowError):
        return call.fail(f"Error: Invalid arguments for command: {kind}", code=255)
    return 0


COMMANDS = (
    Command(
        name="input",
        run=run,
        usage=("input tap X Y", "input swipe X1 Y1 X2 Y2 [MS]", "input text WORDS", "input keyevent KEY…"),
    ),
)
