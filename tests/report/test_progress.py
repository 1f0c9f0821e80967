import io
import threading

from rich.console import Console

from backtalk.report.progress import Progress


def test_without_a_terminal_each_event_is_one_line():
    file = io.StringIO()
    with Progress(Console(file=file, width=40)) as progress:
        progress.event("lab 1", "chromium.normal.1", "types a search", done=1, total=8, left=312.0)
        progress.event("lab 2", "firefox.normal.1", "idles\nfor\x1b[2J a while", done=1, total=8)
        progress.rest("lab 1")
        progress.note("epiphany is skipped")
    assert file.getvalue().splitlines() == [
        "[1/8, about 5 min 12 s left] chromium.normal.1: types a search",
        "[1/8] firefox.normal.1: idles⟨LF⟩for⟨ESC⟩[2J a while",
        "epiphany is skipped",
    ]


def test_on_a_terminal_the_lanes_are_live_and_vanish():
    file = io.StringIO()
    with Progress(Console(file=file, width=60, force_terminal=True, color_system=None)) as progress:
        progress.event("lab 1", "chromium.normal.1", "types a search", done=0, total=8, left=3.0)
        progress.event("lab 2", "firefox.normal.1", "x" * 500, done=0, total=8, left=-1.0)
        shown = file.getvalue()
        progress.rest("lab 2")
    assert "0 of 8 sessions done, about 3.0 s left" in shown
    assert "chromium.normal.1  types a search" in shown
    assert "firefox.normal.1  xxx" in shown
    assert "\x1b[?25h" in file.getvalue()
    assert all(len(line) < 120 for line in shown.splitlines())


def test_lanes_may_be_threads():
    file = io.StringIO()
    with Progress(Console(file=file, width=200)) as progress:

        def lane(name):
            for place in range(50):
                progress.event(name, f"{name}.{place}", "visits", done=place, total=50)

        threads = [threading.Thread(target=lane, args=(f"lab {number}",)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    lines = file.getvalue().splitlines()
    assert len(lines) == 200
    assert all(line.endswith(": visits") for line in lines)
