"""One target under Atheris: `python -m tests.fuzz.one codec/gzip [libFuzzer's options, folders of inputs]`.

Atheris instruments the bytecode of Backtalk's own modules as they are imported, so that
libFuzzer is led by the branches and comparisons of its Python; what is compiled is a black box.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["backtalk"]):
    from tests.fuzz.target import LONGEST
    from tests.fuzz.targets import BY_NAME


def main() -> None:
    name, *options = sys.argv[1:]
    target = BY_NAME[name]
    target.folder.mkdir(parents=True, exist_ok=True)
    limits = [f"-max_len={LONGEST}", "-timeout=30", "-rss_limit_mb=1500", f"-artifact_prefix={target.folder}/"]
    atheris.Setup([sys.argv[0], *limits, *options], target.run)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
