"""What `pip install .` gives: a command that works, with the data files that it needs."""

from __future__ import annotations

import json
import os
import site
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out], cwd=ROOT, check=True)
    (made,) = out.glob("*.whl")
    return made


def test_the_wheel_holds_the_package_whole_and_nothing_else(wheel):
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "src/backtalk"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    sources = {name.removeprefix("src/") for name in listed.stdout.splitlines()}
    compiled = {name for name in names if name.endswith(".so")}
    assert names - compiled == sources
    loops = {name.removesuffix(".pyx") for name in sources if name.endswith(".pyx")}
    assert {name.split(".")[0] for name in compiled} == loops


def test_an_installed_command_works_and_its_doctor_answers(wheel, tmp_path):
    env = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", env], check=True)
    python = env / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", wheel], check=True)
    packages = subprocess.check_output([python, "-c", "import site; print(site.getsitepackages()[0])"], text=True)
    # The dependencies are the tested ones; the package itself must be the wheel's.
    (Path(packages.strip()) / "zz-dependencies.pth").write_text("\n".join(site.getsitepackages()))
    clean = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "data")}
    clean.pop("BACKTALK_MITMDUMP", None)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [env / "bin" / "backtalk", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=clean, cwd=tmp_path)

    where = [python, "-c", "import backtalk; print(backtalk.__file__)"]
    assert subprocess.check_output(where, text=True, cwd=tmp_path).startswith(str(env))
    assert run("--version").returncode == 0
    done = run("doctor", "--check", "--json")
    assert done.returncode == 5
    lacking = {check["name"] for check in json.loads(done.stdout)["checks"] if not check["ready"]}
    assert "mitmproxy-11.0.2" in lacking
