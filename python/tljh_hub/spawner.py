"""Starts a person's server as a systemd unit, by asking the root helper.

PID 1 owns the server's socket and keeps requests until the server takes them, so one request sent at once is answered
the moment the server is ready, and ends the moment it dies: nothing is polled.
"""

import asyncio
import contextlib
import functools
import os
import re
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from jupyterhub.spawner import Spawner
from jupyterhub.utils import maybe_future
from traitlets import Integer, Unicode

from .failures import StartFailed, sentence
from .helper import Helper, HelperRefused, HelperUnavailable, Started, helper_at
from .starts import StartQueue, Ticket
from .units import UNITS

_ALLOWED = re.compile(
    r"(?!JUPYTERHUB_SINGLEUSER_)JUPYTERHUB_[A-Z_]+|JPY_API_TOKEN|(?:MEM|CPU)_(?:LIMIT|GUARANTEE)|LANG|LC_ALL|TZ"
)


@functools.cache
def _queue(places: int) -> StartQueue:
    return StartQueue(places)


class UnitSpawner(Spawner):
    """A person's server, as a unit of the machine."""

    helper_socket = Unicode("/run/tljh/helper.sock", help="The root helper's socket.").tag(config=True)
    concurrent_starts = Integer(
        max(4, 2 * (os.cpu_count() or 1)),
        help="How many servers may start at once; the others wait in order.",
    ).tag(config=True)

    activity_interval = Integer(
        300,
        help="Seconds between two reports to the hub that a server is in use.",
    ).tag(config=True)

    unit = Unicode()
    invocation = Unicode()
    _ticket: Ticket | None = None
    _acted = float("-inf")  # when the unit was last started or stopped here: older listings do not count

    @property
    def _helper(self) -> Helper:
        return helper_at(self.helper_socket)

    # What the hub keeps

    def get_state(self) -> dict[str, Any]:
        """The unit, and which of its runs is ours: the key to its lines in the journal."""
        state: dict[str, Any] = super().get_state()
        if self.unit:
            state |= {"unit": self.unit, "invocation": self.invocation}
        return state

    def load_state(self, state: dict[str, Any]) -> None:
        """Take over a server that was started before the hub was."""
        super().load_state(state)
        self.unit = state.get("unit", "")
        self.invocation = state.get("invocation", "")

    def clear_state(self) -> None:
        """Forget the server."""
        super().clear_state()
        self.unit = self.invocation = ""
        self._leave_queue()

    def get_env(self) -> dict[str, str]:
        """Only what the helper lets through; other variables of `Spawner.environment` are named in the log."""
        env: dict[str, Any] = super().get_env()
        env.setdefault("JUPYTERHUB_ACTIVITY_INTERVAL", self.activity_interval)
        # Any unix address keeps the server from choosing a port; the socket itself is in the unit.
        env["JUPYTERHUB_SERVICE_URL"] = f"http+unix://x{self.server.base_url}"
        left_out = sorted(key for key in env if not _ALLOWED.fullmatch(key))
        if left_out:
            self.log.warning("Left out of the server's environment: %s", ", ".join(left_out))
        return {key: str(env[key]) for key in env if key not in left_out and env[key] is not None}

    # The queue. JupyterHub limits start() by start_timeout, but not the hook before it: so people wait there.

    async def run_pre_spawn_hook(self) -> None:
        """The administrator's own hook, then the queue."""
        await maybe_future(super().run_pre_spawn_hook())
        queue = _queue(self.concurrent_starts)
        ticket = self._ticket = queue.join()
        try:
            await ticket.turn.wait()
        except BaseException:
            self._leave_queue()
            raise

    def _leave_queue(self) -> None:
        if self._ticket:
            _queue(self.concurrent_starts).leave(self._ticket)
            self._ticket = None

    @property
    def waiting_text(self) -> str:
        """Where the start stands, for the page and the stream of events."""
        ticket = self._ticket
        if not ticket or ticket.turn.is_set():
            return "Starting your server …"
        ahead = _queue(self.concurrent_starts).ahead(ticket)
        if ahead == 0:
            return "Many servers are starting. Yours is next."
        return f"Many servers are starting. {ahead} {'person' if ahead == 1 else 'people'} before you."

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """Events for the pending page: the place in the queue whenever it changes, then the start."""
        queue, first, said = _queue(self.concurrent_starts), 0, ""
        while (ticket := self._ticket) and not ticket.turn.is_set():
            if said == self.waiting_text:
                await queue.changed()
                continue  # look again after an event as well: sending it takes time
            said = self.waiting_text
            ahead = queue.ahead(ticket) + 1
            first = max(first, ahead)
            yield {"progress": 5 + round(40 * (first - ahead) / first), "message": said}
        yield {"progress": 60, "message": "Starting your server …"}

    # Start, poll, stop

    async def start(self) -> str:
        """Start the unit, wait for its first answer, return its address."""
        try:
            if self.name:
                raise StartFailed("Named servers are switched off here.", "named-server")
            started = await self._start_unit()
            await self._first_answer(started.socket)
        finally:
            self._leave_queue()
        return f"http+unix://{quote(started.socket, safe='')}"

    async def _start_unit(self) -> Started:
        try:
            started = await self._helper.start(self.user.name, self.get_env())
        except HelperRefused as error:
            raise StartFailed(error.message or "Your server may not start.", error.code, str(error)) from error
        except BaseException as error:
            # Nobody knows whether the unit runs; the hub stops only what it believes to run.
            with contextlib.suppress(HelperRefused, HelperUnavailable):
                await self._helper.stop(self.user.name)
            if isinstance(error, HelperUnavailable):
                message = "The hub could not reach its helper. Try again in a minute."
                raise StartFailed(message, "helper", str(error)) from error
            raise
        self.unit, self.invocation, self._acted = started.unit, started.invocation, time.monotonic()
        return started

    async def _first_answer(self, socket: str) -> None:
        request = f"GET {self.server.base_url}api HTTP/1.0\r\nHost: x\r\n\r\n"
        try:
            reader, writer = await asyncio.open_unix_connection(socket)
            try:
                writer.write(request.encode("ascii"))
                if await reader.read(1):
                    return
            finally:
                writer.close()
        except OSError as error:
            self.log.debug("%s: %s", socket, error)
        raise await self._died()

    async def _died(self) -> StartFailed:
        try:
            status = await self._helper.status(self.user.name)
        except (HelperRefused, HelperUnavailable) as error:
            status = {"status": str(error)}
        return StartFailed(sentence(status), "died", f"{self.unit} {self.invocation} ended at its start: {status}")

    async def poll(self) -> int | None:
        """None while the unit runs or starts, also when systemd cannot be asked: a server is not given up for that."""
        if not self.unit:
            return 0
        running = await UNITS.running(self.unit, self._acted)
        return 1 if running is False else None

    async def stop(self, now: bool = False) -> None:
        """Stop the unit; returns when it is gone."""
        try:
            await self._helper.stop(self.user.name)
        finally:
            self._acted = time.monotonic()
