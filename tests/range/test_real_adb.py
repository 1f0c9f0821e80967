"""Debian's adb and PyPI's adbutils drive the handset and cannot tell that it is simulated."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import re
import shutil
import socket
import subprocess
import threading
import xml.etree.ElementTree as ET
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import urlsplit

import adbutils
import pytest
from msgspec.structs import replace
from PIL import Image

from backtalk.range.builds import load
from backtalk.range.handset import Handset
from backtalk.range.handset.network import Reply, Urllib
from backtalk.range.start import Running, keep

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.skipif(
        shutil.which("adb") is None and not os.environ.get("CI"),  # there it would be taken for passed
        reason="Debian's adb is not installed",
    ),
]
BIG = bytes(range(256)) * (50 * 4096)
"""50 MiB."""
PAGE = b"""<html><head><title>Canary page</title><link rel=stylesheet href=/style.css></head>
<body><h1>Bafizopuka</h1><p>A page that was really fetched.</p><a href="/next">Next page</a></body></html>"""


class Site(BaseHTTPRequestHandler):
    asked: ClassVar[list] = []

    def do_GET(self):
        self.asked.append((self.headers["Host"], self.path, self.headers["User-Agent"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_):
        """Nobody reads it."""


@pytest.fixture(scope="module")
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


class Lane:
    """Every name leads to the one site: what a lab's network does."""

    def __init__(self, port):
        self.port, self.ask = port, Urllib()

    def __call__(self, request):
        parts = urlsplit(request.url)
        here = replace(
            request, url=f"http://127.0.0.1:{self.port}{parts.path}", headers={**request.headers, "Host": parts.netloc}
        )
        reply = self.ask(here)
        return Reply(url=request.url, status=reply.status, type=reply.type, body=reply.body, error=reply.error)


