"""How fast passwords may be guessed, on a clock that the test turns."""

import pytest

from tljh_hub.choices import Choice, Choices
from tljh_hub.throttle import DEVICE_SECONDS, Attempt, Devices, Throttle, network

SCHOOL = "192.0.2.1"


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def fail(throttle: Throttle, account: str, device: str | None = None) -> bool:
    """A wrong attempt; whether it was let through."""
    return isinstance(throttle.begin(account, SCHOOL, device), Attempt)


def succeed(throttle: Throttle, account: str, device: str | None = None) -> bool:
    """A right attempt; whether it was let through."""
    attempt = throttle.begin(account, SCHOOL, device)
    if isinstance(attempt, Attempt):
        attempt.succeeded()
    return isinstance(attempt, Attempt)


def test_ten_failures_then_one_every_thirty_seconds(clock: Clock) -> None:
    throttle = Throttle(clock)
    assert [fail(throttle, "ada") for _ in range(12)] == [True] * 10 + [False] * 2
    assert throttle.begin("ada", SCHOOL) == 30
    clock.now += 29
    assert throttle.begin("ada", SCHOOL) == 1
    clock.now += 1
    assert [fail(throttle, "ada"), fail(throttle, "ada")] == [True, False]
    clock.now += 3600
    assert sum(fail(throttle, "ada") for _ in range(20)) == 10


def test_successes_cost_nothing(clock: Clock) -> None:
    throttle = Throttle(clock)
    assert all(succeed(throttle, "ada") for _ in range(1000))


def test_attempts_at_the_same_moment_count_before_their_outcome_is_known(clock: Clock) -> None:
    throttle = Throttle(clock)
    under_way = [throttle.begin("ada", SCHOOL) for _ in range(50)]
    assert sum(isinstance(attempt, Attempt) for attempt in under_way) == 10


def test_sixty_people_behind_one_address_while_one_of_them_guesses(clock: Clock) -> None:
    throttle = Throttle(clock)
    for second in range(60):
        clock.now += 1
        for guess in range(20):  # the guesser tries one account, ten times a second and more
            fail(throttle, "teacher") if guess % 2 else None
        assert fail(throttle, f"student{second}"), "a typing error of the student"
        assert succeed(throttle, f"student{second}")


def test_the_owner_of_a_guessed_account_gets_in_from_a_known_browser(clock: Clock) -> None:
    throttle = Throttle(clock)
    while fail(throttle, "ada"):
        pass
    assert not succeed(throttle, "ada")
    assert succeed(throttle, "ada", "laptop")


def test_a_known_browser_does_not_guess_fast_either(clock: Clock) -> None:
    throttle = Throttle(clock)
    assert sum(fail(throttle, "ada", "laptop") for _ in range(100)) == 10
    assert succeed(throttle, "ben", "laptop")


def test_an_address_that_tries_many_accounts_is_held_to_five_a_second(clock: Clock) -> None:
    throttle = Throttle(clock)
    assert sum(fail(throttle, f"name{i}") for i in range(1000)) == 300
    clock.now += 10
    assert sum(fail(throttle, f"other{i}") for i in range(1000)) == 50
    assert isinstance(throttle.begin("ada", "198.51.100.7"), Attempt)


def test_memory_is_given_back(clock: Clock) -> None:
    throttle = Throttle(clock)
    for i in range(20_000):
        clock.now += 1
        fail(throttle, f"name{i}")
    assert len(throttle._accounts._full_at) < 5000


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_network(address: str, counts_as: str) -> None:
    assert network(address) == counts_as


def test_device_cookie(clock: Clock) -> None:
    devices = Devices(b"secret", clock)
    cookie = devices.issue("ada")
    assert devices.read("ada", cookie)
    assert devices.read("ben", cookie) is None
    assert Devices(b"other", clock).read("ada", cookie) is None
    name, end, signature = cookie.split(".")
    assert devices.read("ada", f"{name}.{int(end) + 1}.{signature}") is None
    for nonsense in [None, "", "..", "a.b.c", "é.1.é", cookie[:-1]]:
        assert devices.read("ada", nonsense) is None
    clock.now += DEVICE_SECONDS + 1
    assert devices.read("ada", cookie) is None


def test_a_choice_serves_once_and_for_ten_minutes(clock: Clock) -> None:
    choices = Choices(clock)
    key = choices.add(Choice("eve", "once"))
    assert choices.look(key) == Choice("eve", "once") == choices.take(key)
    assert choices.take(key) is None and choices.take(None) is None and choices.take("") is None
    key = choices.add(Choice("eve", "once"))
    clock.now += 601
    assert choices.look(key) is None
