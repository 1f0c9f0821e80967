"""What a handset begins with: settings, packages, files."""

from __future__ import annotations

import stat
from collections.abc import Iterable

from backtalk.range import LABEL
from backtalk.range.builds import Build
from backtalk.range.handset.apps import APPS
from backtalk.range.handset.identities import Identities
from backtalk.range.handset.packages import Package, archive
from backtalk.range.handset.storage import MEDIA, ROOT, SHELL, Storage

_FIRST_UID = 10_050
_FOLDERS = (
    "Alarms",
    "Android",
    "Android/data",
    "DCIM",
    "DCIM/Camera",
    "Documents",
    "Download",
    "Movies",
    "Music",
    "Notifications",
    "Pictures",
    "Podcasts",
    "Ringtones",
)
_SYSTEM = (
    ("com.android.systemui", "System UI", 10_021),
    ("com.android.shell", "Shell", SHELL),
    ("com.mirage.inputmethod", "Keyboard", 10_022),
)


def settings(build: Build, identities: Identities) -> dict[str, dict[str, str]]:
    """The three tables of Android's settings."""
    return {
        "system": {
            "screen_brightness": "102",
            "screen_off_timeout": "60000",
            "accelerometer_rotation": "0",
            "volume_music": "7",
        },
        "secure": {
            "android_id": identities.android_id,
            "location_mode": "1",
            "user_setup_complete": "1",
            "limit_ad_tracking": "0",
            "upload_log_pref": "0",
            "default_input_method": "com.mirage.inputmethod/.Keyboard",
            "bluetooth_address": identities.bluetooth_mac,
        },
        "global": {
            "adb_enabled": "1",
            "airplane_mode_on": "0",
            "wifi_on": "1",
            "mobile_data": "1",
            "bluetooth_on": "1",
            "auto_time": "1",
            "device_name": build.model.name,
            "device_provisioned": "1",
            "stay_on_while_plugged_in": "0",
            "zen_mode": "0",
            "development_settings_enabled": "1",
            "http_proxy": ":0",
        },
    }


def packages(build: Build, moment: float) -> dict[str, Package]:
    """Every program in the firmware, by name."""
    found: dict[str, Package] = {}
    for place, app in enumerate(APPS):
        version, code = (
            (build.browser.version, build.browser.code) if app.PACKAGE == "com.mirage.browser" else app.VERSION
        )
        folder = f"/system/app/{app.LABEL.replace(' ', '')}"
        found[app.PACKAGE] = Package(
            name=app.PACKAGE,
            label=app.LABEL,
            activity=app.PACKAGE + app.ACTIVITY,
            path=f"{folder}/{app.LABEL}.apk",
            uid=_FIRST_UID + place,
            version=version,
            code=code,
            permissions=app.PERMISSIONS,
            installed=int(moment),
        )
    for name, label, uid in _SYSTEM:
        path = f"/system/priv-app/{label.replace(' ', '')}/{label.replace(' ', '')}.apk"
        found[name] = Package(
            name=name,
            label=label,
            activity="",
            path=path,
            uid=uid,
            version=build.model.android,
            code=build.model.level,
            installed=int(moment),
        )
    return found


def fill(files: Storage, build: Build, properties: dict[str, str], installed: Iterable[Package]) -> None:
    """The files of the firmware, and an empty shared storage."""
    folder, link = stat.S_IFDIR | 0o755, stat.S_IFLNK | 0o777
    for path in ("/", "/system", "/system/bin", "/vendor", "/proc", "/sys", "/dev", "/storage", "/mnt"):
        files.put(path, mode=folder)
    files.put("/data", mode=stat.S_IFDIR | 0o771, uid=1000)
    files.put("/data/local/tmp", mode=stat.S_IFDIR | 0o771, uid=SHELL)
    files.put("/data/data", mode=stat.S_IFDIR | 0o771, uid=1000)
    files.put("/data/app", mode=stat.S_IFDIR | 0o771, uid=1000)
    files.put("/storage/emulated/0", mode=stat.S_IFDIR | 0o770, uid=MEDIA)
    files.put("/storage/self/primary", b"/storage/emulated/0", link)
    files.put("/sdcard", b"/storage/self/primary", link)
    files.put("/bin", b"/system/bin", link)
    files.put("/etc", b"/system/etc", link)
    for name in _FOLDERS:
        files.put(f"/storage/emulated/0/{name}", mode=stat.S_IFDIR | 0o770, uid=MEDIA)
    files.put("/storage/emulated/0/ABOUT.txt", f"{build.model.name}: {LABEL}\n".encode(), uid=MEDIA)
    lines = [f"{name}={value}" for name, value in sorted(properties.items()) if name.startswith("ro.")]
    files.put("/system/build.prop", "\n".join([f"# {LABEL}", *lines, ""]).encode(), stat.S_IFREG | 0o600)
    files.put("/system/etc/hosts", b"127.0.0.1       localhost\n::1             ip6-localhost\n")
    files.put(
        "/proc/version",
        b"Linux version 4.14.117-perf-mirage (builder@range) #1 SMP PREEMPT Wed Apr 1 00:00:00 UTC 2020\n",
    )
    files.put(
        "/proc/cpuinfo", b"Processor\t: AArch64 Processor rev 14 (aarch64)\nHardware\t: Mirage simulated handset\n"
    )
    files.put(
        "/proc/meminfo", b"MemTotal:        5883136 kB\nMemFree:         1211392 kB\nMemAvailable:    3145728 kB\n"
    )
    for package in installed:
        files.put(package.path, archive(package), stat.S_IFREG | 0o644, ROOT)
        files.put(f"/data/data/{package.name}", mode=stat.S_IFDIR | 0o700, uid=package.uid)
