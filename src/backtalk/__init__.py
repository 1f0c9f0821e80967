"""Backtalk finds out, and proves, what a phone or a browser says behind its owner's back."""

__version__ = "0.1.0"
