"""Makes the hub's rows follow people.json: flags, roles and groups; servers of the locked; rows of nobody."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from jupyterhub import orm, roles
from jupyterhub.utils import catch_db_error, maybe_future
from tornado.ioloop import PeriodicCallback

from .authenticator import PasswordAuthenticator
from .names import shown
from .people import Person

SECONDS = 2
LONGEST = 60  # seconds between two tries at what could not be finished
CHUNK = 500
EVENT = "https://schema.jupyter.org/jupyterhub/events/server-action"

Everybody = Mapping[str, Person]


class Follower:
    """Looks at the file every two seconds, which costs one stat; never acts on a file that is damaged or missing."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.log = app.log
        self.people = app.authenticator.people
        self._seen: Everybody | None = None
        self._signed_out: Everybody = {}
        self._left = False
        self._pause = self._next = 0.0
        self._stopping: dict[tuple[int, str], asyncio.Task[None]] = {}
        self._timer = PeriodicCallback(self.look, SECONDS * 1000)

    @property
    def db(self) -> Any:
        """The hub's one session."""
        return self.app.db

    @catch_db_error
    def prepare(self) -> None:
        """Before the hub answers: what changed while it was down."""
        everybody = self.people.look()
        if self.people.sound:
            self._follow(everybody)

    def begin(self) -> None:
        """From now on, while the hub runs."""
        self._timer.start()

    async def look(self) -> None:
        """A round if the file changed or rows are new, or if one is not finished and its pause is over."""
        everybody = self.people.look()
        changed = everybody is not self._seen or self.app.authenticator.rows_added
        now = time.monotonic()
        if not self.people.sound or not (changed or (self._left and now >= self._next)):
            return
        self._pause = SECONDS if changed else min(2 * self._pause, LONGEST)
        self._seen, self._left, self._next = everybody, True, now + self._pause
        self.app.authenticator.rows_added = False
        self._left = not await self._round(everybody)

    @catch_db_error
    async def _round(self, everybody: Everybody) -> bool:
        """Whether nothing is left to do."""
        self._follow(everybody)
        self._sign_out(everybody)
        refused = [user for user in self.app.users.values() if _barred(everybody, user.name)]
        busy = [user for user in refused if self._send_away(user)]
        # A file without anybody lets nobody in, which is enough: what was left out by mistake must come back whole.
        rows = self.db.query(orm.User.id, orm.User.name).all() if everybody else []
        nobody = [key for key, name in rows if name not in everybody]
        deleted = [await self._delete(key) for key in nobody]
        return not busy and all(deleted)

    # Flags, roles and groups

    def _follow(self, everybody: Everybody) -> None:
        groups: dict[str, Any] = {}
        for row in self._rows(self._different(everybody)):
            person = everybody[row.name]
            self.log.info("%s is now: %s, groups: %s", row.name, person.role, ", ".join(sorted(person.hub_groups)))
            row.admin = person.admin
            if {group.name for group in row.groups} != person.hub_groups:
                row.groups = [self._group(name, groups) for name in sorted(person.hub_groups)]
            if not person.has_default_roles(role.name for role in row.roles):
                roles.assign_default_roles(self.db, entity=row)
        self.db.commit()

    def _different(self, everybody: Everybody) -> list[int]:
        """Keys of the rows that say something else than the file, found without loading every row whole."""
        groups: dict[int, set[str]] = defaultdict(set)
        held: dict[int, set[str]] = defaultdict(set)
        for key, name in self.db.query(orm.User.id, orm.Group.name).join(orm.User.groups):
            groups[key].add(name)
        for key, name in self.db.query(orm.User.id, orm.Role.name).join(orm.User.roles):
            held[key].add(name)
        rows = self.db.query(orm.User.id, orm.User.name, orm.User.admin)
        known = [(key, everybody[name], admin) for key, name, admin in rows if name in everybody]
        return [key for key, person, admin in known if not person.matches(admin, groups[key], held[key])]

    def _rows(self, keys: list[int]) -> Iterator[Any]:
        """Rows by their keys, some hundred at a time."""
        for start in range(0, len(keys), CHUNK):
            yield from self.db.query(orm.User).filter(orm.User.id.in_(keys[start : start + CHUNK])).all()

    def _group(self, name: str, known: dict[str, Any]) -> Any:
        if name not in known:
            known[name] = orm.Group.find(self.db, name) or orm.Group(name=name)
            self.db.add(known[name])
        return known[name]

    # Those who may not come in

    def _sign_out(self, everybody: Everybody) -> None:
        """Sessions of people who were not locked before end for good: unlocking does not bring them back."""
        before = {name for name, person in self._signed_out.items() if person.locked}
        fresh = {name for name, person in everybody.items() if person.locked and name not in before}
        keys = [key for key, name in self.db.query(orm.User.id, orm.User.name) if name in fresh]
        for row in self._rows(keys):
            row.cookie_id = orm.new_token()
            for token in row.api_tokens:
                if token.session_id:  # not one that they made for a program
                    self.db.delete(token)
        self.db.commit()
        self._signed_out = everybody

    def _send_away(self, user: Any) -> bool:
        """End what somebody has open; True while a server of theirs is not gone."""
        user._auth_refreshed = None  # the next request of theirs asks the file
        active = [(name, spawner) for name, spawner in user.spawners.items() if spawner.active]
        for name, spawner in active:
            self._stop_soon(user, name, spawner)
        return bool(active)

    def _stop_soon(self, user: Any, name: str, spawner: Any) -> None:
        key = (user.id, name)
        if key not in self._stopping and spawner.pending in {None, "spawn"}:
            self._stopping[key] = asyncio.create_task(self._stop(user, name, spawner))
            self._stopping[key].add_done_callback(lambda _: self._stopping.pop(key))

    async def _stop(self, user: Any, name: str, spawner: Any) -> None:
        """Stop a server as the API does it: a start is broken off, the route goes first."""
        start = spawner._spawn_future
        if spawner.pending and start:
            start.cancel()
            await asyncio.wait([start])  # it clears up behind it, and a second cancel would keep it from that
        if spawner.pending or not spawner.active:
            return
        self.log.warning("Stopping the server of %s, who may not come in any more", shown(user.name))
        spawner._stop_pending = True
        try:
            await self.app.proxy.delete_user(user, name)
            await user.stop(name)
            data = {"action": "stop", "username": user.name, "servername": name}
            self.app.eventlog.emit(schema_id=EVENT, data=data)
        except Exception:
            self.log.exception("The server of %s could not be stopped", shown(user.name))
        finally:
            spawner._stop_pending = False

    async def _delete(self, key: int) -> bool:
        """Delete a row as the API does it; False while a server of theirs runs, starts or stops."""
        user = self.app.users.get(key)
        if user is None:
            return True
        if any(spawner.active for spawner in user.spawners.values()):
            return False
        self.log.warning("Deleting the row of %s, which is nobody's name", shown(user.name))
        await maybe_future(self.app.authenticator.delete_user(user))
        await user.delete_spawners()
        self.app.users.delete(user)
        await asyncio.sleep(0)  # let others in between
        return True


def _barred(everybody: Everybody, name: str) -> bool:
    person = everybody.get(name)
    return person is None or person.locked


def follower(app: Any) -> Follower | None:
    """The one for a hub whose login is by our passwords; None for any other."""
    return Follower(app) if isinstance(app.authenticator, PasswordAuthenticator) else None
