"""Reads hub.json, which `tljh reconfigure` writes, and says in one sentence what is wrong with it."""

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

EXIT_CONFIG = 78  # EX_CONFIG: starting again does not help


class ConfigProblem(Exception):
    """The configuration is wrong; the message names the file."""


@dataclass(frozen=True)
class Settings:
    """What the hub is told; see the fields' defaults for what may be left out."""

    base_url: str = "/"
    default_url: str = "/lab"
    # With the authenticator "password" these are in a file that the hub follows; the groups are those with a teacher.
    people: str = "/opt/tljh/hub-config/people.json"
    taught_groups: list[str] = field(default_factory=list)
    # For the other authenticators; "dummy" lets everybody in.
    admin_users: list[str] = field(default_factory=list)
    allowed_users: list[str] = field(default_factory=list)
    api_url: str = "http://127.0.0.1:880"
    concurrent_starts: int = 0  # 0: twice the cores, at least four
    start_timeout: int = 120  # seconds from a person's turn in the queue to the first answer
    activity_interval: int = 300  # seconds between two reports of a server in use; a few of them before it is culled
    hub_socket: str = "/run/tljh-hub/hub.sock"
    routes: str = "/run/tljh-hub/routes"
    sockets: str = "/run/tljh/user"
    helper_socket: str = "/run/tljh/helper.sock"
    state: str = "/var/lib/tljh-hub"
    config_d: str = "/opt/tljh/config/jupyterhub_config.d"
    cull_token_file: str = ""  # empty: culler-token in $CREDENTIALS_DIRECTORY, if it is there
    cli_token_file: str = ""  # the same for the command line: cli-token
    mem_limit: int | None = None  # bytes
    cpu_limit: float | None = None  # cores
    secure_cookies: bool = False
    log_level: str = "INFO"
    auth: dict[str, Any] = field(default_factory=lambda: {"type": "password"})


def read(path: str | Path) -> Settings:
    """Settings from a file; unknown keys are for later versions and are left alone."""
    try:
        raw = json.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise ConfigProblem(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ConfigProblem(f"{path}: is not JSON: {error}") from error
    return parse(raw, str(path))


def parse(raw: Any, where: str) -> Settings:
    """Settings from an object, each of its type; `where` begins the message."""
    if not isinstance(raw, dict):
        raise ConfigProblem(f"{where}: must be an object")
    default = Settings()
    for name in (f.name for f in dataclasses.fields(Settings)):
        if name in raw and not _fits(raw[name], getattr(default, name), name):
            raise ConfigProblem(f"{where}: {name}: {json.dumps(raw[name])} is of the wrong type")
    known = {f.name: raw[f.name] for f in dataclasses.fields(Settings) if f.name in raw}
    settings = dataclasses.replace(default, **known)
    if not (settings.base_url.startswith("/") and settings.base_url.endswith("/")):
        raise ConfigProblem(f"{where}: base_url: must begin and end with /")
    traits = settings.auth.get("traits", {})
    if not isinstance(settings.auth.get("type"), str):
        raise ConfigProblem(f"{where}: auth: needs a type (text)")
    if not isinstance(traits, dict) or not all(isinstance(values, dict) for values in traits.values()):
        raise ConfigProblem(f"{where}: auth: traits must be an object of objects: class, trait, value")
    return settings


def _fits(value: Any, default: Any, name: str) -> bool:
    if name in {"mem_limit", "cpu_limit"}:
        return value is None or (isinstance(value, int | float) and not isinstance(value, bool))
    if isinstance(default, list):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return type(value) is type(default)
