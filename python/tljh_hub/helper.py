"""Client of the root helper: one JSON line there, one back, over a unix socket.

The helper's socket takes 16 connections at once and resets the rest, so the hub keeps to 12, and repeats a request
that ended without an answer. Every verb may be repeated.
"""

import asyncio
import contextlib
import functools
import json
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

CONNECTIONS = 12
PASSWORD_CONNECTIONS = 6  # a burst of wrong passwords, which take long, must not keep servers from starting
ATTEMPTS = 8  # about four seconds of waiting in all
LINE_BYTES = 64 * 1024


class HelperUnavailable(Exception):
    """The helper gave no answer."""


class HelperRefused(Exception):
    """The helper answered no: a code of the protocol and a sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Started:
    """What the helper says about a server that it has started."""

    unit: str
    socket: str
    invocation: str


@dataclass(frozen=True)
class Identity:
    """A person whose password was right; `change` means: good once, only to choose another."""

    name: str
    admin: bool
    change: bool


class Helper:
    """Asks the helper behind one socket; `timeout` is seconds for one exchange."""

    def __init__(self, path: str, timeout: float = 60) -> None:
        self._path = path
        self._timeout = timeout
        self._places = asyncio.Semaphore(CONNECTIONS)
        self._password_places = asyncio.Semaphore(PASSWORD_CONNECTIONS)

    async def start(self, name: str, env: dict[str, str]) -> Started:
        """Start a person's server, or refuse."""
        answer = await self._ask(verb="start", name=name, env=env)
        try:
            return Started(str(answer["unit"]), str(answer["socket"]), str(answer.get("invocation", "")))
        except KeyError as error:
            raise HelperUnavailable(f"the helper's answer lacks {error}") from error

    async def stop(self, name: str) -> None:
        """Stop a person's server; returns when it is gone."""
        await self._ask(verb="stop", name=name)

    async def status(self, name: str) -> dict[str, Any]:
        """State of a person's unit: active, sub, result, exit."""
        return await self._ask(verb="status", name=name)

    async def check_password(self, name: str, password: str) -> Identity:
        """Who has this name and password; HelperRefused `denied` if nobody."""
        async with self._password_places:
            return _identity(await self._ask(verb="check-password", name=name, password=password))

    async def change_password(self, name: str, old: str, new: str) -> Identity:
        """Replace a password; HelperRefused `denied` or `weak-password`."""
        async with self._password_places:
            return _identity(await self._ask(verb="change-password", name=name, password=old, new=new))

    async def _ask(self, **request: Any) -> dict[str, Any]:
        line = json.dumps(request, separators=(",", ":")).encode() + b"\n"
        if len(line) > LINE_BYTES:
            raise HelperRefused("bad-request", "That is too long.")
        async with self._places:
            answer = _parse(await self._exchange(line))
        if answer.get("ok") is not True:
            raise HelperRefused(str(answer.get("error", "failed")), str(answer.get("message", "")))
        return answer

    async def _exchange(self, line: bytes) -> bytes:
        """Send the line until an answer comes, with growing pauses."""
        problem = "no answer"
        for attempt in range(ATTEMPTS):
            if attempt:
                await asyncio.sleep(min(0.05 * 2**attempt, 1) * random.uniform(0.5, 1.5))  # noqa: S311
            try:
                answer = await asyncio.wait_for(self._send(line), self._timeout)
            except asyncio.TimeoutError as error:  # before OSError, of which it is one since Python 3.11
                raise HelperUnavailable(f"no answer within {self._timeout:.0f} seconds") from error
            except OSError as error:
                problem = str(error)
                continue
            if answer.endswith(b"\n"):
                return answer
        raise HelperUnavailable(f"{self._path}: {problem}")

    async def _send(self, line: bytes) -> bytes:
        async with _connection(self._path) as (reader, writer):
            writer.write(line)
            await writer.drain()
            try:
                return await reader.readline()
            except ValueError as error:
                raise HelperUnavailable("the helper's answer is too long") from error


@contextlib.asynccontextmanager
async def _connection(path: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_unix_connection(path, limit=LINE_BYTES)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _parse(line: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(line)
    except ValueError as error:
        raise HelperUnavailable("the helper's answer is not JSON") from error
    if not isinstance(answer, dict):
        raise HelperUnavailable("the helper's answer is not an object")
    return answer


def _identity(answer: dict[str, Any]) -> Identity:
    name = answer.get("name")
    if not isinstance(name, str) or not name:
        raise HelperUnavailable("the helper's answer lacks a name")
    return Identity(name, answer.get("admin") is True, answer.get("change") is True)


@functools.cache
def helper_at(path: str) -> Helper:
    """The one client for a socket, so that spawner and login share its places."""
    return Helper(path)
