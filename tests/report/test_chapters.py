import msgspec

from backtalk.report.chapters import chapters, headline, remaining
from backtalk.report.names import Names


def test_what_leaked_comes_before_contact_whatever_the_order_of_the_claims(results, contacts):
    leaked = results["contradicted"]()
    columns = (contacts.claims[4], *contacts.claims[:4])
    both = msgspec.structs.replace(
        leaked,
        claims=columns,
        verdicts=contacts.verdicts + leaked.verdicts,
        findings=contacts.findings + leaked.findings,
    )
    assert [(one.claim.id, bool(one.leaks)) for one in chapters(both)] == [
        ("typed", True),
        ("visits", True),
        ("idle", False),
    ]


def test_the_same_recipient_is_told_once_over_all_conditions(contacts):
    (chapter,) = chapters(contacts)
    (table,) = chapter.contacts
    assert [one.host for one in table.met] == [f"{letter}.maker.test" for letter in "abcde"]
    assert {len(one.findings) for one in table.met} == {2}
    assert chapter.subjects == {"firefox": ("normal-packaged", "normal-on")}
    assert [one.service for one in table.met] == ["update check", "", "", "", ""]


def test_every_finding_is_in_a_chapter_or_remains_and_none_in_both(any_result):
    def ids(told):
        leaks = [finding.id for one in told for leak in one.leaks for finding in leak.findings]
        return leaks + [finding.id for one in told for contacts in one.contacts for finding in contacts.findings]

    found = ids(chapters(any_result)) + ids(remaining(any_result))
    assert sorted(found) == sorted(one.id for one in any_result.findings)


def test_a_service_is_only_what_the_program_itself_spoke_to(contacts):
    sessions = tuple(
        msgspec.structs.replace(
            one, recipients=tuple(msgspec.structs.replace(each, origin="page") for each in one.recipients)
        )
        for one in contacts.sessions
    )
    (chapter,) = chapters(msgspec.structs.replace(contacts, sessions=sessions))
    assert {one.service for one in chapter.contacts[0].met} == {""}


def test_the_headline_names_who_got_what_from_whom(results, contacts):
    result = results["contradicted"]()
    other = msgspec.structs.replace(result.findings[0], id="f-other", subject="firefox", recipient="other.test")
    verdicts = tuple(
        msgspec.structs.replace(one, verdict="contradicted", findings=("f-other",))
        if (one.subject, one.condition, one.claim) == ("firefox", "normal-on", "typed")
        else one
        for one in result.verdicts
    )
    both = msgspec.structs.replace(result, findings=(*result.findings, other), verdicts=verdicts)
    assert headline(both, Names(both)) == (
        "Chromium 156.0.1 and Firefox 156.0.1, as packaged by Debian, normal mode, suggestions switched on: "
        "search.test and other.test got what was typed, letter by letter."
    )
    assert headline(contacts, Names(contacts)) == ""
