"""Who is who: people.json, which `tljh` writes anew whenever something about people changes.

The hub asks at every request and follows without a restart, so a look costs one stat while the file is the same.
"""

import json
import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

VERSION = 1
ROLES = frozenset({"owner", "operator", "instructor", "user"})
OURS = "tljh-"  # no unix group of a person begins like this
OPERATORS = f"{OURS}operators"
USERS = f"{OURS}users"  # everybody with the role user: those whom operators look after

log = logging.getLogger("jupyterhub.people")

Key = tuple[int, int, int]
_NOBODY: Mapping[str, "Person"] = {}


def instructors(group: str) -> str:
    """The hub's group of those who teach a unix group."""
    return f"{OURS}instructors-{group}"


def pupils(group: str) -> str:
    """The hub's group of those in a unix group whom its instructors look after."""
    return f"{USERS}-{group}"


@dataclass(frozen=True)
class Person:
    """What the hub knows of somebody; `lifted` is milliseconds since 1970."""

    role: str
    groups: tuple[str, ...] = ()
    teaches: tuple[str, ...] = ()
    locked: bool = False
    lifted: int = 0
    pupil_in: tuple[str, ...] = ()  # those of their groups that somebody teaches

    @property
    def admin(self) -> bool:
        """Whether JupyterHub counts them as an administrator."""
        return self.role == "owner"

    @property
    def hub_groups(self) -> frozenset[str]:
        """Their groups in the hub: their unix groups, and ours that carry roles."""
        own = {group for group in self.groups if not group.startswith(OURS)}
        operators = {OPERATORS} if self.role == "operator" else set()
        cared = {USERS, *map(pupils, self.pupil_in)} if self.role == "user" else set()
        return frozenset(own | operators | cared | {instructors(group) for group in self.teaches})

    def matches(self, admin: bool, groups: Iterable[str], roles: Iterable[str]) -> bool:
        """Whether a row of the hub with this flag, these groups and these roles says what the file says."""
        return admin == self.admin and set(groups) == self.hub_groups and self.has_default_roles(roles)

    def has_default_roles(self, roles: Iterable[str]) -> bool:
        """Whether JupyterHub's own roles among these are theirs."""
        default = {"admin", "user"} if self.admin else {"user"}
        return default == {"admin", "user"} & set(roles)


class People:
    """Everybody in the file; `sound` is whether the last look found it there and whole."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._key: Key | str | None = None
        self._everybody = _NOBODY
        self.sound = False

    def look(self) -> Mapping[str, Person]:
        """Everybody by name; the same object until the file says something else.

        While the file is damaged, those of the last good one; without a file nobody.
        """
        try:
            found = self._path.stat()
            if _key(found) != self._key:
                self._read()
        except FileNotFoundError:
            self._lose("is not there: nobody can log in. `tljh reconfigure` writes it.", _NOBODY)
        except OSError as error:
            self._lose(f"cannot be read: {error.strerror}", self._everybody)
        return self._everybody

    def member(self, name: str) -> Person | None:
        """Somebody who may come in: in the file and not locked."""
        person = self.look().get(name)
        return person if person and not person.locked else None

    def _read(self) -> None:
        with self._path.open("rb") as file:
            key = _key(os.fstat(file.fileno()))
            text = file.read()
        try:
            self._everybody = parse(text)
        except (ValueError, RecursionError) as error:
            self._lose(f"is damaged, so the last good one counts: {error}", self._everybody, key)
            return
        self._key, self.sound = key, True

    def _lose(self, problem: str, everybody: Mapping[str, Person], key: Key | None = None) -> None:
        """Go on without the file as it is; said once for each problem or each damaged file."""
        mark = key or problem
        if mark != self._key:
            log.error("%s %s", self._path, problem)
        self._key, self._everybody, self.sound = mark, everybody, False


def _key(found: os.stat_result) -> Key:
    return found.st_mtime_ns, found.st_size, found.st_ino


def parse(text: bytes) -> dict[str, Person]:
    """Everybody in the file's text. ValueError says what is wrong."""
    content = json.loads(text)
    people = content.get("people") if isinstance(content, dict) else None
    if not isinstance(people, dict) or content.get("version") != VERSION:
        raise ValueError(f"expected version {VERSION} and people")
    everybody = {name: _person(name, fields) for name, fields in people.items()}
    taught = {group for person in everybody.values() for group in person.teaches}
    return {name: _as_pupil(person, taught) for name, person in everybody.items()}


def _as_pupil(person: Person, taught: set[str]) -> Person:
    groups = tuple(group for group in person.groups if group in taught)
    return replace(person, pupil_in=groups) if groups and person.role == "user" else person


def _person(name: str, fields: Any) -> Person:
    try:
        person = Person(
            role=fields["role"],
            groups=_texts(fields["groups"]),
            teaches=_texts(fields["teaches"]),
            locked=fields["locked"],
            lifted=fields["lifted"],
        )
        if person.role not in ROLES or type(person.locked) is not bool or type(person.lifted) is not int:
            raise ValueError("not a role, not true or false, or not a time")
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{name!r}: {error}") from error
    return person


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("expected a list of texts")
    return tuple(value)
