"""What tells one phone, one owner and one installation apart, and what each survives.

| Identity                            | restart | clear data | reinstall | factory reset |
|-------------------------------------|---------|------------|-----------|---------------|
| serial, IMEI, MAC addresses         | kept    | kept       | kept      | kept          |
| android_id, as each signer sees it  | kept    | kept       | kept      | renewed       |
| advertising ID (also by its switch) | kept    | kept       | kept      | renewed       |
| account                             | kept    | kept       | kept      | signed out    |
| what an app keeps in its own data   | kept    | renewed    | renewed   | renewed       |

Since Android 8 every app has an android_id of its own, by user and signing key (developer.android.com,
"Android 8.0 behavior changes: privacy"); `settings get secure android_id` shows the system's.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid

import msgspec
from msgspec import Struct

from backtalk.model.draw import Draw

_MODEL_CODE = "35900009"
"""The first eight digits of the IMEI; none is known to be given to this one."""


class Identities(Struct, frozen=True, kw_only=True):
    """All of one handset. MAC addresses are locally administered: no maker owns them."""

    serial: str
    imei: str
    wifi_mac: str
    bluetooth_mac: str
    android_id: str
    advertising_id: str
    account: str = ""

    def android_id_for(self, signer: str) -> str:
        """The android_id that apps with this signing key see: 16 hexadecimal digits."""
        return hmac.new(self.android_id.encode(), signer.encode(), hashlib.sha256).hexdigest()[:16]


def born(seed: int) -> Identities:
    """Those of a handset as it leaves the factory."""
    draw = Draw(seed, "handset")
    digits = _MODEL_CODE + f"{draw.below(10**6):06d}"
    return Identities(
        serial="MM" + "".join("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"[draw.below(34)] for _ in range(8)),
        imei=digits + _luhn(digits),
        wifi_mac=_mac(draw),
        bluetooth_mac=_mac(draw),
        android_id=_android_id(draw),
        advertising_id=_uuid(draw),
    )


def reset(old: Identities, seed: int, times: int) -> Identities:
    """Those after the factory reset that is the so-manieth."""
    draw = Draw(seed, f"handset reset {times}")
    return msgspec.structs.replace(old, android_id=_android_id(draw), advertising_id=_uuid(draw), account="")


def readvertised(old: Identities, seed: int, times: int) -> Identities:
    """Those after the owner asked for another advertising ID, for the so-manieth time."""
    return msgspec.structs.replace(old, advertising_id=_uuid(Draw(seed, f"advertising {times}")))


def _android_id(draw: Draw) -> str:
    return f"{draw.below(1 << 64):016x}"


def _mac(draw: Draw) -> str:
    return ":".join(f"{byte:02x}" for byte in (0x02, *(draw.below(256) for _ in range(5))))


def _uuid(draw: Draw) -> str:
    return str(uuid.UUID(int=draw.below(1 << 64) << 64 | draw.below(1 << 64), version=4))


def _luhn(digits: str) -> str:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(digits)]
    return str(-sum(number // 10 + number % 10 for number in doubled) % 10)
