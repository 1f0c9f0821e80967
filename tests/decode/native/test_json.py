"""Where JSON's strings lie is what the standard library says, and one place is named without reading all."""

import json

from hypothesis import given
from hypothesis import strategies as st

from backtalk.decode.codecs import BY_ID
from backtalk.decode.codecs.json import Json

CODEC = BY_ID["json"]
assert isinstance(CODEC, Json)
NAMES = st.text("abcdefghij_", min_size=1, max_size=6)
DOCUMENTS = st.recursive(
    st.text(max_size=8) | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)
TANGLE = st.lists(
    st.sampled_from([*list(b'{}[]:,"\\ \n1a'), *b'""{}']).map(lambda byte: bytes([byte])), max_size=40
).map(b"".join)


def strings(value, path="$"):
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from strings(one, f"{path}[{index}]")
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from strings(one, f"{path}.{name}")


@given(DOCUMENTS, st.booleans(), st.sampled_from([None, 2]))
def test_every_string_of_a_document_has_its_path(document, ascii_only, indent):
    data = json.dumps(document, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")
    told = [
        (leaf.params["path"], CODEC.open(data[slice(*leaf.span)], leaf.params))
        for leaf in CODEC.leaves(data)
        if "key" not in leaf.params
    ]
    assert told == [(path, text.encode("utf-8", "surrogatepass")) for path, text in strings(document)]


@given(TANGLE, st.integers(0, 40), st.integers(0, 40))
def test_near_a_place_are_the_strings_that_touch_it_whatever_the_bytes(data, start, size):
    span = (min(start, len(data)), min(start + size, len(data)))
    everything = CODEC.leaves(data)
    near = CODEC.near(data, [span])
    assert [leaf for leaf in everything if leaf in near] == list(near)
    assert all(leaf in near for leaf in everything if leaf.span[0] <= span[1] - 1 and leaf.span[1] >= span[0])


def test_what_is_deeper_than_a_thousand_keeps_a_path():
    data = b'{"a":' * 1200 + b'"bolarivego"'
    (leaf,) = (leaf for leaf in CODEC.leaves(data) if "key" not in leaf.params)
    assert data[slice(*leaf.span)] == b"bolarivego"
    assert str(leaf.params["path"]).startswith("$.a.a.a")
