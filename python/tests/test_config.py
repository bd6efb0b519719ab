"""From hub.json to JupyterHub's configuration."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config

from tljh_hub import config, rights
from tljh_hub.authenticator import PasswordAuthenticator
from tljh_hub.settings import ConfigProblem, read

from .support import PYTHON_FOLDER


def applied(tmp_path: Path, **settings: Any) -> Any:
    """The configuration for these settings."""
    c = Config()
    config.apply(c, {"config_d": str(tmp_path), **settings})
    return c


def test_what_matters_most(tmp_path: Path) -> None:
    c = applied(tmp_path, admin_users=["ada"], base_url="/class/", mem_limit=2**30)
    assert c.JupyterHub.authenticator_class is PasswordAuthenticator
    assert c.JupyterHub.hub_bind_url == "http+unix://%2Frun%2Ftljh-hub%2Fhub.sock"
    assert c.JupyterHub.bind_url == "http://127.0.0.1/class/"
    assert c.JupyterHub.cleanup_servers is False
    assert c.JupyterHub.concurrent_spawn_limit == 0
    assert c.PasswordAuthenticator.people_file == "/opt/tljh/hub-config/people.json"
    assert c.Authenticator.allow_all is True and c.Authenticator.allow_existing_users is False
    assert c.Spawner.mem_limit == 2**30
    assert c.UnitSpawner.activity_interval == 300
    cookies = c.JupyterHub.tornado_settings
    assert cookies["cookie_options"] is not cookies["xsrf_cookie_kwargs"]


def test_another_authenticator(tmp_path: Path) -> None:
    traits = {"GitHubOAuthenticator": {"client_id": "x", "allowed_organizations": ["school"]}}
    c = applied(tmp_path, auth={"type": "github", "traits": traits}, allowed_users=["ben"], admin_users=["ada"])
    assert c.JupyterHub.authenticator_class == "github"
    assert c.GitHubOAuthenticator.allowed_organizations == ["school"]
    assert not c.Authenticator.allow_all and c.Authenticator.allowed_users == {"ben"}
    assert c.Authenticator.admin_users == {"ada"}
    assert c.JupyterHub.load_roles == [{"name": "admin", "users": ["ada"]}]
    assert c.JupyterHub.template_vars == {"own_passwords": False}


def test_the_culler_needs_its_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert "services" not in applied(tmp_path).JupyterHub
    (tmp_path / "culler-token").write_text("secret\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    c = applied(tmp_path)
    assert c.JupyterHub.services == [{"name": "culler", "api_token": "secret"}]
    assert c.JupyterHub.load_roles[1]["scopes"] == rights.CULLER_SCOPES
    with pytest.raises(ConfigProblem, match="token cannot be read"):
        applied(tmp_path, cull_token_file=str(tmp_path / "missing"))


def test_the_command_line_has_a_token_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cli-token").write_text("secret\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    for kind in ("password", "github"):
        c = applied(tmp_path, auth={"type": kind})
        assert c.JupyterHub.services == [{"name": "tljh", "api_token": "secret"}]
        assert c.JupyterHub.load_roles[1] == {"name": "tljh", "scopes": rights.CLI_SCOPES, "services": ["tljh"]}
    with pytest.raises(ConfigProblem, match="token cannot be read"):
        applied(tmp_path, cli_token_file=str(tmp_path / "missing"))


def test_roles_belong_to_groups(tmp_path: Path) -> None:
    c = applied(tmp_path, admin_users=["ada"], taught_groups=["course-a", "b_"])
    operator, first, second = c.JupyterHub.load_roles
    assert operator["groups"] == ["tljh-operators"] and "users" not in operator
    assert first["name"] == "tljh.course-a.instructors" and first["groups"] == ["tljh-instructors-course-a"]
    assert all(scope == "admin-ui" or scope.endswith("!group=tljh-users-course-a") for scope in first["scopes"])
    assert second["groups"] == ["tljh-instructors-b_"]
    assert all(scope == "admin-ui" or scope.endswith("!group=tljh-users") for scope in operator["scopes"])
    names = [[scope.partition("!")[0] for scope in role["scopes"]] for role in (operator, first)]
    assert names[0] == names[1] and len(names[0]) == 6


@pytest.mark.parametrize("how", ["= [own]", "+= [own]", ".append(own)"])
def test_an_administrators_roles_and_services_stand_beside_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    (tmp_path / "culler-token").write_text("secret\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "10.py").write_text(
        f"own = {{'name': 'own', 'users': ['ben']}}\nc.JupyterHub.load_roles {how}\nc.JupyterHub.services {how}\n"
    )
    c = applied(tmp_path)
    assert sorted(role["name"] for role in c.JupyterHub.load_roles) == ["culler", "operator", "own"]
    assert sorted(service["name"] for service in c.JupyterHub.services) == ["culler", "own"]


def test_an_administrators_role_of_the_same_name_counts(tmp_path: Path) -> None:
    (tmp_path / "10.py").write_text("c.JupyterHub.load_roles = [{'name': 'operator', 'scopes': []}]\n")
    assert applied(tmp_path).JupyterHub.load_roles == [{"name": "operator", "scopes": []}]


def test_groups_of_the_hub_cannot_be_loaded_beside_those_of_the_people(tmp_path: Path) -> None:
    (tmp_path / "10.py").write_text("c.JupyterHub.load_groups = {'lab': {'users': ['ben']}}\n")
    with pytest.raises(ConfigProblem, match=r"load_groups: .* `tljh group add"):
        applied(tmp_path)
    applied(tmp_path, auth={"type": "dummy"})


def test_the_administrators_files_come_last_and_in_order(tmp_path: Path) -> None:
    (tmp_path / "20-b.py").write_text("c.Spawner.default_url += '/tree'\n")
    (tmp_path / "10-a.py").write_text("c = get_config()\nc.Spawner.default_url = '/lab'\n")
    (tmp_path / "notes.txt").write_text("not Python")
    assert applied(tmp_path, default_url="/x").Spawner.default_url == "/lab/tree"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\nc.Spawner.x = = 1\n", "10.py:2: SyntaxError: invalid syntax"),
        ("def f():\n    raise ValueError('no')\n\nf()\n", "10.py:2: ValueError: no"),
        ("import json\njson.loads('x')\n", "10.py:2: JSONDecodeError"),
        ("raise SystemExit(3)\n", "10.py:1: SystemExit: 3"),
        ("\x00", "10.py:"),
    ],
)
def test_a_mistake_there_is_named_with_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "10.py").write_text(text)
    with pytest.raises(ConfigProblem) as caught:
        applied(tmp_path)
    assert f"{tmp_path}/{message}" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not JSON"),
        ("[]", "must be an object"),
        ('{"base_url": "x"}', "must begin and end with /"),
        ('{"concurrent_starts": "8"}', 'concurrent_starts: "8" is of the wrong type'),
        ('{"secure_cookies": 1}', "of the wrong type"),
        ('{"admin_users": [1]}', "of the wrong type"),
        ('{"taught_groups": "course-a"}', "of the wrong type"),
        ('{"auth": {}}', "needs a type"),
        ('{"auth": {"type": "x", "traits": {"A": 1}}}', "object of objects"),
    ],
)
def test_hub_json_is_checked(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "hub.json"
    path.write_text(text)
    with pytest.raises(ConfigProblem, match=r"hub\.json: ") as caught:
        read(path)
    assert message in str(caught.value)


def test_the_example_of_the_contract_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "hub.json"
    path.write_text(json.dumps({"login": "password", "mem_limit": None, "cpu_limit": 1.5, "unknown": {}}))
    assert read(path).cpu_limit == 1.5
    with pytest.raises(ConfigProblem, match="cannot be read"):
        read(tmp_path / "missing")


def test_the_hub_ends_with_78(tmp_path: Path) -> None:
    (tmp_path / "10.py").write_text("1 / 0\n")
    (tmp_path / "hub.json").write_text(json.dumps({"config_d": str(tmp_path), "state": str(tmp_path)}))
    ended = subprocess.run(
        [sys.executable, "-I", str(PYTHON_FOLDER / "run_hub.py")],
        env={"TLJH_HUB_SETTINGS": str(tmp_path / "hub.json")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 78
    assert ended.stderr.splitlines() == [f"littlest-hub: {tmp_path}/10.py:1: ZeroDivisionError: division by zero"]
