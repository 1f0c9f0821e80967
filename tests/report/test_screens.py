from pathlib import Path

import pytest

from backtalk.report.screens import SIGNATURE, Album


@pytest.fixture
def shot(case):
    return sorted(path.relative_to(case).as_posix() for path in case.rglob("*.png"))


def test_a_picture_is_embedded_once_with_its_size(case, shot):
    album = Album(case)
    first = album.shot(shot[0])
    assert (first.state, first.anchor, first.width, first.height) == ("embedded", "shot-1", 8, 6)
    (case / "copy.png").write_bytes((case / shot[0]).read_bytes())
    again = album.shot("copy.png")
    assert (again.state, again.anchor, again.data) == ("repeated", "shot-1", "")
    assert album.shot(shot[1]).anchor == "shot-2"


@pytest.mark.parametrize("path", ["../secret.png", "/etc/hostname", "sessions", "none.png", "\0", "x" * 5000, ""])
def test_nothing_but_files_of_the_case_is_read(case, path):
    (case.parent / "secret.png").write_bytes(SIGNATURE + b"0" * 40)
    assert Album(case).shot(path).state == "absent"


def test_a_link_that_leads_out_of_the_case_is_not_followed(case):
    (case.parent / "secret.png").write_bytes(SIGNATURE + b"0" * 40)
    (case / "link.png").symlink_to(Path("..") / "secret.png")
    assert Album(case).shot("link.png").state == "absent"


def test_what_is_no_picture_is_not_embedded(case):
    (case / "a.png").write_bytes(b"<svg onload=alert(1)>" * 3)
    (case / "b.png").write_bytes(SIGNATURE)
    assert {Album(case).shot(name).why for name in ("a.png", "b.png")} == {"it is not a PNG image"}


def test_one_picture_and_all_of_them_are_bounded(case, shot):
    size = (case / shot[0]).stat().st_size
    assert Album(case, each=size - 1).shot(shot[0]).why == "it is too large to embed"
    album = Album(case, total=size + 5)
    assert [album.shot(path).state for path in shot[:2]] == ["embedded", "absent"]
