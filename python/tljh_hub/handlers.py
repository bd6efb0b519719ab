"""Pages of the login: sign in, choose a password after a one-time one, change one's password."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from jupyterhub.handlers.base import BaseHandler
from jupyterhub.handlers.login import LoginHandler
from jupyterhub.orm import new_token
from jupyterhub.utils import url_path_join
from tornado import web

from .choices import CHOICE_SECONDS, Choice
from .helper import HelperRefused, HelperUnavailable

CHOICE_COOKIE = "tljh-choice"
_UNAVAILABLE = "Passwords cannot be changed at the moment. Try again in a minute."
_DIFFERENT = "The two new passwords are not the same."
_REFUSALS = {"denied": "Your current password is not right."}


class SignInHandler(LoginHandler):
    """JupyterHub's login page, which goes on to the choice when the password was a one-time one."""

    async def post(self) -> None:
        """Log in."""
        # JupyterHub's own handler expects a name in UTF-8.
        name = [self._typed().encode()]
        self.request.body_arguments["username"] = self.request.arguments["username"] = name
        try:
            await super().post()
        except web.HTTPError as error:
            choice: Choice | None = getattr(error, "choice", None)
            if choice is None:
                raise
            _open_choice(self, choice)

    async def login_user(self, data: dict[str, str] | None = None) -> Any:
        """Log in with the name as it was sent: tornado would take out control characters and so make other names."""
        typed = self._typed()
        if self.authenticator.accepted(typed) is None:
            return None  # JupyterHub's own line in the log shows look-alikes as they are
        return await super().login_user({**(data or {}), "username": typed})

    def _typed(self) -> str:
        raw: bytes = self.request.body_arguments.get("username", [b""])[-1]
        return raw.decode(errors="backslashreplace")


class ChooseHandler(BaseHandler):
    """Somebody with a one-time password chooses their own."""

    async def get(self) -> None:
        """The form, if there is something to choose."""
        choice = self.authenticator.choices.look(self.get_cookie(CHOICE_COOKIE))
        if choice is None:
            self.redirect(self.settings["login_url"])
            return
        await self._show(choice)

    async def post(self) -> None:
        """Change the password, then log in with it."""
        choice = self.authenticator.choices.take(self.get_cookie(CHOICE_COOKIE))
        if choice is None:
            raise web.HTTPError(403, "The ten minutes to choose a password are over. Sign in again.")
        new = self.get_body_argument("new", "", strip=False)
        refusal = await _change(self, (choice.name, choice.password, new))
        if refusal is not None:
            _keep_choice(self, choice)
            self.set_status(HTTPStatus.BAD_REQUEST)
            await self._show(choice, refusal)
            return
        self.clear_cookie(CHOICE_COOKIE, path=self.hub.base_url)
        user = await self.login_user({"username": choice.name, "password": new})
        if user is None:
            self.redirect(self.settings["login_url"])
            return
        self._jupyterhub_user = user
        self.redirect(self.get_next_url(user))

    async def _show(self, choice: Choice, message: str = "") -> None:
        self.set_header("Cache-Control", "no-store")
        query = urlencode({"next": self.get_argument("next", "")})
        html = await self.render_template(
            "choose_password.html", person=choice.name, message=message, action=f"?{query}"
        )
        self.finish(html)


class PasswordHandler(BaseHandler):
    """Somebody who is logged in changes their password."""

    @web.authenticated
    async def get(self) -> None:
        """The form."""
        await self._show()

    @web.authenticated
    async def post(self) -> None:
        """Change the password; sessions in other browsers end."""
        user = self.current_user
        old = self.get_body_argument("old", "", strip=False)
        new = self.get_body_argument("new", "", strip=False)
        attempt = self.authenticator.begin(self, user.name)
        refusal = await _change(self, (user.name, old, new))
        if refusal != _REFUSALS["denied"]:
            attempt.succeeded()
        if refusal is not None:
            self.set_status(HTTPStatus.BAD_REQUEST)
            await self._show(message=refusal)
            return
        user.orm_user.cookie_id = new_token()
        self.db.commit()
        self.set_login_cookie(user)
        self.log.info("Password changed: %s", user.name)
        await self._show(done=True)

    async def _show(self, **values: Any) -> None:
        self.set_header("Cache-Control", "no-store")
        self.finish(await self.render_template("password.html", **values))


async def _change(handler: BaseHandler, change: tuple[str, str, str]) -> str | None:
    """Change a password (name, old, new); returns why not, as a sentence, or None."""
    name, old, new = change
    if new != handler.get_body_argument("again", "", strip=False):
        return _DIFFERENT
    try:
        await handler.authenticator.helper.change_password(name, old, new)
    except HelperRefused as error:
        handler.log.warning("Password of %s not changed: %s", name, error.code)
        return _REFUSALS.get(error.code) or error.message or _UNAVAILABLE
    except HelperUnavailable as error:
        handler.log.error("Password of %s not changed: %s", name, error)
        return _UNAVAILABLE
    return None


def _keep_choice(handler: BaseHandler, choice: Choice) -> None:
    """Keep the choice under a new key, in a cookie that no script and no other site sees."""
    handler.set_cookie(
        CHOICE_COOKIE,
        handler.authenticator.choices.add(choice),
        path=handler.hub.base_url,
        max_age=CHOICE_SECONDS,
        httponly=True,
        samesite="Strict",
        secure=handler.request.protocol == "https",
    )


def _open_choice(handler: BaseHandler, choice: Choice) -> None:
    _keep_choice(handler, choice)
    query = urlencode({"next": handler.get_argument("next", "")})
    handler.redirect(f"{url_path_join(handler.hub.base_url, 'choose-password')}?{query}")


HANDLERS: list[tuple[str, type]] = [
    ("/login", SignInHandler),
    ("/choose-password", ChooseHandler),
    ("/password", PasswordHandler),
]
