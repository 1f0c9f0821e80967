"""What a file of keys may look like, and what it may not."""

from __future__ import annotations

import base64
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.errors import UsageError
from backtalk.model.keyring import Key, joined, parse

KEY = bytes(range(0x80, 0x90))
CORPUS = Path(__file__).parents[1] / "corpus" / "decode"
PEM = tomllib.loads((CORPUS / "rsa-aes" / "binary" / "keys.toml").read_text())["collector"]


@pytest.mark.parametrize(
    "text",
    [
        f"# a remark\n\napp = {KEY.hex()}\n",
        f"app = {KEY.hex().upper()}",
        f"app = hex:{KEY.hex(' ')}",
        f"app = {base64.b64encode(KEY).decode()}",
        f"app = base64:{base64.urlsafe_b64encode(KEY).decode().rstrip('=')}",
        f'app = "{KEY.hex()}"\n',
        f"app = '{KEY.hex()}'",
    ],
)
def test_one_key_in_its_writings(text):
    (key,) = parse(text).keys
    assert (key.name, key.data) == ("app", KEY)


def test_text_and_pem_are_themselves():
    pem = PEM
    first, second = parse(f'salt = "text:pefo lina"\nprivate = """{pem}"""\n').keys
    assert (first.data, second.data) == (b"pefo lina", pem.encode())


@pytest.mark.parametrize(
    "text",
    [
        "app",
        "app =",
        "app = ???",
        "app = hex:abc",
        "app = text:",
        "a = 00\na = 01",
        "[table]\nx = '00'",
        "a = 5",
        "[a]\nkey = '00'\niv = '?'",
        "[a]\niv = '00'",
        "a = text:-----BEGIN PUBLIC KEY-----",
    ],
)
def test_what_is_no_key_is_said(text):
    with pytest.raises(UsageError):
        parse(text)


@given(st.dictionaries(st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True), st.binary(min_size=1, max_size=40)))
def test_keys_come_back_in_order(keys):
    text = "".join(f"{name} = hex:{data.hex()}\n" for name, data in keys.items())
    assert [(key.name, key.data) for key in parse(text).keys] == list(keys.items())


@given(st.text(max_size=200))
def test_any_text_is_keys_or_refused(text):
    with suppress(UsageError):
        assert all(key.name and key.data for key in parse(text).keys)


def test_a_pem_block_may_stand_alone():
    (key,) = parse(PEM, "collector").keys
    assert (key.name, key.data) == ("collector", PEM.encode())


def test_a_key_may_say_more_than_its_bytes():
    (key,) = parse(f"[app]\nkey = '{KEY.hex()}'\niv = '{KEY[:12].hex()}'\niv_field = 'n'\ntag_field = 't'\n").keys
    assert key == Key(name="app", data=KEY, iv=KEY[:12], iv_field="n", tag_field="t")


@pytest.mark.parametrize(
    "text",
    ["{}!", "app = {}!", "{}==", "{0} = 00\n{0} = 01", "[{}]\nx = '00'", "[{}]\nkey = '00'\niv = '?'", "'{}' = 5"],
)
def test_what_is_refused_names_the_file_and_prints_nothing_of_it(text):
    secret = "correcthorse" * 2
    with pytest.raises(UsageError) as refusal:
        parse(text.format(secret), file="app.keys")
    assert secret not in str(refusal.value)
    assert "app.keys" in str(refusal.value)


def test_one_name_of_two_keys_is_refused():
    one, same, other = (parse(f"app = {value}") for value in ("00", "00", "01"))
    assert joined((one, same)) == one
    with pytest.raises(UsageError, match=f"{one.keys[0].fingerprint} and {other.keys[0].fingerprint}"):
        joined((one, other))
