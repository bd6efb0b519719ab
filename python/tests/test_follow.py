"""A real hub follows people.json: locked, promoted, gone; with the file damaged or missing; while it was down."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from .running import CLI_TOKEN, REAL, Hub, call, log_in, new_token, person, post, running_hub, start_server, until

pytestmark = pytest.mark.skipif(bool(REAL), reason="the stub is enough")


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    """A hub with ada (owner), ben, cleo and the one-time password of eve."""
    async with running_hub() as hub:
        yield hub


async def logged_in(browser: aiohttp.ClientSession) -> bool:
    """Whether the hub shows this browser its home page."""
    async with browser.get("/hub/home", allow_redirects=False) as reply:
        return reply.status == 200


async def row(hub: Hub, name: str) -> dict[str, Any] | None:
    """What the hub has of somebody."""
    status, model = await call(hub, CLI_TOKEN, "GET", f"/users/{name}")
    return model if status == 200 else None


def stops(hub: Hub) -> list[str]:
    """Whose servers the hub asked the helper to stop."""
    return [request["name"] for request in hub.machine.seen if request["verb"] == "stop"]


async def test_a_locked_person_is_out_and_their_server_stops(hub: Hub) -> None:
    async with hub.browser() as ben, hub.browser() as ada:
        await log_in(ben, "ben", "battery staple")
        await log_in(ada, "ada", "correct horse")
        bens, adas = await new_token(ben, "ben"), await new_token(ada, "ada")
        await start_server(ben, "ben")
        servers_own = hub.machine.seen[-1]["env"]["JUPYTERHUB_API_TOKEN"]
        assert (await call(hub, bens, "GET", "/user"))[0] == 200

        hub.people["ben"]["locked"] = True
        hub.write_people()

        async def out() -> bool:
            return not await logged_in(ben)

        async def stopped() -> bool:
            return stops(hub) == ["ben"] and not (hub.folder / "routes" / "user" / "ben").exists()

        await until(out, 10)
        await until(stopped)
        for token in (bens, servers_own):
            assert (await call(hub, token, "GET", "/user"))[0] == 403
        assert (await call(hub, adas, "POST", "/users/ben/server"))[0] == 403
        assert (await log_in(ben, "ben", "battery staple"))[0] == 403  # the helper still says yes here
        async with ben.post("/hub/api/users/ben/tokens", json={"auth": {"username": "ben", "password": "x"}}) as reply:
            assert reply.status == 403
        assert await logged_in(ada)

        hub.people["ben"]["locked"] = False
        hub.write_people()
        assert (await log_in(ben, "ben", "battery staple"))[:2] == (200, "/hub/home")
        assert "ready" in (await start_server(ben, "ben"))[-1]


async def test_a_locked_person_cannot_use_a_one_time_password(hub: Hub) -> None:
    async with hub.browser() as eve:
        assert (await log_in(eve, "eve", "once"))[1] == "/hub/choose-password"
        hub.people["eve"]["locked"] = True
        hub.write_people()
        _, path, _ = await post(eve, "/hub/choose-password?next=/hub/home", new="long enough", again="long enough")
        assert path == "/hub/login"
        assert (await log_in(eve, "eve", "long enough"))[0] == 403


async def test_a_start_is_broken_off(hub: Hub) -> None:
    hub.machine.environment = {"STUB_GATE": str(hub.folder / "gate")}
    async with hub.browser() as ben:
        await log_in(ben, "ben", "battery staple")
        async with ben.get("/hub/spawn"):
            pass
        hub.people["ben"]["locked"] = True
        hub.write_people()

        async def idle() -> bool:
            model = await row(hub, "ben")
            return "ben" in stops(hub) and model is not None and not model["servers"] and not model["pending"]

        await until(idle)
    hub.people["ben"]["locked"] = False
    hub.write_people()
    hub.machine.environment = {}
    async with hub.browser() as ben:
        await log_in(ben, "ben", "battery staple")
        assert "ready" in (await start_server(ben, "ben"))[-1]


async def test_roles_and_groups_follow_without_a_restart(hub: Hub) -> None:
    async with hub.browser() as cleo, hub.browser() as ada:
        await log_in(cleo, "cleo", "tr0ub4dor")
        await log_in(ada, "ada", "correct horse")
        adas = await new_token(ada, "ada")

        async def page(status: int) -> None:
            async def shown() -> bool:
                async with cleo.get("/hub/admin") as reply:
                    return reply.status == status

            await until(shown, 10)

        await page(403)
        for role, groups, status in [
            ("operator", {"lab", "tljh-operators"}, 200),
            ("user", {"lab"}, 403),
            ("owner", {"lab"}, 200),
        ]:
            hub.people["cleo"] = person(role, groups=["lab"])
            hub.write_people()
            await page(status)
            model = await row(hub, "cleo")
            assert model and set(model["groups"]) - {"tljh-users"} == groups and model["admin"] is (role == "owner")
            assert set(model["roles"]) == ({"user", "admin"} if role == "owner" else {"user"})
        hub.people["cleo"] = person("user")
        hub.write_people()
        await page(403)
        # An owner's click in the hub does not make an owner: the file does.
        assert (await call(hub, adas, "PATCH", "/users/cleo", {"admin": True}))[0] == 200
        await page(403)
        model = await row(hub, "cleo")
        assert model and not model["admin"] and model["roles"] == ["user"]
        assert (await call(hub, adas, "POST", "/groups/tljh-operators/users", {"users": ["cleo"]}))[0] in {200, 400}
        await page(403)


async def test_nothing_is_written_while_nothing_changed(hub: Hub) -> None:
    hub.people["ben"]["groups"] = ["lab"]
    hub.write_people()
    async with hub.browser() as ben:
        await log_in(ben, "ben", "battery staple")
        await asyncio.sleep(4.5)
        before = (hub.folder / "jupyterhub.sqlite").stat().st_mtime_ns
        await asyncio.sleep(2.5)
        assert await logged_in(ben)
        assert (hub.folder / "jupyterhub.sqlite").stat().st_mtime_ns == before


async def test_rows_of_names_that_are_gone(hub: Hub) -> None:
    for name in ("zed", "yan"):
        hub.people[name] = person()
    hub.write_people()
    for name in ("zed", "yan"):
        assert (await call(hub, CLI_TOKEN, "POST", f"/users/{name}"))[0] == 201
    async with hub.browser() as ben:
        await log_in(ben, "ben", "battery staple")
        token = await new_token(ben, "ben")
        await start_server(ben, "ben")
        bens = hub.people.pop("ben")
        hub.people.pop("zed")
        hub.write_people()

        async def gone() -> bool:
            return await row(hub, "ben") is None and await row(hub, "zed") is None

        await until(gone)
        assert stops(hub) == ["ben"]
        assert (await row(hub, "yan") or {})["name"] == "yan"
        hub.people["ben"] = bens  # a new person with an old name
        hub.write_people()
        assert not await logged_in(ben)
        assert (await call(hub, token, "GET", "/user"))[0] == 403
        await log_in(ben, "ben", "battery staple")
        assert (await call(hub, token, "GET", "/user"))[0] == 403
    log = hub.log.read_text()
    assert "Traceback" not in log, log


async def test_a_damaged_file_changes_nothing_and_a_missing_one_deletes_nothing(hub: Hub) -> None:
    async with hub.browser() as ben, hub.browser() as cleo:
        await log_in(ben, "ben", "battery staple")
        await start_server(ben, "ben")
        hub.write_people('{"version": 1, "people": {')
        await asyncio.sleep(5)
        assert await logged_in(ben)
        assert (await log_in(cleo, "cleo", "tr0ub4dor"))[0] == 200
        (hub.folder / "people.json").unlink()
        await asyncio.sleep(5)
        assert not await logged_in(ben)
        assert (await log_in(cleo, "cleo", "tr0ub4dor"))[0] == 403
        assert await row(hub, "ben") and await row(hub, "cleo") and not stops(hub)
        hub.write_people()
        assert await logged_in(ben)
        async with ben.get("/user/ben/api") as reply:
            assert reply.status == 200
    assert hub.log.read_text().count("is damaged") == 1 and hub.log.read_text().count("is not there") == 1


async def test_what_changed_while_the_hub_was_down(hub: Hub) -> None:
    async with hub.browser() as ben, hub.browser() as cleo:
        await log_in(ben, "ben", "battery staple")
        await log_in(cleo, "cleo", "tr0ub4dor")
        await start_server(ben, "ben")
        await hub.stop()
        hub.people["ben"]["locked"] = True
        hub.people["cleo"] = person("owner")
        del hub.people["ada"]
        hub.write_people()
        await hub.start()
        model = await row(hub, "cleo")
        assert model and model["admin"] and "admin" in model["roles"]
        assert not await logged_in(ben)
        async with cleo.get("/hub/admin") as reply:
            assert reply.status == 200

        async def stopped() -> bool:
            return stops(hub) == ["ben"]

        await until(stopped)
