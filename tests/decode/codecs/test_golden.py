"""Each codec against its golden cases: what is sighted in the input, by which steps, and what stays unread."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from backtalk.decode import CODECS, Walker, replay, tree
from backtalk.decode.codec import Respelling
from backtalk.model.decoding import Hit, Opaque
from backtalk.model.draw import Draw
from backtalk.model.keyring import Keyring, parse
from tests.decode.packaging import CANARY, needle

CORPUS = Path(__file__).parents[2] / "corpus" / "decode"
CASES = sorted(folder.parent for folder in CORPUS.glob("*/*/expected.json"))


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """expected.json of one case: what a walk for the one needle gives."""

    why: str
    needle: str = CANARY.decode()
    hits: tuple[Hit, ...]
    opaque: tuple[Opaque, ...] = ()
    opaque_bytes: int = 0
    cut: bool = False


def keyring(case: Path) -> Keyring | None:
    """The keys that a case is read with, where it has any."""
    file = case / "keys.toml"
    return parse(file.read_text()) if file.exists() else None


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_golden(case):
    (file,) = case.glob("input.*")
    data = file.read_bytes()
    expected = msgspec.json.decode((case / "expected.json").read_bytes(), type=Expected)
    keys = keyring(case)
    walk = Walker([needle(expected.needle.encode())], keyring=keys).walk(data)
    assert (walk.hits, walk.opaque, walk.opaque_bytes, walk.cut) == (
        expected.hits, expected.opaque, expected.opaque_bytes, expected.cut,
    )  # fmt: skip
    assert not walk.hits or any(step.codec == case.parent.name for hit in walk.hits for step in hit.steps)
    for hit in walk.hits:
        last = (data, *replay(data, hit.steps, keys))[-1]
        assert last[slice(*hit.found)].decode().lower() == expected.needle


@pytest.mark.parametrize(
    "case", [case for case in CASES if keyring(case)], ids=lambda case: str(case.relative_to(CORPUS))
)
def test_without_its_keys_it_stays_shut(case):
    (file,) = case.glob("input.*")
    assert not Walker([needle()]).walk(file.read_bytes()).hits


BY_NEEDLE = {codec.ID for codec in CODECS if isinstance(codec, Respelling)} | {"xor"}
ELSEWISE = {"base85/zeros", "grpc/compressed", "lz4/linked", "mime-word/base64"}
"""Not shown by a tree: another reading claims the place first, or there are more values in it than are shown."""


def steps_of(node):
    for child in node.children:
        yield child.step.codec
        yield from steps_of(child)


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.parent.name not in BY_NEEDLE and f"{case.parent.name}/{case.name}" not in ELSEWISE],
    ids=lambda case: f"{case.parent.name}/{case.name}",
)
def test_the_tree_opens_what_a_search_opens(case):
    (file,) = case.glob("input.*")
    expected = msgspec.json.decode((case / "expected.json").read_bytes(), type=Expected)
    assert not expected.hits or case.parent.name in set(steps_of(tree(file.read_bytes(), keyring=keyring(case))))


def test_there_are_so_many_packagings():
    assert len(CASES) >= 220


def test_no_decoy_is_sighted_in_any_case():
    draw = Draw(3, "decoys")
    decoys = Walker([needle(draw.word(10).encode()) for _ in range(1000)])
    for case in CASES:
        (file,) = case.glob("input.*")
        assert not decoys.walk(file.read_bytes()).hits, case


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.ID)
def test_every_codec_has_a_case_in_which_it_opens_something(codec):
    cases = [case for case in CASES if case.parent.name == codec.ID]
    decoded = [msgspec.json.decode((case / "expected.json").read_bytes(), type=Expected) for case in cases]
    assert any(step.codec == codec.ID for case in decoded for hit in case.hits for step in hit.steps)
