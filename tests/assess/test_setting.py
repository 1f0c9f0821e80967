"""What formats say of sightings explains findings, and changes no verdict."""

from __future__ import annotations

import msgspec

from backtalk.assess import judge
from backtalk.assess.setting import told
from backtalk.model.finding import Sighting
from backtalk.model.message import Beside, Setting

from .scene import Scene, case

SETTING = Setting(
    format="sensors-analytics",
    version=1,
    title="Sensors Analytics",
    event="page_load_event_finish",
    kind="url",
    field="properties.url",
    beside=(
        Beside(kind="identifier", name="distinct_id", value="x", part="request.body", depth=2, span=(3, 9)),
        Beside(kind="session", name="sid", value="y", part="request.body", depth=2, span=(9, 12)),
    ),
)


def sighting(setting: Setting | None) -> Sighting:
    return Sighting(
        canary="word", kind="path", stimulus="s", session="1", match="exact", source="x", exchange=0,
        host="t.example", part="request.body", found=(0, 4), setting=setting,
    )  # fmt: skip


def test_the_sentence_names_field_format_events_and_identifiers():
    other = msgspec.structs.replace(SETTING, event="page_load_event_start")
    assert told([sighting(SETTING), sighting(other)]) == (
        " It stood in the field properties.url of Sensors Analytics events page_load_event_finish, "
        "page_load_event_start, beside identifier distinct_id."
    )


def test_what_not_all_sightings_share_is_not_said():
    bare = msgspec.structs.replace(SETTING, beside=(), event="")
    assert told([sighting(SETTING), sighting(None)]) == told([]) == ""
    assert told([sighting(SETTING), sighting(msgspec.structs.replace(SETTING, field="other"))]) == ""
    assert told([sighting(SETTING), sighting(bare)]) == (
        " It stood in the field properties.url of Sensors Analytics events page_load_event_finish."
    )


def test_verdicts_are_the_same_with_and_without():
    scenes = []
    for repeat in (1, 2):
        scene = Scene(repeat=repeat).ordinary()
        stimulus = scene.stimulus("visit")
        scene.http(scene.submitted(stimulus) + 1, f"https://t.example/?u={stimulus.canaries[0].value}")
        scenes.append(scene)
    plain = case(*scenes)
    views = tuple(
        msgspec.structs.replace(
            view, sightings=tuple(msgspec.structs.replace(one, setting=SETTING) for one in view.sightings)
        )
        for view in plain.sessions
    )
    before, after = judge(plain), judge(msgspec.structs.replace(plain, sessions=views))
    assert any(one.verdict == "contradicted" for one in before.verdicts)
    assert any("Sensors Analytics" in one.statement for one in after.findings)
    for one, other in zip(before.verdicts, after.verdicts, strict=True):
        assert msgspec.structs.replace(one, findings=()) == msgspec.structs.replace(other, findings=())
