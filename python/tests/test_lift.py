"""`tljh user unlock` lifts a lockout: failures before it do not count, whatever the clocks did."""

import pytest

from tljh_hub.throttle import Attempt, Throttle

SCHOOL = "192.0.2.1"
WALL = 1_700_000_000.0


class Clocks:
    """A clock that only goes forward, and one on the wall that may be set."""

    def __init__(self) -> None:
        self.now, self.wall = 5_000.0, WALL

    def pass_by(self, seconds: float) -> None:
        """Time goes on."""
        self.now += seconds
        self.wall += seconds

    @property
    def stamp(self) -> int:
        """Now, as it stands in people.json."""
        return int(self.wall * 1000)


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def throttle(clocks: Clocks) -> Throttle:
    return Throttle(lambda: clocks.now, lambda: clocks.wall)


def failures(throttle: Throttle, tries: int, lifted: int = 0, device: str | None = None) -> int:
    """How many of these wrong attempts are let through."""
    return sum(isinstance(throttle.begin("ada", SCHOOL, device, lifted), Attempt) for _ in range(tries))


@pytest.mark.parametrize("device", [None, "laptop"])
def test_a_lift_frees_the_account_and_its_known_browsers_once(
    throttle: Throttle, clocks: Clocks, device: str | None
) -> None:
    assert failures(throttle, 20, device=device) == 10
    clocks.pass_by(1)
    lifted = clocks.stamp
    clocks.pass_by(2)
    assert failures(throttle, 20, lifted, device) == 10
    clocks.pass_by(1)
    assert failures(throttle, 20, clocks.stamp, device) == 10


def test_failures_after_the_lift_count(throttle: Throttle, clocks: Clocks) -> None:
    lifted = clocks.stamp
    clocks.pass_by(1)
    assert failures(throttle, 20) == 10
    clocks.pass_by(1)
    assert failures(throttle, 5, lifted) == 0


def test_a_lift_that_is_seen_late_forgets_only_what_was_before_it(throttle: Throttle, clocks: Clocks) -> None:
    assert failures(throttle, 6) == 6
    clocks.pass_by(1)
    lifted = clocks.stamp
    clocks.pass_by(1)
    assert failures(throttle, 3) == 3
    assert failures(throttle, 20, lifted) == 7


def test_other_accounts_and_the_address_stay_as_they_are(throttle: Throttle, clocks: Clocks) -> None:
    failures(throttle, 20)
    while isinstance(throttle.begin("ben", SCHOOL), Attempt):
        pass
    clocks.pass_by(1)
    assert failures(throttle, 20, clocks.stamp) == 10
    assert not isinstance(throttle.begin("ben", SCHOOL), Attempt)
    for i in range(300):
        throttle.begin(f"name{i}", SCHOOL)
    clocks.pass_by(0.001)
    assert failures(throttle, 20, clocks.stamp) == 0


def test_a_hub_that_was_restarted_does_not_lift_again(clocks: Clocks) -> None:
    lifted = clocks.stamp
    clocks.pass_by(3600)
    clocks.now = 10.0  # the machine was started anew
    throttle = Throttle(lambda: clocks.now, lambda: clocks.wall)
    assert failures(throttle, 20, lifted) == 10
    clocks.pass_by(1)
    assert failures(throttle, 20, lifted) == 0
    assert failures(throttle, 20, clocks.stamp) == 10


def test_a_clock_that_was_set_back_lifts_once_and_not_for_ever(throttle: Throttle, clocks: Clocks) -> None:
    assert failures(throttle, 20) == 10
    clocks.pass_by(1)
    lifted = clocks.stamp
    clocks.wall -= 86_400
    assert failures(throttle, 20, lifted) == 10
    clocks.pass_by(1)
    assert failures(throttle, 20, lifted) == 0


def test_a_success_is_not_remembered(throttle: Throttle, clocks: Clocks) -> None:
    attempt = throttle.begin("ada", SCHOOL)
    assert isinstance(attempt, Attempt)
    attempt.succeeded()
    clocks.pass_by(1)
    assert failures(throttle, 20, clocks.stamp) == 10


def test_memory_of_lifts_is_given_back(throttle: Throttle, clocks: Clocks) -> None:
    for i in range(20_000):
        clocks.pass_by(1)
        throttle.begin(f"name{i}", SCHOOL, lifted=1)
    buckets = throttle._accounts
    assert max(len(buckets._taken), len(buckets._lifted)) < 5000
