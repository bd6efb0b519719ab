"""What operators, instructors and the command line may do in a real hub, and that it ends there."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from .running import CLI_TOKEN, REAL, Hub, call, log_in, new_token, person, running_hub, start_server, until

pytestmark = pytest.mark.skipif(bool(REAL), reason="the stub is enough")

# ben teaches course-a, in which he and eve are; cleo is an operator; zed is in course-b, which nobody here teaches.
PEOPLE = {
    "ada": person("owner"),
    "ben": person("instructor", groups=["course-a"], teaches=["course-a"]),
    "cleo": person("operator"),
    "dan": person("instructor", groups=["course-a"], teaches=["course-a"]),
    "eve": person(groups=["course-a"]),
    "zed": person(groups=["course-b"]),
}
OWN_ROLES = """
c.JupyterHub.load_roles = [{"name": "looker", "users": ["zed"], "scopes": ["read:hub"]}]
c.JupyterHub.services = [{"name": "board", "api_token": "00112233445566778899aabbccddeeff"}]
"""


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    """A hub with PEOPLE and an administrator's file that sets lists anew."""
    async with running_hub(PEOPLE, {"taught_groups": ["course-a", "course-_"]}, OWN_ROLES) as hub:
        for name in ("ada", "dan", "eve", "zed"):
            assert (await call(hub, CLI_TOKEN, "POST", f"/users/{name}"))[0] in {201, 409}
        yield hub


async def token_of(hub: Hub, name: str) -> str:
    """A token of somebody who logs in now; their groups are known from then on."""
    async with hub.browser() as browser:
        await log_in(browser, name, hub.machine.passwords[name])
        return await new_token(browser, name)


async def is_ready(hub: Hub, name: str) -> bool:
    """Whether somebody's server runs."""
    _, model = await call(hub, CLI_TOKEN, "GET", f"/users/{name}")
    return bool(model["servers"]) and model["servers"][""]["ready"]


def beyond(mine: str, other: str) -> list[tuple[str, str, Any]]:
    """Requests that neither an operator nor an instructor may make: `mine` is in their care, `other` is an owner."""
    return [
        # tokens
        ("GET", f"/users/{mine}/tokens", None),
        ("POST", f"/users/{mine}/tokens", {}),
        ("POST", f"/users/{other}/tokens", {}),
        ("DELETE", f"/users/{mine}/tokens/a1", None),
        # people
        ("POST", "/users", {"usernames": ["mallory"]}),
        ("POST", "/users/mallory", None),
        ("PATCH", f"/users/{mine}", {"admin": True}),
        ("PATCH", f"/users/{mine}", {"name": "mallory"}),
        ("DELETE", f"/users/{mine}", None),
        ("POST", f"/users/{mine}/activity", {"last_activity": "2030-01-01T00:00:00Z"}),
        # groups
        ("GET", "/groups", None),
        ("GET", "/groups/course-a", None),
        ("POST", "/groups/mine", None),
        ("POST", "/groups/tljh-operators/users", {"users": [mine]}),
        ("DELETE", "/groups/course-a", None),
        ("PUT", "/groups/course-a/properties", {"x": 1}),
        # servers beyond starting and stopping
        ("POST", f"/users/{mine}/servers/second", None),
        ("PUT", f"/users/{mine}/servers/second", None),
        ("PATCH", f"/users/{mine}/server", {"name": "second"}),
        ("DELETE", f"/users/{mine}/servers/second", {"remove": True}),
        ("POST", f"/users/{mine}/admin-access", None),
        ("POST", f"/shares/{mine}/", {"user": "zed"}),
        ("GET", f"/users/{mine}/shared", None),
        # the hub
        ("GET", "/services", None),
        ("POST", "/services/mine", {"name": "mine"}),
        ("GET", "/info", None),
        ("GET", "/proxy", None),
        ("POST", "/proxy", None),
        ("PATCH", "/proxy", {}),
        ("POST", "/shutdown", {}),
    ]


async def refused(hub: Hub, token: str, requests: list[tuple[str, str, Any]]) -> None:
    """All of these requests are refused."""
    answers = [(method, path, *(await call(hub, token, method, path, body))) for method, path, body in requests]
    through = [answer for answer in answers if answer[2] not in {400, 403, 404, 405}]
    assert not through
    assert (await call(hub, CLI_TOKEN, "GET", "/users/eve"))[0] == 200
    assert (await call(hub, CLI_TOKEN, "GET", "/users/mallory"))[0] == 404


