"""State of all user servers' units, by one unprivileged `systemctl` a second at most for everybody together."""

import asyncio
import logging
import time

LISTING = [
    "/usr/bin/systemctl",
    "list-units",
    "--all",
    "--plain",
    "--no-legend",
    "--no-pager",
    "--full",
    "jupyter@*.service",
    "jupyter-admin@*.service",
]
RUNNING = frozenset({"active", "activating", "deactivating", "reloading", "refreshing", "maintenance"})
FRESH = 1.0
TIMEOUT = 20.0

log = logging.getLogger("jupyterhub.units")


class Units:
    """Remembers the last listing."""

    def __init__(self, listing: list[str] | None = None) -> None:
        self._listing = listing or LISTING
        self._active: dict[str, str] | None = None
        self._begun = float("-inf")
        self._lock = asyncio.Lock()

    async def running(self, unit: str, since: float = float("-inf")) -> bool | None:
        """Whether a unit runs, by a listing begun after `since` (monotonic seconds); None if it cannot be known."""
        async with self._lock:
            now = time.monotonic()
            if self._begun < max(since, now - FRESH):
                self._active, self._begun = await self._list(), now
        return None if self._active is None else self._active.get(unit) in RUNNING

    async def _list(self) -> dict[str, str] | None:
        try:
            process = await asyncio.create_subprocess_exec(
                *self._listing,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env={"LC_ALL": "C.UTF-8"},
            )
        except OSError as error:
            log.error("cannot list units: %s", error)
            return None
        try:
            output, errors = await asyncio.wait_for(process.communicate(), TIMEOUT)
        except asyncio.TimeoutError:
            process.kill()
            await process.wait()
            log.error("cannot list units: no answer within %.0f seconds", TIMEOUT)
            return None
        if process.returncode != 0:
            log.error("cannot list units: %s", errors.decode(errors="replace").strip())
            return None
        return parse(output.decode(errors="replace"))


def parse(output: str) -> dict[str, str]:
    """Unit and active state from the lines of `systemctl list-units --plain`: UNIT LOAD ACTIVE SUB DESCRIPTION."""
    rows = (line.split() for line in output.splitlines())
    return {row[0]: row[2] for row in rows if len(row) > 3}


UNITS = Units()
