"""The real JupyterHub with everything of ours: log in, start, reach the server, stop.

TLJH_TEST_SERVER=GENERATION runs the real jupyterhub-singleuser of that environment instead of a stub, with the
kernels of TLJH_TEST_USER=GENERATION.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator

import pytest

from .real_server import use_server
from .running import REAL, Hub, log_in, post, running_hub, start_server


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    """A hub with ada (owner), ben, cleo and the one-time password of eve."""
    async with running_hub() as hub:
        yield hub


async def test_log_in_start_reach_stop(hub: Hub) -> None:
    async with hub.browser() as browser:
        assert (await log_in(browser, "ada", "wrong"))[0] == 403
        status, path, text = await log_in(browser, "ADA", "correct horse")
        assert (status, path) == (200, "/hub/home"), text
        assert "/hub/password" in text and "/hub/admin" in text
        begun = time.monotonic()
        messages = await start_server(browser, "ada")
        print(f"start: {time.monotonic() - begun:.2f} s")
        assert messages[-2:] == ["Starting your server …", "Server ready at /user/ada/"]
        async with browser.get("/user/ada/api") as reply:
            assert reply.status == 200, await reply.text()
        if REAL:
            await use_server(browser, hub.folder)
        async with browser.get("/hub/home") as reply:
            token = re.search(r'xsrf_token: "([^"]+)"', await reply.text())
        assert token
        async with browser.delete("/hub/api/users/ada/server", headers={"X-XSRFToken": token[1]}) as reply:
            assert reply.status == 204, await reply.text()
        assert not (hub.folder / "routes" / "user" / "ada").exists()
    sent = next(request["env"] for request in hub.machine.seen if request["verb"] == "start")
    assert sent["JUPYTERHUB_SERVICE_URL"] == "http+unix://x/user/ada/" and "PATH" not in sent


async def test_a_one_time_password_opens_only_the_choice(hub: Hub) -> None:
    async with hub.browser() as browser:
        status, path, text = await log_in(browser, "eve", "once")
        assert (status, path) == (200, "/hub/choose-password") and "once" not in text.split("Hello")[0]
        async with browser.get("/hub/home", allow_redirects=False) as reply:
            assert reply.status == 302
        page = "/hub/choose-password?next=/hub/home"
        assert "not the same" in (await post(browser, page, new="long enough", again="long enougH"))[2]
        assert "at least 10" in (await post(browser, page, new="short", again="short"))[2]
        status, path, _ = await post(browser, page, new="long enough", again="long enough")
        assert (status, path) == (200, "/hub/home")
        status, _, text = await post(browser, "/hub/password", old="wrong", new="longer still", again="longer still")
        assert status == 400 and "current password is not right" in text
        status, _, text = await post(
            browser, "/hub/password", old="long enough", new="longer still", again="longer still"
        )
        assert status == 200 and "is changed" in text
    assert hub.machine.passwords["eve"] == "longer still"


async def test_guessing_is_slowed_and_the_owner_still_gets_in(hub: Hub) -> None:
    async with hub.browser() as owner, hub.browser("198.51.100.7") as stranger:
        await log_in(owner, "ben", "battery staple")
        codes = [(await log_in(stranger, "ben", f"guess {i}"))[0] for i in range(11)]
        assert codes == [403] * 10 + [429]
        status, _, text = await log_in(stranger, "ben", "battery staple")
        assert status == 429 and re.search(r"Wait \d+ seconds? and try again", text)
        async with owner.get("/hub/logout"):
            pass
        status, path, _ = await log_in(owner, "ben", "battery staple")
        assert (status, path) == (200, "/hub/home")


async def test_a_server_that_dies_is_told_in_a_sentence(hub: Hub) -> None:
    if REAL:
        pytest.skip("only the stub can be told to die")
    hub.machine.environment = {"STUB_FAIL": "1"}
    async with hub.browser() as browser:
        await log_in(browser, "ben", "battery staple")
        messages = await start_server(browser, "ben")
        assert messages[-1].startswith("Spawn failed: Your server ended while it was starting"), messages
        async with browser.get("/hub/spawn-pending/ben") as reply:
            assert reply.status == 503 and "Your server ended" in await reply.text()
        hub.machine.environment = {}
        assert "ready" in (await start_server(browser, "ben"))[-1]


async def test_a_restart_of_the_hub_keeps_server_and_route(hub: Hub) -> None:
    async with hub.browser() as browser:
        await log_in(browser, "ben", "battery staple")
        await start_server(browser, "ben")
        await hub.stop()
        async with browser.get("/user/ben/api") as reply:
            assert reply.status == 200
        await hub.start()
        async with browser.get("/hub/spawn", allow_redirects=False) as reply:
            assert reply.status == 302 and reply.headers["Location"].startswith("/user/ben/"), reply.headers
        assert not re.search("(Deleting|Updating|Adding missing) .*route", hub.log.read_text())
        hub.machine.end("ben")
        await hub.stop()
        await hub.start()
        assert not (hub.folder / "routes" / "user" / "ben").exists()


async def test_whoever_cancels_while_waiting_leaves_the_queue(hub: Hub) -> None:
    if REAL:
        pytest.skip("only the stub waits at a gate")
    gate = hub.folder / "gate"
    hub.machine.environment = {"STUB_GATE": str(gate)}
    async with hub.browser() as ada, hub.browser() as ben, hub.browser() as cleo:
        for browser, name in [(ada, "ada"), (ben, "ben"), (cleo, "cleo")]:
            await log_in(browser, name, hub.machine.passwords[name])
        starting = [asyncio.create_task(start_server(ada, "ada")), asyncio.create_task(start_server(ben, "ben"))]
        while sum(request["verb"] == "start" for request in hub.machine.seen) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        async with cleo.get("/hub/spawn") as reply:
            text = await reply.text()
        assert "Many servers are starting. Yours is next." in text
        token = re.search(r'xsrf_token: "([^"]+)"', text)
        assert token
        async with cleo.delete("/hub/api/users/cleo/server", headers={"X-XSRFToken": token[1]}) as reply:
            assert reply.status == 204
        gate.touch()
        assert all("ready" in messages[-1] for messages in await asyncio.gather(*starting))
        assert "ready" in (await start_server(cleo, "cleo"))[-1]
    names = [request["name"] for request in hub.machine.seen if request["verb"] == "start"]
    assert sorted(names) == ["ada", "ben", "cleo"]
