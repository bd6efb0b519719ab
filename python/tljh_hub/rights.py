"""What operators, instructors and our own services may do in the hub: each the fewest scopes with which it works."""

import os
from pathlib import Path
from typing import Any

from .people import OPERATORS, USERS, instructors, pupils
from .settings import ConfigProblem, Settings

Entry = dict[str, Any]

CULLER_SCOPES = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
# The command line starts and stops servers. Nothing narrower than admin:users makes the row of somebody who never
# logged in.
CLI_SCOPES = ["admin:users", "read:servers", "start:servers", "delete:servers"]
# People, when they were last seen, and starting and stopping their servers: not entering them, no tokens, no groups.
CARE_SCOPES = ["list:users", "read:users:activity", "read:servers", "start:servers", "delete:servers"]
PAGE_SCOPE = "admin-ui"  # the page itself; it shows only what the other scopes let through


def people_roles(s: Settings) -> list[Entry]:
    """Roles of groups, because who is in a group follows people.json without a restart."""
    operator = {"name": "operator", "scopes": _care_of(USERS), "groups": [OPERATORS]}
    return [operator, *(_instructor_role(group) for group in s.taught_groups)]


def _instructor_role(group: str) -> Entry:
    scopes = _care_of(pupils(group))
    # A role's name must end in a letter or digit, which the name of a group need not.
    return {"name": f"tljh.{group}.instructors", "scopes": scopes, "groups": [instructors(group)]}


def _care_of(group: str) -> list[str]:
    """Only of people with the role user: not of each other, nor of owners."""
    return [PAGE_SCOPE, *(f"{scope}!group={group}" for scope in CARE_SCOPES)]


def services(s: Settings) -> tuple[list[Entry], list[Entry]]:
    """Our services whose token is there, and their roles. ConfigProblem for a token that cannot be read."""
    known = [
        ("culler", _token(s.cull_token_file, "culler-token"), CULLER_SCOPES),
        ("tljh", _token(s.cli_token_file, "cli-token"), CLI_SCOPES),
    ]
    there = [(name, token, scopes) for name, token, scopes in known if token is not None]
    roles = [{"name": name, "scopes": scopes, "services": [name]} for name, _, scopes in there]
    return [{"name": name, "api_token": token} for name, token, _ in there], roles


def _token(file: str, credential: str) -> str | None:
    """The token in a file, else in a credential of the unit; None without a credential."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    path = Path(file or Path(folder, credential))
    if not file and not (folder and path.exists()):
        return None
    try:
        return path.read_text("ascii").strip()
    except (OSError, ValueError) as error:
        raise ConfigProblem(f"{path}: the token cannot be read: {error}") from error


def put_back(theirs: Any, ours: list[Entry]) -> Any:
    """An administrator's list with what of ours it left out: such a list is often set anew instead of added to."""
    if not isinstance(theirs, list):
        return theirs
    names = {entry.get("name") for entry in theirs if isinstance(entry, dict)}
    return theirs + [entry for entry in ours if entry["name"] not in names]