@pytest.fixture(scope="module")
def port(site):
    """A handset that runs in a thread of its own."""
    ready, ports, ends = threading.Event(), [], []

    async def live():
        running = Running(Handset(load("silent"), seed=11), Lane(site))
        task = asyncio.current_task()
        ends.append((asyncio.get_running_loop(), task))

        def tell(number):
            ports.append(number)
            ready.set()

        try:
            await keep(running, 0, tell)
        except asyncio.CancelledError:
            return

    thread = threading.Thread(target=lambda: asyncio.run(live()))
    thread.start()
    assert ready.wait(20)
    yield ports[0]
    loop, task = ends[0]
    loop.call_soon_threadsafe(task.cancel)
    thread.join(20)
    assert not thread.is_alive()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Adb:
    def __init__(self, home, port):
        self.home, self.port = home, port
        self.env = {"PATH": os.environ["PATH"], "HOME": str(home), "ANDROID_ADB_SERVER_PORT": str(port)}
        self.serial = ""

    def tried(self, *words, data=None):
        """What comes of it, whatever that is."""
        done = subprocess.run(["adb", *words], env=self.env, input=data, capture_output=True, timeout=60, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def __call__(self, *words, code=0, data=None, binary=False):
        serial = ("-s", self.serial) if self.serial else ()
        done = subprocess.run(
            ["adb", *serial, *words], env=self.env, input=data, capture_output=True, timeout=120, check=False
        )
        assert done.returncode == code, (words, done)
        return done.stdout if binary else done.stdout.decode()


@pytest.fixture(scope="module")
def adb(tmp_path_factory, port):
    one = Adb(tmp_path_factory.mktemp("home"), free_port())
    one.tried("connect", f"127.0.0.1:{port}")
    one.serial = f"127.0.0.1:{port}"
    one("wait-for-device")
    yield one
    subprocess.run(["adb", "-P", str(one.port), "kill-server"], env=one.env, timeout=60, check=True)


def screen(adb):
    adb("shell", "uiautomator", "dump")
    return ET.fromstring(adb("exec-out", "cat", "/sdcard/window_dump.xml"))


def tap(adb, **wanted):
    """Tap the middle of what the dump says."""
    for node in screen(adb).iter("node"):
        if all(value in node.get(name.replace("_", "-"), "") for name, value in wanted.items()):
            left, top, right, bottom = map(int, re.findall(r"\d+", node.get("bounds")))
            adb("shell", "input", "tap", str((left + right) // 2), str((top + bottom) // 2))
            return
    raise AssertionError(wanted)


def test_it_is_listed_as_a_phone(adb):
    assert re.search(
        rf"^{adb.serial}\s+device product:fata model:Mirage_M9 device:fata",
        Adb(adb.home, adb.port)("devices", "-l"),
        re.MULTILINE,
    )
    assert adb("shell", "getprop", "ro.product.manufacturer") == "Mirage Mobile\n"
    assert adb("get-state") == "device\n"


def test_exit_codes_and_both_outputs_come_apart(adb):
    complaint = "/system/bin/sh: nothing-like-it: inaccessible or not found\n"
    assert adb.tried("-s", adb.serial, "shell", "echo out; nothing-like-it; false") == (1, "out\n", complaint)
    assert adb("shell", "foo", code=127) == ""
    assert adb("shell", "cat", data=b"from stdin\n") == "from stdin\n"
    assert adb("shell", data=b"echo one\nexit 4\n", code=4) == "one\n"


def test_files_of_50_megabytes_come_back_as_they_went(adb, tmp_path):
    (tmp_path / "big").write_bytes(BIG)
    adb("push", str(tmp_path / "big"), "/sdcard/Download/big")
    assert adb("shell", "sha256sum /sdcard/Download/big").split()[0] == hashlib.sha256(BIG).hexdigest()
    adb("pull", "/sdcard/Download/big", str(tmp_path / "back"))
    assert hashlib.sha256((tmp_path / "back").read_bytes()).digest() == hashlib.sha256(BIG).digest()
    adb("shell", "rm", "/sdcard/Download/big")


def test_folders_go_and_come_whole(adb, tmp_path):
    tree = tmp_path / "tree"
    (tree / "deep" / "er").mkdir(parents=True)
    (tree / "empty").write_bytes(b"")
    (tree / "deep" / "er" / "naïve name.txt").write_bytes(b"text")
    adb("push", str(tree), "/sdcard/Documents/")
    adb("pull", "/sdcard/Documents/tree", str(tmp_path / "out"))
    files = {
        str(one.relative_to(tmp_path / "out")): one.read_bytes()
        for one in (tmp_path / "out").rglob("*")
        if one.is_file()
    }
    assert files == {"empty": b"", "deep/er/naïve name.txt": b"text"}
    code, _, complaint = adb.tried("-s", adb.serial, "pull", "/sdcard/none", str(tmp_path))
    assert (code, complaint) == (1, "")
    assert adb.tried("-s", adb.serial, "shell", "ls /data/data")[::2] == (1, "ls: /data/data: Permission denied\n")
    assert adb.tried("-s", adb.serial, "push", str(tree / "empty"), "/system/x")[0] == 1


def test_the_walk_from_home_to_a_page(adb):
    adb("shell", "input keyevent WAKEUP; input swipe 540 1900 540 600; input keyevent HOME")
    tap(adb, content_desc="Browser")
    tap(adb, resource_id="button1", text="Agree")
    tap(adb, resource_id="url_bar")
    adb("shell", "input text bafizopuka.example && input keyevent ENTER")
    texts = [node.get("text") for node in screen(adb).iter("node")]
    assert "Bafizopuka" in texts
    assert "https://bafizopuka.example/" in texts
    asked = [(host, path) for host, path, _ in Site.asked]
    assert ("bafizopuka.example", "/") in asked
    assert "MirageBrowser" in Site.asked[0][2]
    tap(adb, content_desc="Next page")
    screen(adb)
    assert ("bafizopuka.example", "/next") in [(host, path) for host, path, _ in Site.asked]
    picture = Image.open(io.BytesIO(adb("exec-out", "screencap", "-p", binary=True)))
    assert (picture.format, picture.size) == ("PNG", (1080, 2340))
    assert len(picture.getcolors(1 << 20)) > 20


def test_an_apk_is_pulled_and_one_is_installed_by_stream_and_removed(adb, tmp_path):
    path = adb("shell", "pm", "path", "com.mirage.browser").strip().removeprefix("package:")
    adb("pull", path, str(tmp_path / "browser.apk"))
    assert (tmp_path / "browser.apk").read_bytes()[:2] == b"PK"
    note = b"package: org.example.added\nversion: 2.1 (21)\n"
    with zipfile.ZipFile(tmp_path / "added.apk", "w") as packed:
        packed.writestr("ABOUT.txt", note)
    assert "Success" in adb("install", str(tmp_path / "added.apk"))
    assert "package:org.example.added" in adb("shell", "pm list packages -3")
    assert "Success" in adb("uninstall", "org.example.added")


def test_adbutils_takes_it_for_a_phone(adb, tmp_path):
    device = adbutils.AdbClient(host="127.0.0.1", port=adb.port).device(adb.serial)
    assert device.prop.model == "Mirage M9"
    assert device.window_size() == (1080, 2340)
    assert device.shell("whoami") == "shell"
    done = device.shell2("echo out; false")
    assert (done.returncode, done.output.strip()) == (1, "out")
    device.sync.push(b"by bytes", "/sdcard/Download/b.txt")
    assert device.sync.read_bytes("/sdcard/Download/b.txt") == b"by bytes"
    assert device.sync.stat("/sdcard/Download/b.txt").size == 8
    assert "b.txt" in [one.path for one in device.sync.list("/sdcard/Download")]
    device.sync.pull("/sdcard/Download/b.txt", str(tmp_path / "b.txt"))
    assert (tmp_path / "b.txt").read_bytes() == b"by bytes"
    assert device.app_current().package.startswith("com."), "locked or not"
    device.shell("wm dismiss-keyguard")
    device.keyevent("HOME")
    assert device.app_current().package == "com.mirage.home"
    device.app_start("com.android.settings")
    assert device.app_current().package == "com.android.settings"
    assert "Settings" in device.dump_hierarchy()
    assert device.screenshot().size == (1080, 2340)
    assert "com.mirage.browser" in device.list_packages()
    assert device.package_info("com.mirage.browser")["version_name"] == "12.1.3-g"
    assert device.is_screen_on()


def test_a_restart_ends_the_connection_and_it_can_be_had_again(adb, port):
    serial = adb("shell", "getprop ro.serialno")
    adb.tried("-s", adb.serial, "reboot")
    adb.tried("disconnect", adb.serial)  # adb keeps a phone that it reached by TCP as offline until it is told so
    adb.tried("connect", adb.serial)
    adb("wait-for-device")
    assert adb("shell", "getprop ro.serialno") == serial
    assert "Swipe up to unlock" in [node.get("text") for node in screen(adb).iter("node")]
