"""The queue of starts: as many servers start at once as the machine can bear, in the order in which people came.

Starting is almost all processor time, so more at once only makes every one of them slower, until all of them
together miss their time limit.
"""

import asyncio


class Ticket:
    """A place in the queue."""

    def __init__(self) -> None:
        self.turn = asyncio.Event()


class StartQueue:
    """First come, first served, with a number of places for those whose turn it is."""

    def __init__(self, places: int) -> None:
        self._places = max(1, places)
        self._started: set[Ticket] = set()
        self._waiting: list[Ticket] = []
        self._changed = asyncio.Event()

    def join(self) -> Ticket:
        """Take the last place; `ticket.turn` is set when the turn comes."""
        ticket = Ticket()
        self._waiting.append(ticket)
        self._move()
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """Give the place back, whether waiting, started or gone already."""
        self._started.discard(ticket)
        if ticket in self._waiting:
            self._waiting.remove(ticket)
        self._move()

    def ahead(self, ticket: Ticket) -> int:
        """How many wait before this ticket."""
        return self._waiting.index(ticket) if ticket in self._waiting else 0

    async def changed(self) -> None:
        """Return at the queue's next change."""
        await self._changed.wait()

    def _move(self) -> None:
        while self._waiting and len(self._started) < self._places:
            ticket = self._waiting.pop(0)
            self._started.add(ticket)
            ticket.turn.set()
        self._changed.set()
        self._changed = asyncio.Event()
