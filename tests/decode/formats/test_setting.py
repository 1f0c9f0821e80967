"""Where a place stands in a maker's format, found from the steps that lead to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from backtalk.decode import Walker, replay
from backtalk.decode.formats import read, setting
from backtalk.model.canary import Needle
from backtalk.model.decoding import Step

CORPUS = Path(__file__).parents[2] / "corpus" / "formats"
WORD = b"zavorimu"
WHO = "7d1f6c3e-19ab-4c0e-9f57-2b64e1d0a833"


def settings(form: str, case: str, part: str = "request.body"):
    """The settings of every place in which the word stands, in order, each with its buffers."""
    folder = CORPUS / form / case
    data = (folder / ("input.body" if part == "request.body" else "input.url")).read_bytes()
    url = (folder / "input.url").read_bytes() if (folder / "input.url").exists() else b""

    def buffer(steps: tuple[Step, ...]) -> bytes:
        return replay(data, steps)[-1] if steps else data

    hits = Walker([Needle(canary=0, match="exact", literal=WORD)]).walk(data).hits
    assert hits
    return [(setting(part, hit.steps, hit.found, buffer, read, url), hit, buffer) for hit in hits]


@pytest.mark.parametrize(
    ("form", "case", "event", "field", "kind", "beside"),
    [
        ("sensors-analytics", "python-default", "page_load_event_finish", "properties.url", "url", "distinct_id"),
        ("mixpanel", "js-track", "Viewed", "properties.word", "property", "properties.distinct_id"),
        ("segment", "python-gzip", "page", "properties.url", "url", "anonymousId"),
        ("amplitude", "python-httpapi", "Viewed page", "event_properties.url", "url", "device_id"),
        ("sentry", "python-envelope", "could not load zavorimu", "message", "event", "user.id"),
        ("snowplow", "python-post-page", "pv", "url", "url", "duid"),
        ("firebase", "bundle", "screen_view", "param._sn", "screen", "app_instance_id"),
        ("onecollector", "js-1ds", "Visit", "data.word", "property", "ext.device.localId"),
        ("adjust", "event", "abc123", "callback_params", "property", "gps_adid"),
        ("umeng", "log", "open_page", "body.ekv[0].page", "property", "header.device_id"),
    ],
)
def test_event_field_and_identifier_are_named(form, case, event, field, kind, beside):
    told = [one for one, _, _ in settings(form, case)]
    assert all(one is not None and one.format == form for one in told)
    found = next(one for one in told if one.field == field)
    assert (found.event, found.kind) == (event, kind)
    assert beside in {one.name for one in found.beside}


def test_each_event_of_a_batch_is_its_own():
    told = [one for one, _, _ in settings("sensors-analytics", "python-batch")]
    assert {one.event for one in told} == {"page_load_event_start", "search", "page_load_event_finish"}
    assert {one.field for one in told} == {"properties.url", "properties.search_word"}
    assert {tuple(each.name for each in one.beside) for one in told} == {("distinct_id",)}


def test_an_inner_message_has_the_identifiers_of_the_outer_one():
    one = settings("snowplow", "python-post-unstructured")[0][0]
    assert one.event.startswith("iglu:com.snowplowanalytics.snowplow/link_click/")
    assert {each.value for each in one.beside if each.name == "duid"} == {WHO}


def test_what_the_address_tells_stands_beside_the_body():
    one = settings("ga4", "batch")[0][0]
    assert (one.event, one.field) == ("search", "ep.search_term")
    assert {(each.name, each.part) for each in one.beside} == {("cid", "request.url"), ("sid", "request.url")}


def test_an_address_alone_names_what_was_sent_with_it():
    one = settings("appmetrica", "report")[0][0]
    assert (one.format, one.field, one.event) == ("appmetrica", "", "")
    assert {"deviceid", "uuid"} <= {each.name for each in one.beside}


@pytest.mark.parametrize("case", ["python-batch", "python-default", "js-batch"])
def test_what_stands_beside_can_be_read_again(case):
    for one, hit, buffer in settings("sensors-analytics", case):
        assert one.beside
        for each in one.beside:
            assert buffer(hit.steps[: each.depth])[slice(*each.span)].decode() == each.value


def test_no_format_no_setting():
    data = b'{"word": "zavorimu", "more": 1}'
    assert setting("request.body", (), (10, 18), lambda _: data, read, b"https://t.example/x?a=1") is None
