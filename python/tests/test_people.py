"""people.json: what it says, when it is read, and what happens while it is wrong."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from tljh_hub.people import People, Person

from .running import person


def write(path: Path, **people: Any) -> None:
    """As `tljh` writes it: whole, by a rename."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"version": 1, "people": people}))
    new.replace(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "people.json"


def test_everything_that_it_says(path: Path) -> None:
    write(path, tina=person("instructor", groups=["course-a"], teaches=["course-a"], lifted=1_700_000_000_000))
    people = People(path)
    assert people.look() == {"tina": Person("instructor", ("course-a",), ("course-a",), False, 1_700_000_000_000)}
    assert people.sound


def test_the_file_is_read_only_when_it_changed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, ada=person("owner"))
    people = People(path)
    first = people.look()
    with monkeypatch.context() as patch:
        patch.setattr(People, "_read", lambda self: pytest.fail("read again"))
        assert people.look() is first
    write(path, ada=person("owner"))
    second = people.look()
    assert second is not first and second == first
    write(path, ben=person())
    assert list(people.look()) == ["ben"]


def test_who_may_come_in(path: Path) -> None:
    write(path, ben=person(), eve=person(locked=True))
    people = People(path)
    assert people.member("ben") == Person("user")
    assert people.member("eve") is None and people.member("zed") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"version": 2, "people": {}}',
        '{"version": 1, "people": []}',
        '{"version": 1, "people": {"ben": {}}}',
        '{"version": 1, "people": {"ben": null}}',
        *(
            json.dumps({"version": 1, "people": {"ben": {**person(), field: wrong}}})
            for field, wrong in [
                ("role", "root"),
                ("role", []),
                ("groups", "course-a"),
                ("groups", [1]),
                ("teaches", None),
                ("locked", 0),
                ("lifted", "now"),
                ("lifted", 1.5),
            ]
        ),
    ],
)
def test_a_damaged_file_leaves_the_last_good_one(path: Path, text: str, caplog: pytest.LogCaptureFixture) -> None:
    write(path, ada=person("owner"))
    people = People(path)
    good = people.look()
    path.write_text(text)
    with caplog.at_level(logging.ERROR, "jupyterhub.people"):
        assert people.look() is good and people.look() is good and not people.sound
    assert len(caplog.records) == 1 and f"{path} is damaged" in caplog.text
    write(path, ada=person("owner"))
    assert people.look() is not good and people.sound


def test_bytes_that_are_no_text(path: Path) -> None:
    path.write_bytes(b'{"version": 1, "people": {"\xff": 1}}')
    people = People(path)
    assert people.look() == {} and not people.sound


def test_without_the_file_there_is_nobody(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    people = People(path)
    with caplog.at_level(logging.ERROR, "jupyterhub.people"):
        assert people.look() == {} and people.look() == {} and not people.sound
        write(path, ada=person("owner"))
        assert people.member("ada") and people.sound
        path.unlink()
        assert people.member("ada") is None and not people.sound
    assert len(caplog.records) == 2


def test_a_file_that_may_not_be_read(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(path, ada=person("owner"))
    people = People(path)
    people.look()
    path.unlink()
    path.mkdir()
    with caplog.at_level(logging.ERROR, "jupyterhub.people"):
        assert people.member("ada") and people.member("ada") and not people.sound
    assert len(caplog.records) == 1 and "cannot be read" in caplog.text


def test_groups_in_the_hub() -> None:
    assert Person("user", ("course-a", "lab")).hub_groups == {"course-a", "lab", "tljh-users"}
    assert Person("operator").hub_groups == {"tljh-operators"}
    assert Person("instructor", ("course-a",), ("course-a",)).hub_groups == {"course-a", "tljh-instructors-course-a"}
    assert Person("owner", ("lab",)).hub_groups == {"lab"}


def test_no_unix_group_makes_an_operator() -> None:
    assert Person("user", ("tljh-operators", "tljh-instructors-course-a")).hub_groups == {"tljh-users"}


def test_pupils_are_users_in_groups_that_somebody_teaches(path: Path) -> None:
    write(
        path,
        ada=person("owner", groups=["course-a"]),
        ben=person("instructor", groups=["course-a"], teaches=["course-a"]),
        eve=person(groups=["course-a", "lab"]),
    )
    everybody = People(path).look()
    assert everybody["eve"].hub_groups == {"course-a", "lab", "tljh-users", "tljh-users-course-a"}
    assert everybody["ben"].hub_groups == {"course-a", "tljh-instructors-course-a"}
    assert everybody["ada"].hub_groups == {"course-a"}


@pytest.mark.parametrize(
    ("admin", "groups", "roles", "same"),
    [
        (True, ["lab"], ["admin", "user", "extra"], True),
        (False, ["lab"], ["admin", "user"], False),
        (True, [], ["admin", "user"], False),
        (True, ["lab", "more"], ["admin", "user"], False),
        (True, ["lab"], ["user"], False),
        (True, ["lab"], ["admin"], False),
    ],
)
def test_a_row_of_the_hub_is_compared(admin: bool, groups: list[str], roles: list[str], same: bool) -> None:
    assert Person("owner", ("lab",)).matches(admin, groups, roles) is same
