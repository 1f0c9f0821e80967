"""The device's side of ADB over TCP: the protocol without any input or output, and asyncio at its edge.

Written from the protocol's description in AOSP (packages/modules/adb: protocol.txt, SYNC.TXT) and from what
Debian's adb says to a device.
"""

from __future__ import annotations

from backtalk.range.adb.authentication import Doorkeeper, Policy
from backtalk.range.adb.connection import Connection
from backtalk.range.adb.device import Device
from backtalk.range.adb.server import Server

__all__ = ["Connection", "Device", "Doorkeeper", "Policy", "Server"]
