"""What `getprop` says, as Android derives it."""

from __future__ import annotations

from backtalk.range.builds import Model
from backtalk.range.handset.identities import Identities

WIDTH, HEIGHT, DENSITY = 1080, 2340, 440
"""Of the screen, in pixels and in pixels an inch."""


def properties(model: Model, identities: Identities, zone: str) -> dict[str, str]:
    """Every property that is set at boot, by name."""
    product = {
        "brand": model.brand, "device": model.device, "manufacturer": model.maker, "model": model.name,
        "name": model.device, "board": model.device, "cpu.abi": "arm64-v8a",
        "cpu.abilist": "arm64-v8a,armeabi-v7a,armeabi", "locale": model.locale,
    }  # fmt: skip
    build = {
        "id": model.build, "display.id": model.build, "version.incremental": model.version,
        "version.sdk": str(model.level), "version.release": model.android, "version.security_patch": "2020-04-01",
        "version.codename": "REL", "type": "user", "tags": "release-keys", "fingerprint": model.fingerprint,
        "characteristics": "default", "date.utc": "1585699200",
    }  # fmt: skip
    return {
        **{f"ro.product.{name}": value for name, value in product.items()},
        **{f"ro.build.{name}": value for name, value in build.items()},
        "ro.serialno": identities.serial,
        "ro.boot.serialno": identities.serial,
        "ro.hardware": "mirage",
        "ro.secure": "1",
        "ro.debuggable": "0",
        "ro.adb.secure": "1",
        "ro.sf.lcd_density": str(DENSITY),
        "ro.mirage.region": model.region,
        "ro.mirage.ui.version": model.version,
        "gsm.operator.alpha": model.operator,
        "gsm.operator.iso-country": model.region.lower(),
        "gsm.network.type": "LTE",
        "gsm.sim.state": "LOADED",
        "persist.sys.timezone": zone,
        "persist.sys.locale": model.locale,
        "dhcp.wlan0.dns1": "198.18.0.1",
        "init.svc.adbd": "running",
        "sys.boot_completed": "1",
        "sys.usb.state": "adb",
    }
