import msgspec

from backtalk.report.lacks import lacks


def lacking(result, *missing):
    """The first verdicts of the result, each with these lacks."""
    given = zip(result.verdicts, missing, strict=False)
    return msgspec.structs.replace(
        result,
        verdicts=tuple(msgspec.structs.replace(one, verdict="inconclusive", missing=lack) for one, lack in given),
    )


def test_what_several_verdicts_lack_is_said_once(results):
    found = lacks(lacking(results["contradicted"](), ("a", "b"), ("b", "a"), ("a", "b", "c")))
    assert [(one.claims, one.missing) for one in found] == [((1, 2, 3), ("a", "b")), ((3,), ("c",))]
    assert {(one.subject, one.conditions) for one in found} == {("chromium", ("normal-packaged",))}


def test_subjects_are_not_mixed(results):
    result = results["contradicted"]()
    both = msgspec.structs.replace(result, verdicts=(result.verdicts[0], result.verdicts[-1]))
    assert [one.subject for one in lacks(lacking(both, ("a",), ("a",)))] == ["chromium", "firefox"]


def test_a_verdict_that_names_no_lack_says_its_reason(results):
    (one,) = lacks(lacking(results["consistent"](), ()))
    assert one.missing == ("No canary reached anybody unexpected.",)


def test_no_inconclusive_verdict_is_left_out(any_result):
    cells = {(one.subject, one.condition) for one in any_result.verdicts if one.verdict == "inconclusive"}
    assert {(one.subject, each) for one in lacks(any_result) for each in one.conditions} == cells
