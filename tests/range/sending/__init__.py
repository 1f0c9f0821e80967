"""Tests of what the builds send."""
