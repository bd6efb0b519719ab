"""How fast passwords may be guessed. Pure: time comes from a clock that is handed in.

A whole class sits behind one address and must get in within a minute, so an address may fail often. An account may
fail rarely, but whoever guesses it must not lock its owner out: a browser in which somebody has logged in before has
allowances of its own for that account, shown by a signed cookie. Only failed attempts count.
"""

import hashlib
import hmac
import ipaddress
import math
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

DEVICE_SECONDS = 180 * 24 * 3600


@dataclass(frozen=True)
class Rate:
    """An allowance: so many at once, and one more every so many seconds."""

    size: float
    every: float


ACCOUNT = Rate(size=10, every=30)
ADDRESS = Rate(size=300, every=0.2)


class Buckets:
    """One allowance for each key; keys that have theirs back in full are forgotten."""

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._full_at: dict[str, float] = {}
        self._sweep_at = 4096

    def wait(self, key: str) -> float:
        """Seconds until one may be taken; 0 when that is at once."""
        missing = max(0.0, self._full_at.get(key, 0.0) - self._clock()) / self._rate.every
        return max(0.0, missing - (self._rate.size - 1)) * self._rate.every

    def take(self, key: str) -> None:
        """Take one."""
        self._full_at[key] = max(self._full_at.get(key, 0.0), self._clock()) + self._rate.every
        if len(self._full_at) > self._sweep_at:
            self._sweep()
            self._sweep_at = max(4096, 2 * len(self._full_at))

    def give_back(self, key: str) -> None:
        """Put one back."""
        if key in self._full_at:
            self._full_at[key] -= self._rate.every

    def _sweep(self) -> None:
        now = self._clock()
        self._full_at = {k: at for k, at in self._full_at.items() if at > now}


class LiftableBuckets(Buckets):
    """Allowances that remember when the last ones were taken, so that what lies before a moment can be forgotten."""

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        super().__init__(rate, clock)
        self._taken: dict[str, deque[float]] = {}
        self._lifted: dict[str, float] = {}

    def take(self, key: str) -> None:
        """Take one."""
        self._taken.setdefault(key, deque(maxlen=2 * int(self._rate.size))).append(self._clock())
        super().take(key)

    def give_back(self, key: str) -> None:
        """Put one back."""
        super().give_back(key)
        if self._taken.get(key):
            self._taken[key].pop()

    def lift(self, key: str, lifted: float, ago: float) -> None:
        """Forget what was taken until so many seconds ago; `lifted` names the occasion, of which each counts once."""
        if self._lifted.get(key) == lifted:
            return
        self._lifted[key] = lifted
        taken, until = self._taken.get(key), self._clock() - ago
        if not taken or taken[0] > until:
            return
        full_at = 0.0
        while taken and taken[0] <= until:
            taken.popleft()
        for at in taken:
            full_at = max(full_at, at) + self._rate.every
        self._full_at[key] = full_at

    def _sweep(self) -> None:
        super()._sweep()
        self._taken = {k: taken for k, taken in self._taken.items() if k in self._full_at}
        self._lifted = {k: lifted for k, lifted in self._lifted.items() if k in self._full_at}


@dataclass(frozen=True)
class Attempt:
    """An attempt under way: already paid for, so that many at the same moment count as many."""

    taken: tuple[tuple[Buckets, str], ...]

    def succeeded(self) -> None:
        """Give back what it cost."""
        for buckets, key in self.taken:
            buckets.give_back(key)


class Throttle:
    """Allowances of accounts, known browsers and addresses. `clock` only goes forward; `wall` is seconds since 1970."""

    def __init__(self, clock: Callable[[], float], wall: Callable[[], float] = time.time) -> None:
        self._wall = wall
        self._accounts = LiftableBuckets(ACCOUNT, clock)
        self._devices = LiftableBuckets(ACCOUNT, clock)
        self._addresses = Buckets(ADDRESS, clock)

    def begin(self, account: str, address: str, device: str | None = None, lifted: int = 0) -> Attempt | int:
        """An attempt, or the whole seconds to wait. `device` names a browser known for this account.

        What failed for this account before `lifted` (milliseconds since 1970) does not count.
        """
        liftable = (self._devices, f"{device} {account}") if device else (self._accounts, account)
        if lifted:
            # A clock that was set back since then must not make this a moment in the future.
            liftable[0].lift(liftable[1], lifted, ago=max(0.0, self._wall() - lifted / 1000))
        needed: list[tuple[Buckets, str]] = [liftable]
        if not device:
            needed.append((self._addresses, network(address)))
        seconds = max(buckets.wait(key) for buckets, key in needed)
        if seconds > 0:
            return max(1, math.ceil(seconds))
        for buckets, key in needed:
            buckets.take(key)
        return Attempt(tuple(needed))


def network(address: str) -> str:
    """What counts as one address: an IPv4 address, or the 64 bits of IPv6 that one household has."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


class Devices:
    """Signs and reads the cookie by which a browser is known for an account."""

    def __init__(self, secret: bytes, clock: Callable[[], float]) -> None:
        self._key = hmac.digest(secret, b"tljh device cookie", "sha256")
        self._clock = clock

    def cookie_name(self, account: str) -> str:
        """One cookie for each account, so that people who share a machine do not push each other out."""
        return f"tljh-device-{hashlib.sha256(account.encode()).hexdigest()[:16]}"

    def issue(self, account: str) -> str:
        """A new cookie: name of the browser, end, signature."""
        device, end = secrets.token_hex(16), str(int(self._clock() + DEVICE_SECONDS))
        return f"{device}.{end}.{self._sign(account, device, end)}"

    def read(self, account: str, cookie: str | None) -> str | None:
        """The browser's name, if the cookie is ours, for this account and not too old."""
        device, end, signature = [*(cookie or "").split("."), "", "", ""][:3]
        if not hmac.compare_digest(self._sign(account, device, end).encode(), signature.encode()):
            return None
        return device if int(end) > self._clock() else None

    def _sign(self, account: str, device: str, end: str) -> str:
        return hmac.new(self._key, f"{account}\n{device}\n{end}".encode(), "sha256").hexdigest()
