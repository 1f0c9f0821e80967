"""All makers' formats, and what they say of a buffer and of the place of a sighting in it."""

from __future__ import annotations

from backtalk.decode.formats.adjust import Adjust
from backtalk.decode.formats.amplitude import Amplitude
from backtalk.decode.formats.appmetrica import AppMetrica
from backtalk.decode.formats.appsflyer import AppsFlyer
from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.clearcut import Clearcut
from backtalk.decode.formats.facebook import Facebook
from backtalk.decode.formats.firebase import Firebase
from backtalk.decode.formats.format import Format
from backtalk.decode.formats.ga4 import GoogleAnalytics4
from backtalk.decode.formats.glean import Glean
from backtalk.decode.formats.matomo import Matomo
from backtalk.decode.formats.mixpanel import Mixpanel
from backtalk.decode.formats.onecollector import OneCollector
from backtalk.decode.formats.posthog import PostHog
from backtalk.decode.formats.segment import Segment
from backtalk.decode.formats.sensors import SensorsAnalytics
from backtalk.decode.formats.sentry import Sentry
from backtalk.decode.formats.setting import setting
from backtalk.decode.formats.signed import SignedValue
from backtalk.decode.formats.snowplow import Snowplow
from backtalk.decode.formats.umeng import Umeng
from backtalk.model.message import Message

__all__ = ["FORMATS", "Reader", "read", "setting"]

MOST_BYTES = 1 << 22
"""Bytes of buffers that are read for the sightings of one part."""

FORMATS: tuple[Format, ...] = (
    SensorsAnalytics(),
    SignedValue(),
    GoogleAnalytics4(),
    Firebase(),
    Clearcut(),
    Glean(),
    OneCollector(),
    Mixpanel(),
    PostHog(),
    Segment(),
    Snowplow(),
    Amplitude(),
    Sentry(),
    Matomo(),
    Facebook(),
    Adjust(),
    AppsFlyer(),
    AppMetrica(),
    Umeng(),
)
"""Each knows its own by signs that no other has; the order decides nothing (tested)."""


def read(data: bytes) -> Message | None:
    """What the bytes are to a maker; None for what no format knows. Hostile bytes fail no other way."""
    buffer = Buffer(data)
    if not buffer.fits:
        return None
    return next((message for one in FORMATS if (message := one.read(buffer)) is not None), None)


class Reader:
    """Reads buffers of one part, each once and up to so many bytes in all; what is beyond is not named."""

    def __init__(self, budget: int = MOST_BYTES) -> None:
        self._left = budget
        self._known: dict[bytes, Message | None] = {}

    def __call__(self, data: bytes) -> Message | None:
        if data not in self._known:
            if len(data) > self._left:
                return None
            self._left -= len(data)
            self._known[data] = read(data)
        return self._known[data]
