"""serve.py: by which way a person's server reaches the hub."""

import socket
from pathlib import Path

import pytest

from serve import hub_arguments


def test_the_socket_of_the_front_door_is_used_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTERHUB_API_URL", "http://127.0.0.1:880/base/hub/api")
    monkeypatch.setenv("JUPYTERHUB_ACTIVITY_URL", "http://127.0.0.1:880/base/hub/api/users/a%2Bb/activity")
    door = tmp_path / "api.sock"
    assert hub_arguments(door) == []
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(door))
        host = str(door).replace("/", "%2F")
        assert hub_arguments(door) == [
            f"--HubAuth.api_url=http+unix://{host}/base/hub/api",
            f"--JupyterHubSingleUser.hub_activity_url=http+unix://{host}/base/hub/api/users/a%2Bb/activity",
        ]
