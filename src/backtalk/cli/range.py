"""`backtalk range`: simulated handsets, to prove the instrument on."""

from __future__ import annotations

import click


@click.group(name="range")
def command() -> None:
    """Start simulated handsets, whose behaviour is known exactly.

    A reconstruction from published reports, not evidence about any product; the makers
    are invented.
    """


@command.command(name="start")
@click.argument("build")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Listen there; any free port if not given.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Gives its serial, IMEI and so on.")
@click.option("--ca", type=click.Path(exists=True, dir_okay=False), help="A CA to trust besides this machine's (PEM).")
def start(build: str, port: int, seed: int, ca: str | None) -> None:
    """Start a handset with BUILD on loopback; Ctrl-C ends it.

    It speaks ADB: `adb connect` and every program that drives phones take it for one. Its
    browser really fetches the pages that it is led to, over this machine's network.
    """
    import asyncio

    from backtalk.range import LABEL, builds
    from backtalk.range.handset import Handset
    from backtalk.range.handset.network import Urllib
    from backtalk.range.start import Running, keep

    made = builds.load(build)
    running = Running(Handset(made, seed=seed), Urllib(ca))

    def tell(number: int) -> None:
        click.echo(f"adb connect 127.0.0.1:{number}")
        click.echo(f"backtalk: {made.model.name}, build {made.name}: {LABEL}. Ctrl-C ends it.", err=True)
        if made.reporting.reports or made.reporting.heartbeats:
            click.echo("backtalk: only the pages that it loads leave it; what it reports is not sent yet.", err=True)

    asyncio.run(keep(running, port, tell))


@command.command(name="builds")
def listed() -> None:
    """List the builds that there are."""
    from backtalk.range import builds

    for name in builds.names():
        click.echo(f"{name:16}{builds.load(name).summary}")
