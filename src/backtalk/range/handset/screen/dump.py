"""What `uiautomator dump` writes of a window. (AOSP, AccessibilityNodeInfoDumper)"""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from backtalk.range.handset.screen.widget import Bounds, Widget, Window, clipped

_TYPED = {"EditText"}
_OTHER_CLASSES = {"RecyclerView": "androidx.recyclerview.widget.RecyclerView", "WebView": "android.webkit.WebView"}
_WIDGETS = {
    "TextView", "Button", "EditText", "ImageView", "ImageButton", "Switch", "FrameLayout", "LinearLayout",
    "RelativeLayout", "ScrollView", "ProgressBar",
}  # fmt: skip


def dump(window: Window, screen: Bounds) -> str:
    """One line of XML, as on a phone."""
    head = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"
    return f'{head}<hierarchy rotation="0">{_node(window.root, window.package, screen, 0)}</hierarchy>'


def class_name(kind: str) -> str:
    """Android's name of the class."""
    if kind in _WIDGETS:
        return f"android.widget.{kind}"
    return _OTHER_CLASSES.get(kind, f"android.view.{kind}")


def _node(widget: Widget, package: str, clip: Bounds, index: int) -> str:
    seen = clipped(widget.bounds, clip)
    if seen[0] == seen[2] or seen[1] == seen[3]:
        return ""
    flags = {
        "checkable": widget.checked is not None,
        "checked": bool(widget.checked),
        "clickable": bool(widget.action),
        "enabled": True,
        "focusable": bool(widget.action) or widget.kind in _TYPED,
        "focused": widget.focused,
        "scrollable": widget.scrolls,
        "long-clickable": widget.kind in _TYPED,
        "password": False,
        "selected": False,
    }
    named = widget.id if ":" in widget.id or not widget.id else f"{package}:id/{widget.id}"
    words = {
        "index": str(index),
        "text": widget.text,
        "resource-id": named,
        "class": class_name(widget.kind),
        "package": package,
        "content-desc": widget.desc,
        **{name: str(value).lower() for name, value in flags.items()},
        "bounds": "[{},{}][{},{}]".format(*seen),
    }
    written = " ".join(f"{name}={_quoted(value)}" for name, value in words.items())
    inner = "".join(_node(child, package, seen, number) for number, child in enumerate(widget.children))
    return f"<node {written}>{inner}</node>" if inner else f"<node {written} />"


def _quoted(value: str) -> str:
    # What XML cannot hold is written as a dot, as Android's own dumper does.
    sound = "".join(
        letter
        if letter in "\t\n\r" or " " <= letter <= "\ud7ff" or "\ue000" <= letter <= "\ufffd" or letter > "\uffff"
        else "."
        for letter in value
    )
    return quoteattr(sound, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;", '"': "&quot;"})
