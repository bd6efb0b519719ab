"""The client of the helper, against helpers that misbehave."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tljh_hub import helper as helper_module
from tljh_hub.helper import Helper, HelperRefused, HelperUnavailable, Identity

from .support import Answer, answering, refusal, short_folder


@pytest.fixture
def path() -> Iterator[Path]:
    with short_folder() as folder:
        yield folder / "helper.sock"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helper_module, "ATTEMPTS", 3)


async def test_start(path: Path) -> None:
    async def answer(request: Answer) -> Answer:
        assert request == {"verb": "start", "name": "ada", "env": {"LANG": "C.UTF-8"}}
        return {"ok": True, "unix": "jupyter-ada", "unit": "jupyter@ada.service", "socket": "/s", "invocation": "9"}

    async with answering(path, answer):
        started = await Helper(str(path)).start("ada", {"LANG": "C.UTF-8"})
    assert (started.unit, started.socket, started.invocation) == ("jupyter@ada.service", "/s", "9")


async def test_check_password(path: Path) -> None:
    async def answer(request: Answer) -> Answer:
        return {"ok": True, "name": "ada", "admin": True, "groups": [], "change": False}

    async with answering(path, answer):
        assert await Helper(str(path)).check_password("ada", "secret") == Identity("ada", True, False)


async def test_a_refusal_has_code_and_sentence(path: Path) -> None:
    async def answer(request: Answer) -> Answer:
        return refusal("weak-password", "Too short.")

    async with answering(path, answer):
        with pytest.raises(HelperRefused) as caught:
            await Helper(str(path)).change_password("ada", "old", "new")
    assert (caught.value.code, caught.value.message) == ("weak-password", "Too short.")


async def test_a_request_that_gets_no_answer_is_repeated(path: Path) -> None:
    tries = 0

    async def answer(request: Answer) -> Answer | bytes | None:
        nonlocal tries
        tries += 1
        return {1: None, 2: b'{"ok":'}.get(tries, {"ok": True})  # closed, then cut off

    async with answering(path, answer):
        await Helper(str(path)).stop("ada")
    assert tries == 3


async def test_a_hundred_requests_at_once_keep_to_the_places(path: Path) -> None:
    open_now = most = 0

    async def answer(request: Answer) -> Answer:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(0.01)
        open_now -= 1
        return {"ok": True}

    async with answering(path, answer):
        helper = Helper(str(path))
        await asyncio.gather(*(helper.stop(f"p{i}") for i in range(100)))
    assert 2 <= most <= helper_module.CONNECTIONS


async def test_slow_passwords_leave_places_for_starts(path: Path) -> None:
    release = asyncio.Event()

    async def answer(request: Answer) -> Answer:
        if request["verb"] == "check-password":
            await release.wait()
            return refusal("denied")
        return {"ok": True}

    async with answering(path, answer):
        helper = Helper(str(path))
        guesses = [asyncio.create_task(helper.check_password("ada", str(i))) for i in range(50)]
        await asyncio.wait_for(helper.stop("ben"), 5)
        release.set()
        results = await asyncio.gather(*guesses, return_exceptions=True)
    assert all(isinstance(result, HelperRefused) for result in results)


@pytest.mark.parametrize("line", [b"nonsense\n", b"[]\n", b"x" * 70_000 + b"\n", b'{"ok":true}\n'])
async def test_answers_that_are_none(path: Path, line: bytes) -> None:
    async def answer(request: Answer) -> bytes:
        return line

    async with answering(path, answer):
        with pytest.raises(HelperUnavailable):
            await Helper(str(path)).check_password("ada", "secret")


@pytest.mark.usefixtures("impatient")
async def test_no_helper(path: Path) -> None:
    with pytest.raises(HelperUnavailable):
        await Helper(str(path)).stop("ada")


async def test_a_helper_that_hangs(path: Path) -> None:
    async def answer(request: Answer) -> None:
        await asyncio.sleep(1)

    async with answering(path, answer):
        with pytest.raises(HelperUnavailable, match="no answer within"):
            await Helper(str(path), timeout=0.1).stop("ada")


async def test_a_request_that_is_too_long_is_not_sent(path: Path) -> None:
    with pytest.raises(HelperRefused):
        await Helper(str(path)).check_password("ada", "x" * 70_000)
