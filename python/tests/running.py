"""The real JupyterHub as its unit starts it, on a stand-in for the machine, and browsers in front of it."""

import asyncio
import copy
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from .support import PYTHON_FOLDER, Machine, answering, fake_nginx, short_folder

REAL = os.environ.get("TLJH_TEST_SERVER")
PATIENCE = 60
CLI_TOKEN = "fedcba9876543210fedcba9876543210"
# systemctl is not to be asked here: the listing is what the machine's stand-in wrote.
LISTING = "from tljh_hub import units\nunits.UNITS._listing = ['/bin/cat', {path!r}]\n"


def person(role: str = "user", **fields: Any) -> dict[str, Any]:
    """Somebody in people.json."""
    return {"role": role, "groups": [], "teaches": [], "locked": False, "lifted": 0, **fields}


class Hub:
    """A running hub, the machine under it, and browsers in front of it."""

    def __init__(self, folder: Path, machine: Machine) -> None:
        self.folder, self.machine = folder, machine
        self.url = ""
        self.log = folder / "hub.log"
        self.people = {name: person() for name in ("ben", "cleo", "eve")} | {"ada": person("owner")}
        self.settings: dict[str, Any] = {}
        self.own = ""
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = run_hub(self)
        await healthy(self, self.process)

    async def stop(self) -> None:
        """Stop it; servers stay."""
        if self.process:
            self.process.terminate()
            await asyncio.to_thread(self.process.wait, PATIENCE)
            self.process = None

    def write_people(self, text: str | None = None) -> None:
        """What `tljh` does when something about people changed; or a file with this text."""
        new = self.folder / "people.new"
        new.write_text(text if text is not None else json.dumps({"version": 1, "people": self.people}))
        new.replace(self.folder / "people.json")

    def browser(self, address: str = "192.0.2.1") -> aiohttp.ClientSession:
        """A browser with cookies of its own, at a network address."""
        jar = aiohttp.CookieJar(unsafe=True, quote_cookie=False)
        headers = {"X-Test-Address": address, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}
        return aiohttp.ClientSession(self.url, cookie_jar=jar, headers=headers)


async def post(browser: aiohttp.ClientSession, page: str, **fields: str) -> tuple[int, str, str]:
    """Fill in the form of a page: status, path and text of what comes then."""
    async with browser.get(page) as reply:
        token = re.search(r'name="_xsrf" value="([^"]+)"', await reply.text())
    assert token, f"no form on {page}: {reply.url}"
    async with browser.post(str(reply.url.relative()), data={"_xsrf": token[1], **fields}) as reply:
        return reply.status, reply.url.path, await reply.text()


async def log_in(browser: aiohttp.ClientSession, name: str, password: str) -> tuple[int, str, str]:
    """Log in with the hub's home as aim, so that no server starts."""
    return await post(browser, "/hub/login?next=/hub/home", username=name, password=password)


@asynccontextmanager
async def running_hub(
    people: dict[str, Any] | None = None, settings: dict[str, Any] | None = None, own: str = ""
) -> AsyncIterator[Hub]:
    """A hub with ada (owner), ben, cleo and the one-time password of eve; `own` is the administrator's file."""
    with short_folder() as folder:
        command = [f"{REAL}/bin/python", "-I", str(PYTHON_FOLDER / "serve.py"), "--allow-root"] if REAL else None
        machine = Machine(folder, command)
        machine.passwords = {"ada": "correct horse", "ben": "battery staple", "eve": "once", "cleo": "tr0ub4dor"}
        if REAL:
            mine = folder / ".local" / "share" / "jupyter" / "kernels" / "mine"
            mine.mkdir(parents=True)
            (mine / "kernel.json").write_text(json.dumps({"argv": ["python"], "display_name": "m", "language": "p"}))
            machine.environment["JUPYTER_PATH"] = f"{os.environ['TLJH_TEST_USER']}/share/jupyter"
        machine.one_time, machine.admins = {"eve"}, {"ada"}
        hub = Hub(folder, machine)
        hub.people = copy.deepcopy(people or hub.people)
        hub.settings, hub.own = settings or {}, own
        front = web.AppRunner(fake_nginx(folder / "hub.sock", folder / "routes"), shutdown_timeout=1)
        await front.setup()
        site = web.TCPSite(front, "127.0.0.1", 0)
        await site.start()
        hub.url = f"http://127.0.0.1:{front.addresses[0][1]}"
        async with answering(folder / "helper.sock", machine.answer):
            try:
                await hub.start()
                yield hub
            finally:
                await hub.stop()
                machine.end_all()
                await front.cleanup()


