"""Frozen records that all stages share. Imports nothing of ours but errors."""
