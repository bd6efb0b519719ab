"""Routes as symbolic links: nginx finds a person's server by looking at the file system.

routes/user/NAME points to the folder of the server's socket. Links outlive the hub and the proxy, so a restart of
either neither loses a route nor needs to restore one.
"""

import contextlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from jupyterhub.proxy import Proxy
from jupyterhub.utils import url_escape_path
from traitlets import Bool, Unicode

from .names import linkable

SOCKET = "server.sock"
Route = dict[str, Any]


class FsProxy(Proxy):
    """Makes and removes the links; the proxy itself is a unit of the machine that the hub neither starts nor asks."""

    should_start = Bool(False)
    root = Unicode("/run/tljh-hub/routes", help="Folder of the links; on the same file system.").tag(config=True)
    sockets = Unicode("/run/tljh/user", help="Folder of the servers' socket folders.").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # Routes of services are in the proxy's own configuration; remembered so that they do not look lost.
        self._elsewhere: dict[str, Route] = {}

    @property
    def _folder(self) -> Path:
        return Path(self.root) / "user"

    def _prefix(self) -> str:
        return f"{self.app.base_url}user/"

    def _name(self, routespec: str) -> str | None:
        """The person whose default server a route leads to; None for any other route."""
        prefix = self._prefix()
        if not routespec.startswith(prefix):
            return None
        name = unquote(routespec[len(prefix) :].removesuffix("/"))
        if not linkable(name):
            raise ValueError(f"{routespec!r} cannot be a route: a name is 1 to 64 bytes without / : % and controls")
        return name

    def _target(self, target: str) -> Path:
        """The folder of the socket in a target, which JupyterHub writes with a port that means nothing."""
        socket = Path(unquote(target.removeprefix("http+unix://").rstrip("/").removesuffix(":80")))
        if socket.name != SOCKET or socket.parent.parent != Path(self.sockets) or socket.parent.name == "..":
            raise ValueError(f"{target!r} is not the address of a user server")
        return socket.parent

    def _make_folder(self) -> None:
        # 067 lets the proxy's group through without listing; the group itself is inherited from the folder above.
        before = os.umask(0o067)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        finally:
            os.umask(before)

    async def add_route(self, routespec: str, target: str, data: dict[str, Any]) -> None:
        """Link a person's name to their server's folder, at once and whole."""
        routespec = self.validate_routespec(routespec)
        name = self._name(routespec)
        if name is None:
            self._elsewhere[routespec] = {"routespec": routespec, "target": target, "data": data}
            return
        folder = self._target(target)
        self._make_folder()
        new = Path(self.root) / f".new-{os.getpid()}"
        with contextlib.suppress(FileNotFoundError):
            new.unlink()
        new.symlink_to(folder)
        new.replace(self._folder / name)

    async def delete_route(self, routespec: str) -> None:
        """Remove a link; it need not be there."""
        routespec = self.validate_routespec(routespec)
        self._elsewhere.pop(routespec, None)
        name = self._name(routespec)
        if name is not None:
            with contextlib.suppress(FileNotFoundError):
                (self._folder / name).unlink()

    async def get_all_routes(self) -> dict[str, Route]:
        """All routes in JupyterHub's form."""
        self._make_folder()
        routes = dict(self._elsewhere)
        routes[self.hub.routespec] = {
            "routespec": self.hub.routespec,
            "target": self.hub.host,
            "data": {"hub": True},
        }
        for link in self._folder.iterdir():
            if link.is_symlink():
                route = self._user_route(link.name, link.readlink())
                routes[route["routespec"]] = route
        return routes

    def _user_route(self, name: str, folder: Path) -> Route:
        socket = quote(str(folder / SOCKET), safe="")
        return {
            "routespec": f"{self._prefix()}{url_escape_path(name)}/",
            # With the port: as JupyterHub writes the address that it compares this with.
            "target": f"http+unix://{socket}:80",
            "data": {"user": name, "server_name": ""},
        }
