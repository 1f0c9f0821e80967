"""Fuzzing: targets that hold for any bytes, the inputs they are held against in CI, and Atheris to find more."""
