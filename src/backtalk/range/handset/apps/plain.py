"""Programs that are only there, as on any phone: each has one screen that says what it is."""

from __future__ import annotations

from backtalk.range.handset.apps.app import App
from backtalk.range.handset.properties import HEIGHT, WIDTH
from backtalk.range.handset.screen import Look, Widget
from backtalk.range.handset.screen.layout import bar, frame, icon


class Plain(App):
    """One of them."""

    def view(self) -> Widget:
        """Its picture, and that there is nothing in it."""
        middle = HEIGHT // 2 - 200
        look = Look(icon=self.ICON, ink="#ffffff", fill=self.TINT, radius=70, inset=60)
        face = icon((WIDTH // 2 - 140, middle - 280, WIDTH // 2 + 140, middle), "", look=look)
        said = Widget(
            bounds=(60, middle + 40, WIDTH - 60, middle + 120), text="Nothing here yet", id="empty",
            look=Look(size=46, align="center", ink="#5f6368"),
        )  # fmt: skip
        return frame([face, said, bar(self.LABEL, back=False)])


def _plain(name: str, label: str, picture: str, tint: str) -> type[App]:
    return type(label, (Plain,), {"PACKAGE": f"com.mirage.{name}", "LABEL": label, "ICON": picture, "TINT": tint})


PLAIN: tuple[type[App], ...] = (
    _plain("dialer", "Phone", "phone", "#1e8e3e"),
    _plain("messaging", "Messages", "bubble", "#1a73e8"),
    _plain("camera", "Camera", "camera", "#5f6368"),
    _plain("gallery", "Gallery", "picture", "#d93025"),
    _plain("deskclock", "Clock", "clock", "#202124"),
    _plain("calculator", "Calculator", "keys", "#e37400"),
    _plain("notes", "Notes", "sheet", "#f9ab00"),
    _plain("weather", "Weather", "sun", "#4fc3f7"),
    _plain("contacts", "Contacts", "person", "#00897b"),
)
"""All of them."""
