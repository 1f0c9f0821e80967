"""The music app: a list of tracks, and what plays."""

from __future__ import annotations

from backtalk.range.handset.apps.app import App
from backtalk.range.handset.properties import WIDTH
from backtalk.range.handset.screen import Look, Widget
from backtalk.range.handset.screen.layout import BAR, BOTTOM, GREY, TOP, bar, frame, icon, row, scroll

_PLAYER = 230


class Music(App):
    """Which track, and whether it plays."""

    PACKAGE, LABEL, ICON, TINT = "com.mirage.player", "Music", "note", "#e8430a"
    track = -1
    playing = False

    def view(self) -> Widget:
        """The tracks, and the player below."""
        rows = [
            row(title, artist, f"track:{number}", picture="play" if number != self.track else "note", tint=self.TINT)
            for number, (title, artist) in enumerate(self.phone.build.music.tracks)
        ]
        bottom = BOTTOM - (_PLAYER if self.track >= 0 else 0)
        tracks = scroll(rows, TOP + BAR, self.offset, bottom=bottom, resource="tracks")
        return frame([tracks, bar("Music", back=False), *(self._player() if self.track >= 0 else ())])

    def act(self, action: str) -> None:
        """Play one, stop, go on, another."""
        kind, _, name = action.partition(":")
        tracks = len(self.phone.build.music.tracks)
        if kind == "track":
            self._play(int(name))
        elif kind in {"next", "previous"}:
            self._play((self.track + (1 if kind == "next" else -1)) % tracks)
        elif kind == "pause":
            self.playing = not self.playing
            self._told("play" if self.playing else "pause")

    def _play(self, number: int) -> None:
        self.track, self.playing = number, True
        self._told("play")

    def _told(self, what: str) -> None:
        title, artist = self.phone.build.music.tracks[self.track]
        self.phone.tell(self.PACKAGE, "music", op=what, title=title, artist=artist)

    def _player(self) -> tuple[Widget, ...]:
        title, artist = self.phone.build.music.tracks[self.track]
        top = BOTTOM - _PLAYER
        ground = Widget(kind="View", bounds=(0, top, WIDTH, BOTTOM), id="player", look=Look(fill="#fff3ee"))
        cover = icon(
            (40, top + 40, 190, top + 190),
            "note",
            look=Look(icon="note", fill=self.TINT, ink="#ffffff", radius=20, inset=36),
        )
        now = Widget(
            bounds=(220, top + 45, 640, top + 115), text=title, id="now_playing", look=Look(size=44, bold=True)
        )
        by = Widget(bounds=(220, top + 115, 640, top + 180), text=artist, id="artist", look=Look(size=36, ink=GREY))
        keys = [
            icon((left, top + 55, left + 120, top + 175), picture, action, desc=desc, resource=action)
            for left, picture, action, desc in (
                (650, "previous", "previous", "Previous"),
                (785, "pause" if self.playing else "play", "pause", "Pause" if self.playing else "Play"),
                (920, "skip", "next", "Next"),
            )
        ]
        return (ground, cover, now, by, *keys)
