"""What the phone says of its network."""

from __future__ import annotations

from backtalk.range.handset.shell.command import Call, Command

LIMITATIONS = (
    "The address is one that the range made up (198.18.0.0/15, RFC 2544): it is not the one that requests come from.",
    "`ip` has `addr`, `route` and `link`, to look at only.",
)
_ADDRESS = "198.18.7.42"


def ip(call: Call) -> int:
    """Addresses or ways."""
    words = [word for word in call.arguments if not word.startswith("-")]
    kind = (words or [""])[0]
    mac, on = call.phone.identities.wifi_mac, call.phone.settings["global"].get("wifi_on") == "1"
    state = "UP" if on else "DOWN"
    if kind and "route".startswith(kind):
        ways = (f"198.18.7.0/24 dev wlan0 proto kernel scope link src {_ADDRESS} ",)
        return call.say(*ways) if on else 0
    if not kind or not ("address".startswith(kind) or "link".startswith(kind)):
        return call.fail(f'Object "{kind}" is unknown, try "ip help".')
    inet = not "link".startswith(kind)
    if "wlan0" not in words:
        call.say(
            "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000",
            "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00",
        )
        call.say(
            *(("    inet 127.0.0.1/8 scope host lo", "       valid_lft forever preferred_lft forever") if inet else ())
        )
    call.say(
        f"24: wlan0: <BROADCAST,MULTICAST,{state},LOWER_{state}> mtu 1500 qdisc mq state {state} qlen 3000",
        f"    link/ether {mac} brd ff:ff:ff:ff:ff:ff",
    )
    if inet and on:
        call.say(
            f"    inet {_ADDRESS}/24 brd 198.18.7.255 scope global wlan0",
            "       valid_lft forever preferred_lft forever",
        )
    return 0


def ifconfig(call: Call) -> int:
    """Interfaces."""
    on = call.phone.settings["global"].get("wifi_on") == "1"
    names = [word for word in call.arguments if not word.startswith("-")] or ["wlan0", "lo"]
    for name in names:
        if name == "wlan0":
            call.say(f"wlan0     Link encap:Ethernet  HWaddr {call.phone.identities.wifi_mac}  Driver icnss")
            call.say(*((f"          inet addr:{_ADDRESS}  Bcast:198.18.7.255  Mask:255.255.255.0 ",) if on else ()))
            call.say(
                "          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1"
                if on
                else "          BROADCAST MULTICAST  MTU:1500  Metric:1",
                "",
            )
        elif name == "lo":
            call.say(
                "lo        Link encap:Local Loopback  ",
                "          inet addr:127.0.0.1  Mask:255.0.0.0 ",
                "          UP LOOPBACK RUNNING  MTU:65536  Metric:1",
                "",
            )
        else:
            return call.fail(f"ifconfig: {name}: No such device")
    return 0


COMMANDS = (
    Command(name="ip", run=ip, usage=("ip addr [show wlan0]", "ip route", "ip link")),
    Command(name="ifconfig", run=ifconfig, usage=("ifconfig [INTERFACE]",)),
)
