"""The handset's files, in memory: folders, files, links, and one supply that everything shares."""

from __future__ import annotations

import errno
import os
import posixpath
import stat
from collections.abc import Callable

from msgspec import Struct

from backtalk.range.adb.device import Stat

SUPPLY = 384 << 20
"""Bytes that all files and all that is on its way into files take together."""
_NODES = 20_000
_LINKS = 40
_FILE = stat.S_IFREG
_OPEN_TO_SHELL = ("/storage/emulated/0", "/data/local/tmp")
_CLOSED_TO_SHELL = ("/data/data", "/data/app", "/data/system", "/data/user")
SHELL, ROOT, MEDIA = 2000, 0, 1015
_NAMES = {SHELL: "shell", ROOT: "root", MEDIA: "media_rw", 1000: "system"}


class Node(Struct, frozen=True, kw_only=True):
    """A file, folder or link. A link's data is where it leads."""

    inode: int
    mode: int
    data: bytes = b""
    uid: int = ROOT
    modified: int = 0

    @property
    def owner(self) -> str:
        """The owner's name."""
        return _NAMES.get(self.uid, f"u0_a{self.uid - 10_000}")


def _error(number: int, path: str) -> OSError:
    return OSError(number, os.strerror(number), path)


class Claim:
    """A part of the supply that is taken while something is on its way (adb's `Room`)."""

    def __init__(self, storage: Storage) -> None:
        self._storage, self._held = storage, 0

    def take(self, size: int) -> bool:
        """So many bytes more; False when there are no more."""
        if not self._storage.claim(size):
            return False
        self._held += size
        return True

    def free(self) -> None:
        """Give all back."""
        self._storage.claim(-self._held)
        self._held = 0


