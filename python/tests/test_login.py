"""The login of a real hub: hostile names, a lockout that is lifted, and another authenticator than ours."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from urllib.parse import quote, urlencode

import aiohttp
import pytest

from .running import CLI_TOKEN, REAL, Hub, call, log_in, person, running_hub

pytestmark = pytest.mark.skipif(bool(REAL), reason="no server is started here")

HOSTILE: list[tuple[bytes, str]] = [
    # What is sent, and how the log must show it.
    (b"", ""),
    (b" ada", " ada"),
    (b"ada ", "ada "),
    (b"ada\n", r"ada\u{a}"),
    (b"ada\r\n[E 2030] User logged in: root", r"ada\u{d}\u{a}[E 2030] User logged in: root"),
    (b"ada\x00", r"ada\u{0}"),
    (b"\x01ada", r"\u{1}ada"),
    (b"ada\x1b[2J", r"ada\u{1b}[2J"),
    (b"ada\x7f", r"ada\u{7f}"),
    (b"ada\xc2\x85", r"ada\u{85}"),
    ("ada\u2028".encode(), r"ada\u{2028}"),
    ("\u202eada".encode(), r"\u{202e}ada"),
    ("a\u2066d\u2069a".encode(), r"a\u{2066}d\u{2069}a"),
    ("ad\u200ba".encode(), r"ad\u{200b}a"),
    ("ad\u0430".encode(), r"ad\u{430}"),
    ("\uff41da".encode(), r"\u{ff41}da"),
    ("\u212aate".encode(), r"\u{212a}ate"),
    ("ada\U000e0041".encode(), r"ada\u{e0041}"),
    (b"ada\xff", r"ada\u{5c}xff"),
    (b"\xed\xa0\x80", r"\u{5c}xed\u{5c}xa0\u{5c}x80"),
    (b"ada\\u{a}", r"ada\u{5c}u{a}"),
    (b"../ada", "../ada"),
    (b"ada/../ben", "ada/../ben"),
    (b"--help", "--help"),
    (b"%n%i", "%n%i"),
    (b"%s%(name)s", "%s%(name)s"),
    (b"{{ada}}", "{{ada}}"),
    (b"<script>alert(1)</script>", "<script>alert(1)</script>"),
    (b"a" * 200, "a" * 80 + "…"),
]


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    """A hub with ada (owner), ben, cleo and the one-time password of eve."""
    async with running_hub() as hub:
        yield hub


async def send(browser: aiohttp.ClientSession, name: bytes, password: str) -> tuple[int, str]:
    """Send the form with a name as these bytes."""
    async with browser.get("/hub/login") as reply:
        found = re.search(r'name="_xsrf" value="([^"]+)"', await reply.text())
    assert found
    data = f"username={quote(name)}&" + urlencode({"password": password, "_xsrf": found[1]})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    async with browser.post("/hub/login?next=/hub/home", data=data, headers=headers) as reply:
        return reply.status, await reply.text()


async def test_a_hostile_name_gets_no_password_check_and_is_escaped_in_the_log(hub: Hub) -> None:
    async with hub.browser() as browser:
        for name, _ in HOSTILE:
            status, text = await send(browser, name, "correct horse")
            assert status == 403 and "Invalid username or password" in text, (name, status)
            assert "<script>alert" not in text
        wrong = {"auth": {"username": "ada\n\ud800", "password": "correct horse"}}
        async with browser.post("/hub/api/users/ada/tokens", json=wrong) as reply:
            assert reply.status == 403
        assert not hub.machine.seen
        assert (await send(browser, b"ADA", "correct horse"))[0] == 200
    log = hub.log.read_text()
    for name, shown in HOSTILE:
        assert f"no password was looked at: '{shown}'\n" in log, name
    assert rf"no password was looked at: 'ada\u{{a}}\u{{d800}}'{chr(10)}" in log
    assert re.findall(r"[^\x20-\x7e\n…]", log) == [] and "Traceback" not in log
    lines = log.splitlines()
    assert not any(line.startswith("[E 2030]") for line in lines)
    assert sum("User logged in" in line and "no password" not in line for line in lines) == 1


async def test_a_lockout_is_lifted(hub: Hub) -> None:
    async with hub.browser() as browser:
        codes = [(await log_in(browser, "ben", f"guess {i}"))[0] for i in range(11)]
        assert codes == [403] * 10 + [429]
        hub.people["ben"]["lifted"] = int(time.time() * 1000)
        hub.write_people()
        assert (await log_in(browser, "ben", "wrong"))[0] == 403
        codes = [(await log_in(browser, "ben", f"guess {i}"))[0] for i in range(10)]
        assert codes == [403] * 9 + [429]
        hub.people["ben"]["lifted"] = int(time.time() * 1000)
        hub.write_people()
        assert (await log_in(browser, "ben", "battery staple"))[:2] == (200, "/hub/home")


async def test_another_authenticator_knows_nothing_of_the_file() -> None:
    settings = {"auth": {"type": "dummy"}, "admin_users": ["ada"], "taught_groups": ["course-a"]}
    own = "c.JupyterHub.load_groups = {'lab': {'users': ['ben']}}"
    async with running_hub({"ben": person("owner", locked=True)}, settings, own) as hub, hub.browser() as ben:
        assert (await log_in(ben, "ben", "any"))[:2] == (200, "/hub/home")
        await asyncio.sleep(2.5)
        hub.write_people()
        await asyncio.sleep(2.5)
        _, people = await call(hub, CLI_TOKEN, "GET", "/users")
        assert {model["name"]: (model["admin"], model["groups"]) for model in people} == {
            "ada": (True, []),
            "ben": (False, ["lab"]),
        }
        async with ben.get("/hub/home", allow_redirects=False) as reply:
            assert reply.status == 200
