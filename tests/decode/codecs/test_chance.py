"""What random bytes were once taken for: each of these was met by chance, and is none of it."""

import pytest

from backtalk.decode import Walker
from backtalk.decode.codecs import BY_ID
from backtalk.decode.codecs.alphabets import order_of
from tests.decode.codecs.test_packings import opened
from tests.decode.packaging import CANARY, needle, packed


@pytest.mark.parametrize("letters", [b"v3jh7FEfvlnI4FcKzXUmAJfa", b"kMzDiucAKdYYg5wPKekeW7P4"])
def test_random_letters_are_no_text_in_another_order(letters):
    assert order_of(letters) is None


def test_sixteen_random_bytes_are_no_unended_stream():
    data = bytes.fromhex("aa70d234a4355088b1b62b8d5dd95850")
    assert not opened(BY_ID["deflate"], data)
    assert Walker([]).walk(data).opaque_bytes == len(data)


def test_a_plus_sign_within_lines_of_base64_is_no_utf_7():
    text = b"https://" + CANARY + b".example/a?b=c&d=e"
    data = packed(["percent_all", "multipart", "gzip", "base64 lines"], text)
    assert b"+AG16bSJKaEE\n" in data
    assert Walker([needle()]).walk(data).hits
