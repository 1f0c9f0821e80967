"""`backtalk new`: a plan that can be run, or one line that says why not."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from backtalk.cli.new import command
from backtalk.errors import UsageError
from backtalk.pipeline import plans


def test_what_it_writes_can_be_run(tmp_path):
    plan = tmp_path / "My case.toml"
    assert CliRunner().invoke(command, [str(plan), "--subject", "firefox", "--repeats", "4"]).exit_code == 0
    read = plans.load(plan.read_bytes())
    assert (read.name, read.repeats, [one.id for one in read.subjects]) == ("my-case", 4, ["firefox"])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--subject", "netscape"], "there is no subject 'netscape'. Name some of chromium, firefox."),
        (
            ["--repeats", "1000"],
            "no plan can be written so: repeats must be at least 1 and give at most 1000 sessions.",
        ),
    ],
)
def test_what_cannot_be_run_is_not_written(tmp_path, words, says):
    failed = CliRunner().invoke(command, [str(tmp_path / "x.toml"), *words]).exception
    assert isinstance(failed, UsageError)
    assert says in str(failed)
    assert not list(tmp_path.iterdir())
