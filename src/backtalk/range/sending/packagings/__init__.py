"""Packagings of the makers' programs: one genuine SDK, and reconstructions from published reports."""

from __future__ import annotations

from backtalk.range.sending.message import Packaging
from backtalk.range.sending.packagings.firebase_like import FirebaseLike
from backtalk.range.sending.packagings.glean_like import GleanLike
from backtalk.range.sending.packagings.salted_hash import SaltedHash
from backtalk.range.sending.packagings.sealed import Sealed
from backtalk.range.sending.packagings.sensors_android import SensorsAndroid
from backtalk.range.sending.packagings.sensors_android_sealed import SensorsAndroidSealed
from backtalk.range.sending.packagings.sensors_python import SensorsPython, SensorsPythonBatch
from backtalk.range.sending.packagings.signed_value import SignedValue
from backtalk.range.sending.packagings.xor import Xor

PACKAGINGS: tuple[Packaging, ...] = (
    SensorsPython(), SensorsPythonBatch(), SensorsAndroid(), SensorsAndroidSealed(), SignedValue(), FirebaseLike(),
    GleanLike(), Xor(), SaltedHash(), Sealed(),
)  # fmt: skip
BY_ID = {one.ID: one for one in PACKAGINGS}
