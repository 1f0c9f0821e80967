"""The file manager: the folders of the shared storage, as they are."""

from __future__ import annotations

import posixpath
import stat

from backtalk.range.handset.apps.app import App
from backtalk.range.handset.screen import Widget
from backtalk.range.handset.screen.layout import BAR, BOTTOM, TOP, Row, bar, frame, height, row, scroll, words

ROOT = "/storage/emulated/0"
_SHOWN = 200


class Files(App):
    """Which folder is open."""

    PACKAGE, LABEL, ICON, TINT = "com.mirage.fileexplorer", "Files", "folder", "#f9ab00"
    PERMISSIONS = ("android.permission.READ_EXTERNAL_STORAGE", "android.permission.WRITE_EXTERNAL_STORAGE")
    place = ROOT

    def view(self) -> Widget:
        """What the folder holds."""
        listed = scroll(self._rows(), TOP + BAR, self.offset, resource="file_list")
        title = "Internal storage" if self.place == ROOT else posixpath.basename(self.place)
        return frame([listed, bar(title, back=self.place != ROOT)])

    def act(self, action: str) -> None:
        """Into a folder, or out of it."""
        kind, _, name = action.partition(":")
        if kind == "folder":
            self.place, self.offset = f"{self.place}/{name}", 0
            self.phone.tell(self.PACKAGE, "folder", name=name, path=self.place)
        elif kind == "back":
            self.back()

    def back(self) -> bool:
        """To the folder above."""
        if self.place == ROOT:
            return False
        self.place, self.offset = posixpath.dirname(self.place), 0
        return True

    def longest(self) -> int:
        """How far the list can be moved."""
        return max(0, height(self._rows()) - (BOTTOM - TOP - BAR))

    def _rows(self) -> list[Row]:
        try:
            inside = self.phone.files.inside(self.place)
        except OSError:  # it was removed from outside
            self.place = ROOT
            inside = self.phone.files.inside(ROOT)
        shown = [one for one in inside if not one[0].startswith(".")][:_SHOWN]
        rows = [
            row(name, "Folder", f"folder:{name}", picture="folder", tint=self.TINT, resource="file_name")
            if stat.S_ISDIR(node.mode)
            else row(name, _size(len(node.data)), picture="file", tint="#5f9ea0", resource="file_name")
            for name, node in sorted(shown, key=lambda one: (not stat.S_ISDIR(one[1].mode), one[0]))
        ]
        return rows or [words("This folder is empty", ink="#5f6368")]


def _size(size: int) -> str:
    for unit, bytes_ in (("MB", 1 << 20), ("KB", 1 << 10)):
        if size >= bytes_:
            return f"{size / bytes_:.2f} {unit}"
    return f"{size} B"
