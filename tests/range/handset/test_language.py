"""Command lines mean what mksh takes them for."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.range.handset.shell.language import Syntax, parse
from tests.range.handset.kit import Desk

NOT_FOUND = "/system/bin/sh: foo: inaccessible or not found\n"


@pytest.mark.parametrize(
    ("line", "out", "err", "code"),
    [
        ("echo one two", "one two\n", "", 0),
        ("echo 'a  b' \"c  d\" e\\ f", "a  b c  d e f\n", "", 0),
        ("echo 'it'\"'\"'s'", "it's\n", "", 0),
        ('echo "a\\"b\\\\c\\$d\\e"', 'a"b\\c$d\\e\n', "", 0),
        ("echo ''", "\n", "", 0),
        ("echo a#b # c", "a#b\n", "", 0),
        ("false; echo $?", "1\n", "", 0),
        ("true && echo yes || echo no", "yes\n", "", 0),
        ("false && echo yes || echo no", "no\n", "", 0),
        ("false && echo yes; echo after", "after\n", "", 0),
        ("foo", "", NOT_FOUND, 127),
        ("foo; echo X4EXIT:$?", "X4EXIT:127\n", NOT_FOUND, 0),
        ("./foo", "", NOT_FOUND.replace("foo", "./foo"), 127),
        ("! false", "", "", 0),
        ("A='x  y'; echo $A \"$A\" ${A}z $none.", "x y x  y x yz .\n", "", 0),
        ("echo $ $1 *", "$ $1 *\n", "", 0),
        ("echo one | cat", "one\n", "", 0),
        ("echo 'b\na\nab' | grep a | wc -l", "2\n", "", 0),
        ("foo | cat", "", NOT_FOUND, 0),
        ("foo 2>/dev/null; echo $?", "127\n", "", 0),
        ("foo 2>&1", NOT_FOUND, "", 127),
        ("echo x >/sdcard/x; echo y >>/sdcard/x; cat </sdcard/x", "x\ny\n", "", 0),
        ("echo x > /system/x", "", "/system/bin/sh: can't create /system/x: Read-only file system\n", 1),
        ("cat < /none", "", "/system/bin/sh: can't open /none: No such file or directory\n", 1),
        ("exit 7; echo never", "", "", 7),
        ("echo a;", "a\n", "", 0),
        ("\n\necho a\necho b\n", "a\nb\n", "", 0),
        ("cd /sdcard && pwd", "/storage/emulated/0\n", "", 0),
        ("cd /none", "", "/system/bin/sh: cd: /none: No such file or directory\n", 2),
        ("echo 'a", "", "/system/bin/sh: no closing quote\n", 1),
        ("echo `date`", "", "/system/bin/sh: syntax error: unexpected '`'\n", 1),
        ("echo $(date)", "", "/system/bin/sh: syntax error: unexpected '('\n", 1),
        ("sleep 1 &", "", "/system/bin/sh: syntax error: unexpected '&'\n", 1),
        ("| cat", "", "/system/bin/sh: syntax error: unexpected '|'\n", 1),
        ("true &&", "", "/system/bin/sh: syntax error: unexpected 'newline'\n", 1),
        ("echo >", "", "/system/bin/sh: syntax error: unexpected 'newline'\n", 1),
        ("/system/bin/echo a", "a\n", "", 0),
    ],
)
def test_a_line_means(line, out, err, code):
    assert Desk().run(line, code=code) == (out, err)


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\0\n", exclude_categories=["Cs"]), max_size=8), min_size=1, max_size=5
    )
)
def test_words_that_are_quoted_come_as_they_are(words):
    assert words[0] == "-n" or Desk().run("echo " + shlex.join(["x", *words]))[0] == " ".join(["x", *words]) + "\n"


@given(st.text(max_size=60))
def test_any_line_is_read_or_refused(line):
    try:
        parse(line)
    except Syntax as error:
        assert "\n" not in str(error)


@given(st.text(st.sampled_from("ab '\"\\$?;|&><#{}()!=2/-\n"), max_size=40))
def test_any_line_runs_to_an_end(line):
    desk = Desk()
    out, err = desk.run(line)
    assert "Traceback" not in out + err
