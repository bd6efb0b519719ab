"""The check that `systemctl reload` runs before the hub is restarted."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .support import PYTHON_FOLDER


def checked(tmp_path: Path, text: str, **environment: str) -> tuple[int, str]:
    """Exit code and message for an administrator's file with this text."""
    (tmp_path / "mine.py").write_text(text)
    settings = tmp_path / "hub.json"
    settings.write_text(json.dumps({"config_d": str(tmp_path), "state": str(tmp_path)}))
    done = subprocess.run(
        [sys.executable, "-I", str(PYTHON_FOLDER / "check_config.py")],
        env={"TLJH_HUB_SETTINGS": str(settings), "PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_file_without_mistakes(tmp_path: Path) -> None:
    assert checked(tmp_path, "c.JupyterHub.active_user_window = 60\n") == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hub.json", "mine.py"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1\nfrob(\n", "mine.py:2: SyntaxError: "),
        ("\n\nimport frob\n", "mine.py:3: ModuleNotFoundError: No module named 'frob'"),
        ("import sys\nsys.exit(3)\n", "mine.py:2: SystemExit: 3"),
        ("c.JupyterHub.active_user_window = 'long'\n", "*.py: The 'active_user_window' trait"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, message: str) -> None:
    code, said = checked(tmp_path, text)
    assert code == 78
    assert said.startswith("littlest-hub: ") and message in said and said.count("\n") == 1


def test_a_credential_that_only_the_hub_can_read_is_no_mistake(tmp_path: Path) -> None:
    text = "import os\nopen(os.environ['CREDENTIALS_DIRECTORY'] + '/secret').read()\n"
    assert checked(tmp_path, text, CREDENTIALS_DIRECTORY=str(tmp_path / "hidden")) == (0, "")
    assert checked(tmp_path, text)[0] == 78