async def not_entered(hub: Hub, name: str, of: str) -> None:
    """With somebody's browser: neither the server of another person, nor its spawn page, nor a login there."""
    async with hub.browser() as browser:
        await log_in(browser, name, hub.machine.passwords[name])
        client = f"jupyterhub-user-{of}"
        back = f"/user/{of}/oauth_callback"
        for page in [
            f"/hub/spawn/{of}",
            f"/hub/spawn-pending/{of}",
            f"/hub/user/{of}/",
            f"/hub/api/oauth2/authorize?client_id={client}&redirect_uri={back}&response_type=code&state=x",
        ]:
            async with browser.get(page, allow_redirects=False) as reply:
                assert reply.status in {403, 404}, (page, reply.status, reply.headers)
        async with browser.get("/hub/admin") as reply:
            assert reply.status == 200


async def test_an_operator(hub: Hub) -> None:
    cleo = await token_of(hub, "cleo")

    async def seen() -> bool:
        _, people = await call(hub, cleo, "GET", "/users")
        return {model["name"] for model in people} == {"eve", "zed"}

    await until(seen)
    status, people = await call(hub, cleo, "GET", "/users?include_stopped_servers=1&sort=-last_activity")
    assert status == 200
    assert all({"name", "admin", "last_activity", "servers"} <= set(model) for model in people)
    assert not any({"auth_state", "roles"} & set(model) for model in people if model["name"] != "cleo")
    assert (await call(hub, cleo, "POST", "/users/eve/servers/"))[0] in {201, 202}
    await until(lambda: is_ready(hub, "eve"))
    status, model = await call(hub, cleo, "GET", "/users/eve")
    assert "state" not in model["servers"][""]
    await refused(hub, cleo, beyond("eve", "ada"))
    await refused(
        hub, cleo, [(method, f"/users/{name}{rest}", None) for name in ("ada", "dan") for method, rest in OF_OTHERS]
    )
    await not_entered(hub, "cleo", "eve")
    assert (await call(hub, cleo, "DELETE", "/users/eve/servers/"))[0] in {202, 204}


async def test_an_instructor(hub: Hub) -> None:
    ben = await token_of(hub, "ben")

    async def seen() -> bool:
        _, people = await call(hub, ben, "GET", "/users")
        return {model["name"] for model in people} == {"eve"}

    await until(seen)
    assert (await call(hub, ben, "POST", "/users/eve/server"))[0] in {201, 202}
    await until(lambda: is_ready(hub, "eve"))
    await refused(hub, ben, beyond("eve", "ada"))
    await not_entered(hub, "ben", "eve")
    others = [(method, f"/users/{name}{rest}", None) for name in ("zed", "ada", "dan") for method, rest in OF_OTHERS]
    await refused(hub, ben, others)
    assert (await call(hub, ben, "DELETE", "/users/eve/server"))[0] in {202, 204}
    # Taken off the group, and at once nothing of it is left.
    hub.people["ben"] = person(groups=["course-a"])
    hub.write_people()

    async def over() -> bool:
        return (await call(hub, ben, "GET", "/users"))[0] == 403

    await until(over, 10)
    await refused(hub, ben, [(method, f"/users/eve{rest}", None) for method, rest in OF_OTHERS])


OF_OTHERS = [("GET", ""), ("GET", "/server"), ("GET", "/server/progress"), ("POST", "/server"), ("DELETE", "/server")]


async def test_the_command_line_starts_and_stops_and_nothing_of_the_hub_itself(hub: Hub) -> None:
    assert (await call(hub, CLI_TOKEN, "POST", "/users/zed/server"))[0] in {201, 202}
    await until(lambda: is_ready(hub, "zed"))
    status, people = await call(hub, CLI_TOKEN, "GET", "/users?state=active")
    assert status == 200 and [model["name"] for model in people] == ["zed"] and "course-b" in people[0]["groups"]
    assert (await call(hub, CLI_TOKEN, "DELETE", "/users/zed/server"))[0] in {202, 204}
    await refused(
        hub,
        CLI_TOKEN,
        [
            ("POST", "/users/eve/tokens", {}),
            ("GET", "/users/eve/tokens", None),
            ("POST", "/groups/mine", None),
            ("GET", "/services", None),
            ("GET", "/proxy", None),
            ("POST", "/shutdown", {}),
        ],
    )


async def test_an_administrators_own_roles_stand_beside_ours(hub: Hub) -> None:
    status, model = await call(hub, CLI_TOKEN, "GET", "/users/zed")
    assert status == 200 and set(model["roles"]) == {"user", "looker"}
    hub.people["zed"] = person(groups=["course-b", "lab"])
    hub.write_people()
    hub.machine.passwords["zed"] = "the last one"
    zed = await token_of(hub, "zed")
    assert (await call(hub, zed, "GET", "/info"))[0] == 200
    _, model = await call(hub, CLI_TOKEN, "GET", "/users/zed")
    assert set(model["roles"]) == {"user", "looker"} and set(model["groups"]) == {"course-b", "lab", "tljh-users"}
    async with hub.browser() as browser:
        await log_in(browser, "zed", "the last one")
        assert "ready" in (await start_server(browser, "zed"))[-1]
