"""`backtalk explain` without a case says which option names one."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from backtalk.cli.explain import command
from backtalk.errors import UsageError


@pytest.mark.parametrize("words", [[], ["--case", "elsewhere"]])
def test_a_case_that_is_not_there(tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    failed = CliRunner().invoke(command, ["F-1", *words]).exception
    assert isinstance(failed, UsageError)
    assert "--case" in str(failed)
