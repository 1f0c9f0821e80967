import msgspec
import pytest

from backtalk.report.names import Names, listed


def changed(result, **configuration):
    sessions = tuple(
        msgspec.structs.replace(one, configuration=msgspec.structs.replace(one.configuration, **configuration))
        for one in result.sessions
    )
    return Names(msgspec.structs.replace(result, sessions=sessions))


def test_a_subject_is_called_by_its_exact_build(results):
    names = Names(results["contradicted"]())
    assert names.build("chromium") == "Chromium 156.0.1, as packaged by Debian"
    assert (names.subject("firefox"), names.version("firefox")) == ("Firefox", "Firefox 156.0.1")


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        (
            {"program": "Firefox ESR", "version": "Mozilla Firefox 153.7.0esr", "package": "firefox-esr 1-1~deb12u1"},
            "Firefox ESR 153.7.0esr, as packaged by Debian",
        ),
        ({"version": "Chromium 156.0.2 built on Debian", "package": ""}, "Firefox 156.0.2"),
        ({"package": "firefox 1-2ubuntu3"}, "Firefox 156.0.1, as packaged"),
        ({"version": "nightly"}, "Firefox nightly, as packaged by Debian"),
    ],
)
def test_builds(results, configuration, expected):
    assert changed(results["consistent"](), **configuration).build("firefox") == expected


def test_different_builds_of_one_subject_are_not_passed_off_as_one(results):
    result = results["consistent"]()
    one, two = result.sessions
    two = msgspec.structs.replace(two, configuration=msgspec.structs.replace(two.configuration, version="157.0"))
    assert Names(msgspec.structs.replace(result, sessions=(one, two))).version("firefox") == "Firefox in 2 versions"


def test_two_subjects_with_one_name_keep_their_ids(results):
    names = changed(results["contradicted"](), program="Chromium")
    assert names.subject("firefox") == "Chromium (firefox)"


def test_what_recorded_nothing_keeps_its_id(results):
    names = Names(results["skipped"]())
    assert (names.build("chromium"), names.condition("normal-on")) == ("chromium", "normal-on")


def test_conditions_are_told_in_words(results):
    names = Names(results["contradicted"]())
    assert [names.condition(one) for one in ("normal-packaged", "private-packaged", "normal-on")] == [
        "normal mode, suggestions as packaged",
        "private mode, suggestions as packaged",
        "normal mode, suggestions switched on",
    ]
    assert Names(results["consistent"]()).condition("normal-packaged") == "normal mode, as packaged"
    off = changed(results["consistent"](), switches=("prefs: search.suggest_enabled = false",))
    assert off.condition("normal-packaged") == "normal mode, suggestions switched off"
    other = changed(results["consistent"](), switches=("prefs: homepage = about:blank",))
    assert other.condition("normal-packaged") == "normal mode, settings changed"


def test_several_conditions_are_told_in_few_words(results):
    names = Names(results["contradicted"]())
    assert names.conditions("firefox", ["normal-on", "normal-packaged", "private-packaged"]) == "all 3 conditions"
    assert names.conditions("firefox", ["normal-on", "normal-packaged"]) == "both conditions in normal mode"
    assert names.conditions("firefox", ["normal-on", "private-packaged"]) == "2 of 3 conditions"
    assert names.conditions("firefox", ["normal-on", "normal-on"]) == "normal mode, suggestions switched on"


@pytest.mark.parametrize(
    ("given", "expected"),
    [([], ""), (["a"], "a"), (["a", "b", "a"], "a and b"), ("abc", "a, b and c"), ("abcde", "a, b, c and 2 more")],
)
def test_names_in_a_sentence(given, expected):
    assert listed(given) == expected
