"""People who came with a one-time password and have yet to choose their own. Pure, with a clock handed in.

The one-time password stays here, in memory, under a key that only that browser knows and that serves once.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

CHOICE_SECONDS = 600


@dataclass(frozen=True)
class Choice:
    """A name and the one-time password that was right for it."""

    name: str
    password: str


class Choices:
    """The choices that are open."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._open: dict[str, tuple[float, Choice]] = {}

    def add(self, choice: Choice) -> str:
        """Keep a choice for ten minutes; returns its key."""
        now = self._clock()
        self._open = {key: kept for key, kept in self._open.items() if kept[0] > now}
        key = secrets.token_urlsafe(32)
        self._open[key] = (now + CHOICE_SECONDS, choice)
        return key

    def look(self, key: str | None) -> Choice | None:
        """The choice under a key, which stays."""
        end, choice = self._open.get(key or "", (0.0, None))
        return choice if end > self._clock() else None

    def take(self, key: str | None) -> Choice | None:
        """The choice under a key, which serves no more."""
        choice = self.look(key)
        self._open.pop(key or "", None)
        return choice
