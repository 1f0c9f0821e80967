"""Sensors Analytics' genuine SDK for Python: it makes and packs the records itself; only its sending is replaced."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from backtalk.errors import EnvironmentNotReady
from backtalk.range.builds import Collector
from backtalk.range.sending.keys import Keys
from backtalk.range.sending.message import Packaging, Packed
from backtalk.range.sending.packagings.sensors_android import FORM, SensorsAndroid
from backtalk.range.sending.record import Record

MOST = 50
"""Records that the SDK takes in a batch."""


class SensorsPython(Packaging):
    ID: ClassVar[str] = "sensors-python"
    TITLE: ClassVar[str] = "Sensors Analytics, Python, an event a message"
    GENUINE: ClassVar[str] = "SensorsAnalyticsSDK (PyPI), DefaultConsumer"
    REFERENCES: ClassVar[tuple[str, ...]] = ("SensorsAnalyticsSDK 1.11 (PyPI)",)
    PATH: ClassVar[str] = "/sa"
    CONSUMER: ClassVar[str] = "DefaultConsumer"

    def pack(self, records: tuple[Record, ...], to: Collector, keys: Keys) -> tuple[Packed, ...]:
        """What the SDK would post. EnvironmentNotReady where it is not installed."""
        try:
            import sensorsanalytics
        except ImportError:
            raise EnvironmentNotReady(
                f"the packaging {self.ID} needs Sensors Analytics' own SDK.",
                remedy="Install it: pip install SensorsAnalyticsSDK.",
            ) from None
        path, posted = f"{self.PATH}?project={to.project}", list[Packed]()

        class Kept(getattr(sensorsanalytics, self.CONSUMER)):  # type: ignore[misc]  # which consumer is data
            def _do_request(self, data: dict[str, Any]) -> bool:
                posted.append(Packed(path=path, type=FORM, body=urlencode(data).encode()))
                return True

        consumer = Kept(f"{to.scheme}://{to.host}{path}", *([MOST] if self.CONSUMER == "BatchConsumer" else []))
        sdk = sensorsanalytics.SensorsAnalytics(consumer)
        for one in records:
            own = {name: value for name, value in one.properties.items() if not name.startswith("$lib")}
            own["$time"] = one.time
            if one.type == "track_signup":
                sdk.track_signup(one.distinct_id, one.original_id, own)
            else:
                sdk.track(one.distinct_id, one.event, own)
        sdk.flush()
        return tuple(posted)

    def unpack(self, packed: Packed, keys: Keys) -> tuple[Record, ...]:
        """As of the other SDKs."""
        return SensorsAndroid().unpack(packed, keys)


class SensorsPythonBatch(SensorsPython):
    ID: ClassVar[str] = "sensors-python-batch"
    TITLE: ClassVar[str] = "Sensors Analytics, Python, in batches"
    GENUINE: ClassVar[str] = "SensorsAnalyticsSDK (PyPI), BatchConsumer"
    CONSUMER: ClassVar[str] = "BatchConsumer"
