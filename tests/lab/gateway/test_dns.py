"""The resolver: names in the order of first question, everything logged before it is answered."""

from __future__ import annotations

import json
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest
from dnslib import EDNS0, QTYPE, RCODE, DNSRecord
from hypothesis import given
from hypothesis import strategies as st

from backtalk.lab.gateway.dns import Answers, Names

BLOCK = IPv4Network("198.18.0.0/15")


@pytest.fixture
def answers(tmp_path):
    made = Answers(tmp_path / "dns.jsonl")
    yield made
    made.close()


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    made = Answers(tmp_path_factory.mktemp("dns") / "dns.jsonl")
    yield made
    made.close()


def ask(answers, name, kind="A"):
    return DNSRecord.parse(answers.reply(DNSRecord.question(name, kind).pack(), "10.77.0.2"))


def test_each_name_has_its_own_address_in_the_order_of_first_question(answers):
    given_out = [str(ask(answers, name).get_a().rdata) for name in ("b.example", "a.example", "B.Example.", "c.test")]
    assert given_out == ["198.18.0.1", "198.18.0.2", "198.18.0.1", "198.18.0.3"]


@pytest.mark.parametrize("kind", ["AAAA", "HTTPS", "SVCB", "TXT", "MX"])
def test_other_types_are_empty_and_no_error(answers, kind):
    reply = ask(answers, "a.example", kind)
    assert (reply.rr, reply.header.rcode) == ([], RCODE.NOERROR)
    assert reply.auth[0].rtype == QTYPE.SOA


@pytest.mark.parametrize("name", ["kolibado", "printer.local", "x.onion", "wpad.lan", "a.home.arpa", "."])
def test_names_that_nobody_registered_do_not_exist(answers, name):
    assert ask(answers, name).header.rcode == RCODE.NXDOMAIN


def test_the_canary_domain_of_doh_is_answered_as_any_other(answers):
    assert ask(answers, "use-application-dns.net").get_a().rtype == QTYPE.A


def test_an_address_that_was_given_out_can_be_asked_back(answers):
    ask(answers, "a.example")
    assert str(ask(answers, "1.0.18.198.in-addr.arpa", "PTR").get_a().rdata) == "a.example."
    assert ask(answers, "2.0.18.198.in-addr.arpa", "PTR").header.rcode == RCODE.NXDOMAIN
    assert ask(answers, "1.0.18.198", "PTR").rr == []


def test_an_extended_question_gets_an_extended_answer(answers):
    question = DNSRecord.question("a.example")
    question.add_ar(EDNS0(udp_len=4096))
    reply = DNSRecord.parse(answers.reply(question.pack(), "10.77.0.2"))
    assert [one.rtype for one in reply.ar] == [QTYPE.OPT]


def test_every_question_is_a_line(answers, tmp_path):
    ask(answers, "a.example")
    ask(answers, "kolibado")
    answers.reply(b"\xff", "10.77.0.9")
    lines = [json.loads(line) for line in (tmp_path / "dns.jsonl").read_text().splitlines()]
    assert [(line["name"], line["type"], line["answer"], line["client"]) for line in lines] == [
        ("a.example", "A", "198.18.0.1", "10.77.0.2"),
        ("kolibado", "A", "NXDOMAIN", "10.77.0.2"),
        ("", "unreadable", "ff", "10.77.0.9"),
    ]
    assert all(line["at"] > 1e9 for line in lines)


def test_a_question_that_cannot_be_logged_is_not_answered():
    full = Answers(Path("/dev/full"))
    with pytest.raises(OSError, match="No space"):
        full.reply(DNSRecord.question("a.example").pack(), "10.77.0.2")


@given(st.binary(max_size=200))
def test_no_message_breaks_it(lasting, message):
    lasting.reply(message, "10.77.0.2")


@given(st.binary(max_size=80), st.sampled_from([1, 2, 12, 28, 41, 65, 255]))
def test_no_question_breaks_it(lasting, labels, kind):
    header = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
    lasting.reply(header + labels + b"\x00" + kind.to_bytes(2, "big") + b"\x00\x01", "10.77.0.2")


@given(st.lists(st.from_regex(r"[a-z]{1,8}\.(example|test)", fullmatch=True), unique=True, max_size=40))
def test_addresses_are_distinct_and_lie_in_the_benchmarking_block(asked):
    names = Names()
    given_out = [IPv4Address(names.address(name)) for name in asked]
    assert len(set(given_out)) == len(asked)
    assert all(address in BLOCK for address in given_out)


@pytest.mark.lab
def test_a_real_subject_gets_the_same_answers(recorded):
    names = recorded.said["names"]
    assert names["first"] == names["again"] == names["elsewhere"] == names["tcp"] != names["other"]
    assert set(map(tuple, names["empty"].values())) == {(0, 0)}
    assert (names["single"], names["unknown"], names["doh"]) == (3, 3, 0)
    assert names["reverse"] == "first.example."


@pytest.mark.lab
def test_nonsense_does_not_end_the_resolver(recorded):
    assert recorded.said["nonsense"]
    assert [query["answer"] for query in recorded.queries if query["type"] == "unreadable"] == [
        b"\xff\x00garbage".hex(),
        "",
    ]