def run_hub(hub: Hub) -> subprocess.Popen[bytes]:
    """Start the hub as its unit does."""
    folder = hub.folder
    (folder / "config.d").mkdir(exist_ok=True)
    (folder / "config.d" / "10-test.py").write_text(LISTING.format(path=str(folder / "units")))
    (folder / "config.d" / "20-own.py").write_text(hub.own)
    (folder / "credentials").mkdir(exist_ok=True)
    (folder / "credentials" / "culler-token").write_text("0123456789abcdef0123456789abcdef\n")
    (folder / "credentials" / "cli-token").write_text(f"{CLI_TOKEN}\n")
    settings = {
        "people": str(folder / "people.json"),
        "api_url": hub.url,
        "concurrent_starts": 2,
        "hub_socket": str(folder / "hub.sock"),
        "routes": str(folder / "routes"),
        "sockets": str(folder / "user"),
        "helper_socket": str(folder / "helper.sock"),
        "state": str(folder),
        "config_d": str(folder / "config.d"),
        "auth": {"type": "password"},
        **hub.settings,
    }
    if not (folder / "people.json").exists():
        hub.write_people()
    (folder / "hub.json").write_text(json.dumps(settings))
    environment = {
        "PATH": os.environ["PATH"],
        "TLJH_HUB_SETTINGS": str(folder / "hub.json"),
        "CREDENTIALS_DIRECTORY": str(folder / "credentials"),
    }
    with hub.log.open("ab") as log:
        command = [sys.executable, "-I", str(PYTHON_FOLDER / "run_hub.py")]
        return subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=folder)


async def healthy(hub: Hub, process: subprocess.Popen[bytes]) -> None:
    """Wait until the hub answers."""
    end = time.monotonic() + PATIENCE
    async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(hub.folder / "hub.sock"))) as client:
        while time.monotonic() < end:
            assert process.poll() is None, hub.log.read_text()
            try:
                async with client.get("http://hub/hub/health") as reply:
                    if reply.status == 200:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
    raise AssertionError(hub.log.read_text())


async def start_server(browser: aiohttp.ClientSession, name: str) -> list[str]:
    """Ask for one's server and follow the stream of events to its end; returns the messages."""
    async with browser.get("/hub/spawn") as reply:
        text = await reply.text()
        assert "Your server is starting" in text, text
    events = re.search(r'new EventSource\("([^"]+)"\)', text)
    assert events
    messages = []
    async with browser.get(events[1].replace("&amp;", "&")) as stream:
        async for line in stream.content:
            if line.startswith(b"data:"):
                event = json.loads(line[5:])
                messages.append(event["message"])
                if event.get("ready") or event.get("failed"):
                    break
    return messages


async def until(check: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    """Wait until something is so; the hub follows people.json every two seconds."""
    end = time.monotonic() + seconds
    while not await check():
        assert time.monotonic() < end, "it did not come to be"
        await asyncio.sleep(0.2)


async def call(hub: Hub, token: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """A request to the hub's API: status and answer."""
    headers = {"Authorization": f"token {token}"}
    async with (
        aiohttp.ClientSession(hub.url, headers=headers, cookie_jar=aiohttp.DummyCookieJar()) as client,
        client.request(method, f"/hub/api{path}", json=body) as reply,
    ):
        text = await reply.text()
        return reply.status, json.loads(text) if text.startswith(("{", "[")) else text


async def new_token(browser: aiohttp.ClientSession, name: str) -> str:
    """A token of somebody who is logged in, which may do what they may."""
    async with browser.get("/hub/home") as reply:
        found = re.search(r'xsrf_token: "([^"]+)"', await reply.text())
    assert found
    async with browser.post(f"/hub/api/users/{name}/tokens", json={}, headers={"X-XSRFToken": found[1]}) as reply:
        assert reply.status == 201, await reply.text()
        return str((await reply.json())["token"])
