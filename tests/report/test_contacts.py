import msgspec

from backtalk.report.chapters import chapters
from backtalk.report.contacts import ADDRESSES, contact_table
from backtalk.report.names import Names
from backtalk.report.text import DASH


def made(result, fresh=None):
    (chapter,) = chapters(result)
    anchors = {finding.id: f"at-{finding.id}" for finding in result.findings}
    return contact_table(chapter.contacts[0], anchors if fresh is None else fresh, result, Names(result))


def test_a_line_a_recipient_over_all_conditions(contacts):
    table = made(contacts)
    assert (table.subject, table.conditions) == ("firefox", "both conditions in normal mode")
    first, *_ = table.rows
    assert (first.host, first.service, first.requests, first.sent, first.when) == (
        "a.maker.test", "update check", 4, 40, "3.0 s",
    )  # fmt: skip
    assert first.seen == ("both conditions in normal mode: 2 of 2 sessions each",)
    assert first.addresses == (("https://a.maker.test/check?build=1", 4),)
    assert [anchor for anchor, _ in first.findings] == ["at-f-a-normal-packaged", "at-f-a-normal-on"]


def test_what_is_told_elsewhere_is_not_told_again(contacts):
    (row,) = made(contacts, {"f-b-normal-on": "x"}).rows
    assert (row.host, row.requests, [anchor for anchor, _ in row.findings]) == ("b.maker.test", 2, ["x"])


def test_addresses_beyond_some_are_counted_and_unknown_times_are_none(contacts):
    first = contacts.findings[0]
    many = tuple(
        msgspec.structs.replace(first.contacts[0], url=f"https://e.maker.test/{at}", during="s99-gone")
        for at in range(ADDRESSES + 3)
    )
    result = msgspec.structs.replace(contacts, findings=(msgspec.structs.replace(first, contacts=many),))
    (row,) = made(result).rows
    assert (len(row.addresses), row.more, row.when) == (ADDRESSES, 3, DASH)
