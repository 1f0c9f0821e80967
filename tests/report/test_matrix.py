import msgspec

from backtalk.report.matrix import answer, claims, graves_first, rows


def test_every_pair_has_a_row_and_every_claim_a_column(results):
    result = results["contradicted"]()
    table = rows(result)
    assert [(row.subject, row.condition) for row in table] == [
        (subject, condition)
        for subject in ("chromium", "firefox")
        for condition in ("normal-packaged", "private-packaged", "normal-on")
    ]
    assert {len(row.verdicts) for row in table} == {len(claims(result))}
    found = [row.verdicts[0].verdict for row in table]
    assert found == ["consistent", "consistent", "contradicted", "consistent", "consistent", "consistent"]


def test_a_session_without_verdicts_still_has_its_row(results):
    result = msgspec.structs.replace(results["consistent"](), verdicts=())
    assert [row.verdicts for row in rows(result)] == [(None,) * 6]


def test_a_claim_known_only_to_a_verdict_is_not_lost(results):
    result = msgspec.structs.replace(results["consistent"](), claims=())
    assert [claim.statement for claim in claims(result)] == ["typed"]
    assert rows(result)[0].verdicts[0].verdict == "consistent"


def test_the_gravest_comes_first(results):
    words = [one.verdict for one in graves_first(results["contradicted"]().verdicts)]
    assert words == sorted(words, key=["contradicted", "inconclusive", "consistent", "not applicable"].index)
    assert words[0] == "contradicted"


def test_answers(results):
    told = {name: answer(make()) for name, make in results.items()}
    assert told["contradicted"].startswith("2 of 6 claims are contradicted, in 2 of 36 verdicts.")
    assert told["consistent"].startswith("No claim was contradicted in 2 sessions. That alone proves nothing.")
    assert (
        told["nothing"]
        == told["skipped"]
        == "Nothing was investigated: no session gave evidence. That is not the same as clean."
    )


def test_only_excluded_sessions_are_no_evidence(results):
    result = results["consistent"]()
    excluded = tuple(msgspec.structs.replace(one, excluded="broken") for one in result.sessions)
    assert answer(msgspec.structs.replace(result, sessions=excluded)).startswith("Nothing was investigated")
