"""Compiles the loops over bytes (`*.pyx`) beside their sources, for editable installs and wheels alike."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NATIVE = Path("src/backtalk/decode/native")


class Native(BuildHookInterface[Any]):
    """Runs Cython, and the compiler that Python was built with."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build in place; a wheel takes what was built, and its name says for which machines that is."""
        del version
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        sources = sorted(str(path.relative_to(root)) for path in (root / NATIVE).glob("*.pyx"))
        flags = f"{os.environ.get('CFLAGS', '')} -O3 -g0 -fwrapv -I{root / NATIVE}"
        subprocess.run(  # what building is
            [sys.executable, "-m", "Cython.Build.Cythonize", "-3", "--inplace", "--force", *sources],
            cwd=root,
            env={**os.environ, "CFLAGS": flags},
            check=True,
        )
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
