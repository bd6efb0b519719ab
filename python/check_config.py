"""Says whether the hub can read its settings: `GENERATION/bin/python -I RELEASE/python/check_config.py`.

Starts nothing. Ends with 78 and a sentence that names file and line when the administrator's files are wrong.
"""

import dataclasses
import os
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent))

from jupyterhub.app import JupyterHub
from traitlets import TraitError
from traitlets.config import Config

from tljh_hub.config import apply
from tljh_hub.settings import EXIT_CONFIG, ConfigProblem, read


def about_credentials(problem: ConfigProblem) -> bool:
    """Whether a file of the administrator only failed to read a credential: systemd 252 hides them from a reload."""
    folder, cause = os.environ.get("CREDENTIALS_DIRECTORY", ""), problem.__cause__
    return bool(folder) and isinstance(cause, OSError) and str(cause.filename).startswith(folder)


def complaint() -> str:
    """What is wrong with the settings; empty when nothing is."""
    path = os.environ.get("TLJH_HUB_SETTINGS", "/opt/tljh/hub-config/hub.json")
    config = Config()
    try:
        settings = read(path)
        apply(config, dataclasses.replace(settings, cull_token_file=os.devnull, cli_token_file=os.devnull))
        JupyterHub(config=config)
    except ConfigProblem as problem:
        return "" if about_credentials(problem) else str(problem)
    except TraitError as problem:
        return f"{settings.config_d}/*.py: {problem}"
    return ""


if __name__ == "__main__":
    if text := complaint():
        print(f"littlest-hub: {text}", file=sys.stderr)
        sys.exit(EXIT_CONFIG)
