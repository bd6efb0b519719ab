"""JupyterHub's configuration file: settings from hub.json, then the administrator's own files.

TLJH_HUB_SETTINGS names another hub.json, for tests.
"""

import os
import sys

from tljh_hub.config import apply
from tljh_hub.settings import EXIT_CONFIG, ConfigProblem, read

try:
    apply(get_config(), read(os.environ.get("TLJH_HUB_SETTINGS", "/opt/tljh/hub-config/hub.json")))  # type: ignore[name-defined] # noqa: F821
except ConfigProblem as problem:
    print(f"littlest-hub: {problem}", file=sys.stderr, flush=True)
    sys.exit(EXIT_CONFIG)
