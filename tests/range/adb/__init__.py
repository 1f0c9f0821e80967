"""Tests of the device's side of ADB."""
