"""Installed programs, and what they may."""

from __future__ import annotations

from msgspec import Struct

from backtalk.range import LABEL

INTERNET = "android.permission.INTERNET"
_RUNTIME = frozenset(
    f"android.permission.{name}"
    for name in (
        "ACCESS_COARSE_LOCATION", "ACCESS_FINE_LOCATION", "CAMERA", "POST_NOTIFICATIONS", "READ_CONTACTS",
        "READ_EXTERNAL_STORAGE", "READ_PHONE_STATE", "RECORD_AUDIO", "WRITE_EXTERNAL_STORAGE",
    )
)  # fmt: skip
"""Permissions that the owner gives and takes back; all others are given at installation."""


class Package(Struct, frozen=True, kw_only=True):
    """One program. `signer` names its signing key; `granted` are the runtime permissions it has."""

    name: str
    label: str
    activity: str
    path: str
    uid: int
    version: str
    code: int
    signer: str = "mirage-platform"
    system: bool = True
    permissions: tuple[str, ...] = (INTERNET,)
    granted: tuple[str, ...] = ()
    installed: int = 0

    @property
    def component(self) -> str:
        """Its main activity as `am` names it."""
        short = self.activity.removeprefix(self.name) if self.activity.startswith(self.name + ".") else self.activity
        return f"{self.name}/{short}"


def runtime(permission: str) -> bool:
    """Whether the owner decides about this permission."""
    return permission in _RUNTIME


def archive(package: Package) -> bytes:
    """What stands in for an APK where a build brings none: a ZIP that says what it is."""
    import io
    import zipfile

    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as packed:
        told = f"package: {package.name}\nversion: {package.version} ({package.code})\n{LABEL}\n"
        packed.writestr(zipfile.ZipInfo("ABOUT.txt", (2020, 4, 1, 0, 0, 0)), told)
    return kept.getvalue()
