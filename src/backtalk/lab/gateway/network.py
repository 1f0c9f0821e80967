"""The one wire of the lab: a veth pair between the gateway and the subject, and no other way out.

IPv4 looks ordinary: an address, a default route, a resolver. IPv6 is as on a network that has
none: the subject has its link-local address, at once and for good (an address that comes later
makes browsers drop their connections), and the gateway does not speak it.
"""

from __future__ import annotations

import errno

from pyroute2 import IPRoute, NetNS
from pyroute2.netlink.exceptions import NetlinkError
from pyroute2.netlink.rtnl.ifaddrmsg import IFA_F_NODAD, IFA_F_PERMANENT
from pyroute2.netlink.rtnl.ifinfmsg import IFF_UP

from backtalk.errors import LabFailed

GATEWAY = "10.77.0.1"
SUBJECT = "10.77.0.2"
BROADCAST = "10.77.0.255"
PREFIX = 24
INTERNET = "198.18.0.0/15"
"""RFC 2544's block for benchmarks: no host of the real internet has an address in it."""

INSIDE = "subject"
"""The gateway's end of the wire, named after who is at the other end."""

_LINK_LOCAL = "fe80::21b:21ff:fe3a:7702"
"""What `eth0` would call itself, from its MAC (RFC 4291, appendix A)."""

_NO_AUTOMATIC_ADDRESS = {"attrs": [["AF_INET6", {"attrs": [["IFLA_INET6_ADDR_GEN_MODE", 1]]}]]}

_MAC = {INSIDE: "00:1b:21:3a:77:01", "eth0": "00:1b:21:3a:77:02"}
"""Fixed, and of a common maker of network cards: some programs look at it."""


def build(subject_pid: int) -> None:
    """Join this process's network namespace to that of `subject_pid`.

    The subject gets `eth0` (10.77.0.2/24, default route by 10.77.0.1). In the gateway every
    IPv4 address there is counts as local, so that what the subject dials by number is answered
    too. Both ends vanish with their namespaces. Raises LabFailed.
    """
    try:
        _gateway_end(subject_pid)
        _subject_end(f"/proc/{subject_pid}/ns/net")
    except (NetlinkError, OSError) as failure:
        raise LabFailed(
            f"the lab's network could not be built: {failure}.",
            means="No session was begun.",
            remedy="`backtalk doctor` says what this machine lacks.",
        ) from failure


def _gateway_end(subject_pid: int) -> None:
    with IPRoute() as netlink:
        loopback = netlink.link_lookup(ifname="lo")[0]
        netlink.link("set", index=loopback, state="up")
        netlink.link(
            "add",
            ifname=INSIDE,
            kind="veth",
            address=_MAC[INSIDE],
            peer={"ifname": "eth0", "net_ns_pid": subject_pid, "address": _MAC["eth0"]},
        )
        wire = netlink.link_lookup(ifname=INSIDE)[0]
        _without_ipv6(netlink, wire)
        netlink.addr("add", index=wire, address=GATEWAY, prefixlen=PREFIX, broadcast=BROADCAST)
        netlink.link("set", index=wire, state="up")
        for everything in (INTERNET, "0.0.0.0/0"):
            netlink.route("add", dst=everything, oif=loopback, type="local", scope="host", prefsrc=GATEWAY)


def _subject_end(namespace: str) -> None:
    with NetNS(namespace, flags=0) as netlink:
        netlink.link("set", index=netlink.link_lookup(ifname="lo")[0], state="up")
        wire = netlink.link_lookup(ifname="eth0")[0]
        ipv6 = _without_ipv6(netlink, wire)
        netlink.addr("add", index=wire, address=SUBJECT, prefixlen=PREFIX, broadcast=BROADCAST)
        netlink.link("set", index=wire, state="up")
        if ipv6:
            netlink.addr("add", index=wire, address=_LINK_LOCAL, prefixlen=64, flags=IFA_F_NODAD | IFA_F_PERMANENT)
        netlink.route("add", gateway=GATEWAY)


def _without_ipv6(netlink: IPRoute, link: int) -> bool:
    """Keep the kernel from giving the link an IPv6 address; False where the kernel has no IPv6 at all."""
    try:
        netlink.link("set", index=link, IFLA_AF_SPEC=_NO_AUTOMATIC_ADDRESS)
    except NetlinkError as refused:
        if refused.code in {errno.EAFNOSUPPORT, errno.EOPNOTSUPP}:
            return False
        raise
    return True


def ways_out() -> frozenset[str]:
    """The names of this namespace's interfaces that are up, other than `lo` and the wire: none, or it is not sealed.

    Some kernels put idle tunnel devices into every new namespace; they are down and lead nowhere.
    """
    with IPRoute() as netlink:
        up = {link.get_attr("IFLA_IFNAME") for link in netlink.get_links() if link["flags"] & IFF_UP}
    return frozenset(up - {"lo", INSIDE})
