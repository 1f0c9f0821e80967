"""What the gateway does with each packet of the subject: redirect, answer, refuse; and count.

One ruleset, loaded at once. Counting is done before anything is decided, so that what is refused
is counted too; the counts are checked against the records (DESIGN.md, coverage).
"""

from __future__ import annotations

import json
import subprocess

from backtalk.errors import LabFailed
from backtalk.lab.gateway.network import INSIDE

PROXY_PORT = 8080
SERVER_PORT = 8081
DNS_PORT = 53

COUNTERS = ("tcp", "dns", "quic", "udp", "multicast", "icmp", "ipv6", "other")
"""`tcp`: new connections, retried ones included. All others: packets from the subject.

`dns` is packets and connections to port 53, `quic` is UDP/443, `multicast` is UDP to a group
(as local discovery sends), `udp` all other UDP. `ipv6` leaves out neighbour discovery.
"""

RULES = f"""
table inet backtalk {{
  {"; ".join(f"counter seen_{name} {{ }}" for name in COUNTERS)}

  chain arrive {{
    type filter hook prerouting priority mangle; policy accept;
    iifname != "{INSIDE}" return
    icmpv6 type {{ nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, mld2-listener-report }} return
    meta nfproto ipv6 counter name seen_ipv6 return
    tcp dport {DNS_PORT} ct state new counter name seen_dns return
    udp dport {DNS_PORT} counter name seen_dns return
    tcp flags & (syn | ack) == syn counter name seen_tcp return
    meta l4proto tcp return
    udp dport 443 counter name seen_quic return
    meta l4proto udp ip daddr {{ 224.0.0.0/4, 255.255.255.255, 10.77.0.255 }} counter name seen_multicast return
    meta l4proto udp counter name seen_udp return
    meta l4proto icmp counter name seen_icmp return
    meta l4proto igmp return
    counter name seen_other
  }}

  chain divert {{
    type nat hook prerouting priority dstnat; policy accept;
    iifname != "{INSIDE}" return
    meta nfproto ipv4 udp dport {DNS_PORT} redirect to :{DNS_PORT}
    meta nfproto ipv4 tcp dport {DNS_PORT} redirect to :{DNS_PORT}
    meta nfproto ipv4 meta l4proto tcp redirect to :{PROXY_PORT}
  }}

  chain onward {{
    type nat hook output priority -100; policy accept;
    meta nfproto ipv4 ip daddr != 127.0.0.0/8 meta l4proto tcp redirect to :{SERVER_PORT}
  }}

  chain enter {{
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    iifname != "{INSIDE}" drop
    ct state established,related accept
    icmpv6 type {{ nd-neighbor-solicit, nd-neighbor-advert }} accept
    meta nfproto ipv4 tcp dport {{ {PROXY_PORT}, {DNS_PORT} }} accept
    meta nfproto ipv4 udp dport {DNS_PORT} accept
    icmp type echo-request accept
    meta l4proto udp reject
    meta l4proto tcp reject with tcp reset
  }}

  chain leave {{
    type filter hook output priority filter; policy drop;
    oifname {{ "lo", "{INSIDE}" }} accept
  }}

  chain through {{
    type filter hook forward priority filter; policy drop;
  }}
}}
"""


def load() -> None:
    """Load the ruleset into this network namespace. Raises LabFailed."""
    _nft("-f", "-", given=RULES)


def counters() -> dict[str, int]:
    """How much of each kind (COUNTERS) has come from the subject so far. Raises LabFailed."""
    listing = json.loads(_nft("-j", "list", "counters", "table", "inet", "backtalk"))["nftables"]
    found = {item["counter"]["name"]: int(item["counter"]["packets"]) for item in listing if "counter" in item}
    return {name: found[f"seen_{name}"] for name in COUNTERS}


def _nft(*arguments: str, given: str = "") -> str:
    try:
        done = subprocess.run(["nft", *arguments], input=given, capture_output=True, text=True, timeout=20, check=True)
    except FileNotFoundError as failure:
        raise LabFailed("nft is not installed.", remedy="Install the Debian package nftables.") from failure
    except subprocess.SubprocessError as failure:
        told = getattr(failure, "stderr", "") or str(failure)
        raise LabFailed(
            f"the gateway's packet filter failed: {told.strip().splitlines()[0]}.",
            means="Nothing would be recorded or held back, so no session was begun.",
            remedy="`backtalk doctor` says what this machine lacks.",
        ) from failure
    return done.stdout
