"""Login with the machine's passwords, which only the root helper can check, for people whom people.json lets in."""

import time
from typing import Any

from jupyterhub.auth import Authenticator
from jupyterhub.handlers.base import BaseHandler
from tornado import web
from traitlets import Unicode

from . import names
from .choices import Choice, Choices
from .handlers import HANDLERS
from .helper import Helper, HelperRefused, HelperUnavailable, helper_at
from .people import People, Person
from .throttle import DEVICE_SECONDS, Attempt, Devices, Throttle

_WRONG = frozenset({"denied", "bad-name", "bad-request"})  # what a guess can cause; anything else is our fault


class TooManyAttempts(web.HTTPError):
    """Guessing is too fast; says how long to wait."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.headers = {"Retry-After": str(seconds)}  # JupyterHub sends these with an error
        self.jupyterhub_message = (
            "There were too many wrong passwords for this name or from this network."
            f" Wait {seconds} second{'' if seconds == 1 else 's'} and try again."
        )
        super().__init__(429, self.jupyterhub_message)


class MustChoose(web.HTTPError):
    """The password was right, but it is a one-time password: the login page goes on with choosing another."""

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self.jupyterhub_message = "Log in in a browser first and choose your own password."
        super().__init__(403, self.jupyterhub_message)


class HelperSilent(web.HTTPError):
    """Passwords cannot be checked now."""

    def __init__(self, detail: str) -> None:
        self.jupyterhub_message = "Passwords cannot be checked at the moment. Try again in a minute."
        super().__init__(503, "%s (%s)", self.jupyterhub_message, detail)


class PasswordAuthenticator(Authenticator):
    """Asks the helper; follows people.json; keeps count of failures; holds the open choices."""

    # No settings: what people may do depends on them.
    manage_groups = True
    auth_refresh_age = 2
    auth_refresh_strict = True
    refresh_pre_spawn = True

    helper_socket = Unicode("/run/tljh/helper.sock", help="The root helper's socket.").tag(config=True)
    people_file = Unicode("/opt/tljh/hub-config/people.json", help="Where it says who is who.").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.people = People(self.people_file)
        self.rows_added = True  # whether there are rows that nobody has compared with the file
        self.throttle = Throttle(time.monotonic)
        self.choices = Choices(time.monotonic)

    @property
    def helper(self) -> Helper:
        """The client that the spawner uses too."""
        return helper_at(self.helper_socket)

    def get_handlers(self, app: Any) -> list[tuple[str, type]]:
        """Login, and the pages on which passwords are chosen."""
        return HANDLERS

    def normalize_username(self, username: str) -> str:
        """ASCII capitals made small; a map of the administrator's applies after that."""
        name = names.normal(username)
        return str(self.username_map.get(name, name))

    def validate_username(self, username: str) -> bool:
        """The one rule for names; asks for a name in normal form."""
        return names.valid(username)

    def accepted(self, typed: str) -> str | None:
        """The normal form of a typed name; None for one that the rule refuses, which is logged escaped."""
        name = self.normalize_username(typed)
        if self.validate_username(name):
            return name
        self.log.warning("Not a name, so no password was looked at: '%s'", names.shown(typed))
        return None

    def add_user(self, user: Any) -> None:
        """JupyterHub made a row, of which it knows only the name so far."""
        super().add_user(user)
        self.rows_added = True

    async def authenticate(self, handler: BaseHandler, data: dict[str, str]) -> dict[str, Any] | None:
        """What the hub is to know of the person; None for a wrong name or password; else one of the errors above."""
        name, password = self.accepted(str(data.get("username", ""))), str(data.get("password", ""))
        if name is None or not password:
            return None
        attempt = self.begin(handler, name)
        try:
            identity = await self.helper.check_password(name, password)
        except (HelperRefused, HelperUnavailable) as error:
            if isinstance(error, HelperRefused) and error.code in _WRONG:
                return None
            attempt.succeeded()
            raise HelperSilent(str(error)) from error
        person = self.people.member(identity.name)
        if person is None:
            self.log.warning("The password of %s is right, but they are locked or not in %s", name, self.people_file)
            return None
        attempt.succeeded()
        if identity.change:
            raise MustChoose(Choice(identity.name, password))
        self._remember_device(handler, name)
        return {"name": identity.name, **_model(person)}

    async def refresh_user(self, user: Any, handler: BaseHandler | None = None) -> bool | dict[str, Any]:
        """False for whoever may not come in (any more); True if the hub's row of them says what the file says."""
        person = self.people.member(user.name)
        if person is None:
            return False
        groups, roles = (group.name for group in user.groups), (role.name for role in user.roles)
        return person.matches(user.admin, groups, roles) or _model(person)

    def begin(self, handler: BaseHandler, name: str) -> Attempt:
        """Pay for an attempt at a password, or raise TooManyAttempts."""
        devices = self._devices(handler)
        device = devices.read(name, handler.get_cookie(devices.cookie_name(name)))
        person = self.people.look().get(name)
        attempt = self.throttle.begin(name, handler.request.remote_ip or "", device, person.lifted if person else 0)
        if isinstance(attempt, int):
            self.log.warning("Too many failed logins for %s or from %s", name, handler.request.remote_ip)
            raise TooManyAttempts(attempt)
        return attempt

    def _devices(self, handler: BaseHandler) -> Devices:
        return Devices(handler.settings["cookie_secret"], time.time)

    def _remember_device(self, handler: BaseHandler, name: str) -> None:
        devices = self._devices(handler)
        handler.set_cookie(
            devices.cookie_name(name),
            devices.issue(name),
            path=handler.hub.base_url,
            max_age=DEVICE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=handler.request.protocol == "https",
        )


def _model(person: Person) -> dict[str, Any]:
    """What JupyterHub takes over into its row of a person."""
    return {"admin": person.admin, "groups": sorted(person.hub_groups)}
