"""The handset: its state, and what can be done to it. It touches no socket and starts no thread."""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Callable
from typing import Literal

from msgspec.structs import replace

from backtalk.range.builds import Build
from backtalk.range.handset import defaults, identities
from backtalk.range.handset.apps import APPS, App
from backtalk.range.handset.apps.app import Mode
from backtalk.range.handset.clock import Clock
from backtalk.range.handset.display import Display
from backtalk.range.handset.happening import Event, Happening
from backtalk.range.handset.identities import Identities
from backtalk.range.handset.log import Log
from backtalk.range.handset.network import Reply, Request
from backtalk.range.handset.packages import Package
from backtalk.range.handset.properties import properties
from backtalk.range.handset.storage import Storage

HOME = "com.mirage.home"
_WAITING = 256
"""Requests at a time, at most; further ones fail."""


class Handset:
    """One handset with one build. `listen` hears what happens on it; `seed` gives its identities."""

    def __init__(
        self,
        build: Build,
        *,
        seed: int = 1,
        clock: Clock | None = None,
        listen: Callable[[Happening], None] | None = None,
    ) -> None:
        self.build = build
        self.clock = clock or Clock()
        self.identities: Identities = identities.born(seed)
        self.log = Log(self.clock.moment)
        self.requests: deque[Request] = deque()
        """What is to be fetched: whoever runs the handset takes it from here, and brings `arrived` the reply."""
        self.restarts = 0
        """How often it was started again: connections of before are then gone."""
        self.zone = "UTC"
        self._listen = listen or (lambda _: None)
        self._seed = seed
        self._resets = self._readvertised = self._numbers = 0
        self._awaited: dict[int, Request] = {}
        self._begin()

    def _begin(self) -> None:
        """Everything as the factory gives it."""
        self.files = Storage(self.clock.moment)
        self.settings = defaults.settings(self.build, self.identities)
        self.packages: dict[str, Package] = defaults.packages(self.build, self.clock.moment())
        self.properties = properties(self.build.model, self.identities, self.zone)
        defaults.fill(self.files, self.build, self.properties, self.packages.values())
        self._uid = max(package.uid for package in self.packages.values()) + 1
        self.apps: dict[str, App] = {kind.PACKAGE: kind(self) for kind in APPS}
        self.firmware = dict(self.packages)
        self.recent: list[str] = []
        self.display = Display(self)
        self._boot()

    def _boot(self) -> None:
        self.clock.boot()
        self.front = HOME
        self.recent.clear()
        self.running: dict[str, int] = {HOME: self._process()}
        self.display.boot()
        self.log.lines.clear()
        self.log.say("boot_progress_start", "0")
        self.log.say("ActivityManager", f"System now ready, build {self.build.model.fingerprint}")

    def _process(self) -> int:
        self._numbers += 1
        return 1500 + self._numbers * 37 % 30_000

    def reboot(self, target: str = "") -> None:
        """Start again: what programs had not kept is gone, and so is every connection."""
        self.log.say("ShutdownThread", f"reboot {target}".strip())
        self.requests.clear()
        self._awaited.clear()
        for name in list(self.apps):
            self._stop(name)
        self.restarts += 1
        self._boot()
        self.tell("android", "restart")

    # What programs ask of the handset.

    def tell(self, app: str, event: Event, mode: Mode = "normal", **details: str) -> None:
        """Say what happened."""
        self._listen(Happening(moment=self.clock.moment(), app=app, event=event, mode=mode, details=details))

    def fetch(self, app: str, url: str, kind: Literal["page", "resource", "download"], headers: dict[str, str]) -> int:
        """Ask for a page."""
        self._numbers += 1
        request = Request(number=self._numbers, app=app, url=url, kind=kind, headers=headers)
        if len(self._awaited) < _WAITING:
            self._awaited[request.number] = request
            self.requests.append(request)
        return request.number

    def arrived(self, number: int, reply: Reply) -> None:
        """A reply: whoever asked gets it, unless the program was ended meanwhile."""
        request = self._awaited.pop(number, None)
        if request is not None and request.app in self.running and request.app in self.apps:
            self.apps[request.app].arrived(request, reply)

    @property
    def loading(self) -> bool:
        """Whether a page is still on its way to the screen."""
        return any(one.kind == "page" for one in self._awaited.values())

    def launch(self, package: str, url: str = "") -> bool:
        """Bring a program to the front."""
        if package not in self.apps or package not in self.packages:
            return False
        cold = package not in self.running
        if cold:
            self.running[package] = self._process()
        component = self.packages[package].component
        what = f"act=android.intent.action.VIEW dat={url}" if url else "act=android.intent.action.MAIN"
        self.log.say("ActivityTaskManager", f"START u0 {{{what} cmp={component}}} from uid 2000")
        self.front = package
        if package != HOME:
            self.recent = [package, *(one for one in self.recent if one != package)]
        self.display.closed()
        self.apps[package].open(url)
        self.log.say("ActivityTaskManager", f"Displayed {component}: +{'412' if cold else '98'}ms")
        self.tell("android", "app", name=package)
        return True

    def readvertise(self) -> None:
        """Take another advertising ID."""
        self._readvertised += 1
        self.identities = identities.readvertised(self.identities, self._seed, self._readvertised)

    def sign(self, account: str) -> None:
        """Sign in to the maker's account; out, with none."""
        self.identities = replace(self.identities, account=account)
        self.tell("android", "account", account=account)

    def factory_reset(self) -> None:
        """Erase everything and start again."""
        self._resets += 1
        self.identities = identities.reset(self.identities, self._seed, self._resets)
        self.requests.clear()
        self._awaited.clear()
        self.restarts += 1
        self._begin()
        self.tell("android", "factory reset")

    # What the package manager does.

    def _stop(self, package: str) -> None:
        """End a program: it begins anew with what it kept."""
        kept = self.apps[package].saved
        self.apps[package] = type(self.apps[package])(self, kept)
        self.running.pop(package, None)

    def stop(self, package: str) -> None:
        """End a program, as `am force-stop` does."""
        if package in self.apps:
            self._stop(package)
            self.recent = [one for one in self.recent if one != package]
            self.log.say(
                "ActivityManager", f"Force stopping {package} appid={self.packages[package].uid} user=0: from pid 2210"
            )
        if self.front == package:
            self.front = HOME

    def clear(self, package: str) -> bool:
        """Erase a program's data, and what it was granted."""
        if package not in self.packages:
            return False
        if package in self.apps:
            self.stop(package)
            self.apps[package] = type(self.apps[package])(self)
        self.packages[package] = replace(self.packages[package], granted=())
        self.tell("android", "clear data", name=package)
        return True

    def install(self, package: Package, data: bytes) -> None:
        """Install a program, or another version over it: its data stays. OSError when there is no space."""
        old = self.packages.get(package.name)
        uid = old.uid if old else self._uid
        path = f"/data/app/{package.name}-1/base.apk"
        self.files.put(path, data)
        self._uid += 0 if old else 1
        granted = old.granted if old else ()
        self.packages[package.name] = replace(
            package, uid=uid, path=path, granted=granted, system=False, installed=int(self.clock.moment())
        )
        self.tell("android", "install", name=package.name)

    def uninstall(self, package: str, *, keep: bool = False) -> bool:
        """Remove a program; one of the firmware's can be put back by `install_existing`."""
        if package not in self.packages or package == HOME:
            return False
        if not keep:
            self.clear(package)
        else:
            self.stop(package)
        gone = self.packages.pop(package)
        if not gone.system:
            self.files.remove_all(os.path.dirname(gone.path))  # noqa: PTH120  (a path on the handset)
        self.tell("android", "uninstall", name=package)
        return True

    def install_existing(self, package: str) -> bool:
        """Put back a program that the firmware holds."""
        if package not in self.firmware:
            return False
        if package not in self.packages:
            self.packages[package] = replace(self.firmware[package], granted=())
            self.tell("android", "install", name=package)
        return True

    def grant(self, package: str, permission: str, *, given: bool) -> None:
        """Give a runtime permission, or take it. OSError where it was never asked for."""
        one = self.packages[package]
        if permission not in one.permissions:
            raise OSError(errno.EPERM, f"Package {package} has not requested permission {permission}")
        left = tuple(name for name in one.granted if name != permission)
        self.packages[package] = replace(one, granted=(*left, permission) if given else left)