class Storage:
    """Paths are absolute. What the shell does is held to its rights; `put` and `remove_all` are the system's own."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._nodes: dict[str, Node] = {}
        self._used = 0
        self._inodes = 0

    def claim(self, size: int) -> bool:
        """Take from the supply, or give back what is negative."""
        if size > 0 and self._used + size > SUPPLY:
            return False
        self._used += size
        return True

    def room(self) -> Claim:
        """A part of the supply, nothing taken yet."""
        return Claim(self)

    @property
    def left(self) -> int:
        """Bytes of the supply that are not taken."""
        return SUPPLY - self._used

    def put(self, path: str, data: bytes = b"", mode: int = _FILE | 0o644, uid: int = ROOT, at: int = -1) -> None:
        """Set what stands there, with the folders above. OSError when nothing is left."""
        if not posixpath.isabs(path) or any(
            len(name.encode(errors="surrogateescape")) > 255 for name in path.split("/")
        ):
            raise _error(errno.ENAMETOOLONG if posixpath.isabs(path) else errno.ENOENT, path)
        above = posixpath.dirname(path)
        if path != "/" and above not in self._nodes:
            self.put(above, mode=stat.S_IFDIR | 0o771, uid=uid)
        old = self._nodes.get(path)
        if len(self._nodes) >= _NODES or not self.claim(len(data) - (len(old.data) if old else 0)):
            raise _error(errno.ENOSPC, path)
        self._inodes += 1
        modified = int(self._now()) if at < 0 else at
        self._nodes[path] = Node(
            inode=old.inode if old else self._inodes, mode=mode, data=data, uid=uid, modified=modified
        )

    def remove_all(self, path: str) -> None:
        """Remove it and all in it."""
        for one in [one for one in self._nodes if one == path or one.startswith(path.rstrip("/") + "/")]:
            self.claim(-len(self._nodes.pop(one).data))

    def find(self, path: str, *, follow: bool = True) -> tuple[str, Node]:
        """Where the path leads, and what is there. OSError where that is nothing, or a link in a circle."""
        left = [name for name in path.split("/") if name not in {"", "."}]
        if not path.startswith("/") or "\0" in path:
            raise _error(errno.ENOENT, path)
        at, links = "", 0
        while left:
            name = left.pop(0)
            if name == "..":
                at = posixpath.dirname(at).rstrip("/")
                continue
            node = self._nodes.get(f"{at}/{name}")
            if node is None:
                raise _error(errno.ENOENT, path)
            if stat.S_ISLNK(node.mode) and (left or follow):
                links += 1
                if links > _LINKS:
                    raise _error(errno.ELOOP, path)
                target = node.data.decode(errors="surrogateescape")
                at = "" if target.startswith("/") else at
                left = [one for one in target.split("/") if one not in {"", "."}] + left
                continue
            at = f"{at}/{name}"
            if left and not stat.S_ISDIR(node.mode):
                raise _error(errno.ENOTDIR, path)
        return at or "/", self._nodes[at or "/"]

    def stat(self, path: str, *, follow: bool) -> Stat:
        """Its facts; with an errno where there are none."""
        try:
            place, node = self.find(path, follow=follow)
            _readable(place)
        except OSError as error:
            return Stat(error=error.errno or errno.EIO)
        size = 4096 if stat.S_ISDIR(node.mode) else len(node.data)
        return Stat(inode=node.inode, mode=node.mode, uid=node.uid, gid=node.uid, size=size, modified=node.modified)

    def inside(self, path: str) -> list[tuple[str, Node]]:
        """What a folder holds, by name."""
        place, node = self.find(path)
        if not stat.S_ISDIR(node.mode):
            raise _error(errno.ENOTDIR, path)
        head = place.rstrip("/") + "/"
        return sorted(
            (one[len(head) :], node)
            for one, node in self._nodes.items()
            if one.startswith(head) and one != "/" and "/" not in one[len(head) :]
        )

    def entries(self, path: str) -> list[tuple[str, Stat]]:
        """What a folder holds, with the facts; as the shell may see it."""
        place, _ = self.find(path)
        _readable(place, "/data")
        return [(name, self.stat(f"{place.rstrip('/')}/{name}", follow=False)) for name, _ in self.inside(place)]

    def read(self, path: str) -> bytes:
        """A file's bytes, as the shell may see them."""
        place, node = self.find(path)
        if not place.endswith(".apk"):  # apps are readable by everybody, their folder is not
            _readable(place)
        if stat.S_ISDIR(node.mode):
            raise _error(errno.EISDIR, path)
        return node.data

    def write(self, path: str, data: bytes, mode: int = _FILE | 0o660, modified: int = -1) -> None:
        """Make or replace a file, as the shell may."""
        place = self._target(path)
        if (old := self._nodes.get(place)) is not None and stat.S_ISDIR(old.mode):
            raise _error(errno.EISDIR, path)
        content = data.rstrip(b"\0") if stat.S_ISLNK(mode) else data
        self.put(place, content, mode, MEDIA if place.startswith("/storage") else SHELL, modified)

    def make_folder(self, path: str) -> None:
        """Make a folder, as the shell may."""
        place = self._target(path)
        if place in self._nodes:
            raise _error(errno.EEXIST, path)
        self.put(place, mode=stat.S_IFDIR | 0o771, uid=SHELL)

    def remove(self, path: str, *, whole: bool = False) -> None:
        """Remove a file, or a folder with all in it, as the shell may."""
        place, node = self.find(path, follow=False)
        _writable(place, path)
        if stat.S_ISDIR(node.mode) and not whole:
            raise _error(errno.EISDIR, path)
        self.remove_all(place)

    def _target(self, path: str) -> str:
        above, name = posixpath.split(path.rstrip("/"))
        if not path.startswith("/") or not name:
            raise _error(errno.ENOENT, path)
        try:
            folder, _ = self.find(above)
        except FileNotFoundError:
            folder = self._missing(above)
        place = f"{folder.rstrip('/')}/{name}"
        _writable(place, path)
        return self.find(place)[0] if place in self._nodes and stat.S_ISLNK(self._nodes[place].mode) else place

    def _missing(self, folder: str) -> str:
        """Where a folder that is not there will be: adbd makes those that lack."""
        above, name = posixpath.split(folder.rstrip("/"))
        if not name or name == "..":
            raise _error(errno.ENOENT, folder)
        try:
            place, _ = self.find(above or "/")
        except FileNotFoundError:
            place = self._missing(above)
        return f"{place.rstrip('/')}/{name}"


def _readable(place: str, *more: str) -> None:
    if place.startswith(_CLOSED_TO_SHELL) or place in more:
        raise _error(errno.EACCES, place)


def _writable(place: str, path: str) -> None:
    if not place.startswith(tuple(f"{one}/" for one in _OPEN_TO_SHELL)):
        raise _error(errno.EACCES if place.startswith(("/data", "/storage", "/mnt")) else errno.EROFS, path)
