"""The loops over bytes, compiled: what a buffer is, and where in it something may be packed."""
