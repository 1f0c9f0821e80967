"""The command line as a whole: quick to answer, lazy, and honest in its exit codes."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys

import click
import pytest

from backtalk import __version__
from backtalk.cli import COMMANDS, backtalk
from backtalk.errors import EnvironmentNotReady

HEAVY = {
    "asyncio", "brotli", "cryptography", "dnslib", "h2", "hyperscan", "isal", "jinja2", "msgspec", "numpy", "orjson",
    "pyroute2", "rich", "tldextract", "wsproto", "zstandard",
}  # fmt: skip


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "backtalk", *words], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["nonsense"]])
def test_the_overview_imports_nothing_heavy(words):
    script = (
        "import json, sys\n"
        f"sys.argv = ['backtalk', *{words!r}]\n"
        "from backtalk.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    print(json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    modules = set(json.loads(done.stdout.splitlines()[-1]))
    assert "click" in modules
    assert not modules & HEAVY


def test_help_names_every_command():
    done = run("--help")
    assert done.returncode == 0
    assert not [name for name in COMMANDS if name not in done.stdout.split()]


def test_version_is_told():
    assert __version__ in run("--version").stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_exists_and_explains_itself(name):
    command = importlib.import_module(f"backtalk.cli.{name}").command
    assert isinstance(command, click.Command)
    assert command.help
    assert not [one.opts for one in command.params if isinstance(one, click.Option) and not one.help]


@pytest.mark.parametrize("words", [["nonsense"], ["--nonsense"], ["doctor", "--nonsense"]])
def test_wrong_usage_exits_with_2_and_says_so_on_stderr(words):
    done = run(*words)
    assert done.returncode == 2
    assert "nonsense" in done.stderr
    assert not done.stdout


@pytest.mark.parametrize(("word", "meant"), [("decod", "decode"), ("Verify", "verify"), ("analyse", "analyze")])
def test_a_command_that_is_nearly_right_is_suggested(word, meant):
    assert f"No such command '{word}'. Did you mean '{meant}'?" in run(word).stderr


def test_an_unknown_command_is_refused_without_importing_it():
    with click.Context(backtalk) as context:
        assert backtalk.get_command(context, "__init__") is None


@pytest.mark.parametrize("words", [["addon"], ["decode", "--all"], ["decode", "--json"]])
def test_a_reader_who_leaves_early_is_no_fault_and_gets_no_verdict(words):
    data = json.dumps([f"value {number}" for number in range(4000)]).encode()
    with subprocess.Popen(
        [sys.executable, "-m", "backtalk", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as one:
        assert one.stdin and one.stdout and one.stderr
        one.stdout.close()
        one.stdin.write(data)
        one.stdin.close()
        assert one.stderr.read() == b""
        assert one.wait() == EnvironmentNotReady.exit_code


def test_names_of_files_act_on_no_terminal(tmp_path):
    odd = tmp_path / "\x1b[2J.har"
    odd.write_bytes(b"")
    done = run("scan", str(odd), "--canary", "bolarivego")
    assert done.returncode == 3
    assert "⟨ESC⟩[2J.har is empty" in done.stderr
    odd.write_text(
        '{"log": {"entries": [{"request": {"method": "GET", "url": "http://t.example/", "cookies": [{"name": "a"}]}}]}}'
    )
    told = run("scan", str(odd), "--canary", "bolarivego")
    assert "⟨ESC⟩[2J.har: turned back" in told.stderr
    assert "\x1b" not in done.stderr + told.stdout + told.stderr
