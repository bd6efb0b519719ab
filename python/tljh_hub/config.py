"""JupyterHub's whole configuration, from the settings that `tljh reconfigure` wrote."""

import traceback
from pathlib import Path
from typing import Any
from urllib.parse import quote

from . import names
from .authenticator import PasswordAuthenticator
from .proxy import FsProxy
from .rights import people_roles, put_back, services
from .settings import ConfigProblem, Settings, parse
from .spawner import UnitSpawner

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
NO_LIMIT = 0


def apply(c: Any, settings: Settings | dict[str, Any]) -> None:
    """Fill JupyterHub's configuration object `c`; ConfigProblem if the administrator's files are wrong."""
    s = parse(settings, "settings") if isinstance(settings, dict) else settings
    _hub(c, s)
    _pages(c, s)
    _servers(c, s)
    _people(c, s)
    _rights(c, s)


def _hub(c: Any, s: Settings) -> None:
    hub = f"http+unix://{quote(s.hub_socket, safe='')}"
    c.JupyterHub.hub_bind_url = hub
    c.JupyterHub.hub_connect_url = hub
    c.JupyterHub.hub_socket_mode = 0o660
    c.JupyterHub.bind_url = f"http://127.0.0.1{s.base_url}"  # only its path counts: the proxy is not ours to start
    c.JupyterHub.proxy_class = FsProxy
    c.FsProxy.root = s.routes
    c.FsProxy.sockets = s.sockets
    c.JupyterHub.db_url = f"sqlite:///{s.state}/jupyterhub.sqlite"
    c.JupyterHub.cookie_secret_file = f"{s.state}/jupyterhub_cookie_secret"
    c.JupyterHub.log_level = s.log_level
    c.JupyterHub.cleanup_servers = False  # servers are units and outlive the hub
    c.JupyterHub.shutdown_on_logout = False
    c.JupyterHub.trusted_alt_names = []


def _pages(c: Any, s: Settings) -> None:
    c.JupyterHub.template_paths = [str(TEMPLATES)]
    c.JupyterHub.template_vars = {"own_passwords": s.auth["type"] == "password"}
    cookies = {"samesite": "Lax"} | ({"secure": True} if s.secure_cookies else {})
    c.JupyterHub.tornado_settings = {
        # Everybody gets the pending page at once, so that a failed start is told in one place only.
        "slow_spawn_timeout": 0,
        # Two objects: JupyterHub puts its own path into the second, and hands the first to the servers.
        "cookie_options": dict(cookies),
        "xsrf_cookie_kwargs": dict(cookies),
        "headers": {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"},
    }


def _servers(c: Any, s: Settings) -> None:
    c.JupyterHub.spawner_class = UnitSpawner
    c.UnitSpawner.helper_socket = s.helper_socket
    if s.concurrent_starts > 0:
        c.UnitSpawner.concurrent_starts = s.concurrent_starts
    c.UnitSpawner.activity_interval = s.activity_interval
    # The queue in the spawner is the limit; JupyterHub's own turns people away with an error.
    c.JupyterHub.concurrent_spawn_limit = NO_LIMIT
    c.JupyterHub.active_server_limit = NO_LIMIT
    c.JupyterHub.allow_named_servers = False
    c.Spawner.hub_connect_url = s.api_url
    c.Spawner.env_keep = []
    c.Spawner.default_url = s.default_url
    c.Spawner.disable_user_config = True
    c.Spawner.start_timeout = s.start_timeout
    c.Spawner.http_timeout = s.start_timeout
    # For display inside the server; the machine's limits are the helper's.
    c.Spawner.mem_limit = s.mem_limit
    c.Spawner.cpu_limit = s.cpu_limit


def _people(c: Any, s: Settings) -> None:
    kind: str = s.auth["type"]
    c.JupyterHub.authenticator_class = PasswordAuthenticator if kind == "password" else kind
    c.PasswordAuthenticator.helper_socket = s.helper_socket
    c.PasswordAuthenticator.people_file = s.people
    c.Authenticator.username_pattern = names.PATTERN
    c.Authenticator.allow_existing_users = False
    # The helper is the gate: it knows who may log in, and whose server it may start.
    c.Authenticator.allow_all = kind in {"password", "dummy"}
    if not c.Authenticator.allow_all:
        c.Authenticator.allowed_users = set(s.allowed_users)
        c.Authenticator.admin_users = set(s.admin_users)
    for cls, traits in s.auth.get("traits", {}).items():
        for trait, value in traits.items():
            setattr(c[cls], trait, value)


def _rights(c: Any, s: Settings) -> None:
    """Roles and services of ours; then the administrator's files, which may have their own."""
    ours, ours_roles = services(s)
    if s.auth["type"] == "password":
        ours_roles = people_roles(s) + ours_roles
        named = []
    else:
        # A list in a role is exact at every start: whoever is no longer an owner loses the role.
        named = [{"name": "admin", "users": list(s.admin_users)}]
    c.JupyterHub.load_roles = named + ours_roles
    if ours:
        c.JupyterHub.services = list(ours)
    load_folder(c, s.config_d)
    if ours:
        c.JupyterHub.services = put_back(c.JupyterHub.services, ours)
    c.JupyterHub.load_roles = put_back(c.JupyterHub.load_roles, ours_roles)
    if c.JupyterHub.authenticator_class is PasswordAuthenticator and c.JupyterHub.get("load_groups"):
        raise ConfigProblem(
            f"{s.config_d}/*.py: JupyterHub.load_groups: groups of people come from config.yaml and the rosters."
            " Use `tljh group add GROUP NAME…` instead."
        )


def load_folder(c: Any, folder: str | Path) -> None:
    """Run the administrator's files in the order of their names; ConfigProblem names file, line and error."""
    for path in sorted(Path(folder).glob("*.py")):
        try:
            code = compile(path.read_bytes(), str(path), "exec")
            exec(code, {"c": c, "get_config": lambda: c, "__file__": str(path), "__name__": path.stem})  # noqa: S102
        except (Exception, SystemExit) as error:
            line = _line(error, str(path))
            text = error.msg if isinstance(error, SyntaxError) else str(error)
            raise ConfigProblem(f"{path}:{line}: {type(error).__name__}: {text}") from error


def _line(error: BaseException, path: str) -> int:
    if isinstance(error, SyntaxError) and error.filename == path:
        return error.lineno or 1
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    return (lines[-1] if lines else None) or 1
