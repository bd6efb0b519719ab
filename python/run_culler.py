"""Starts the culler of idle servers: `GENERATION/bin/python -I RELEASE/python/run_culler.py --timeout=… [option]…`.

Its token is the unit's credential `culler-token`; the hub's address is $JUPYTERHUB_API_URL or --url.
"""

import os
import sys
from pathlib import Path

EXIT_CONFIG = 78
API_URL = "http://127.0.0.1:880/hub/api"

if __name__ == "__main__":
    credential = Path(os.environ.get("CREDENTIALS_DIRECTORY", "."), "culler-token")
    try:
        os.environ["JUPYTERHUB_API_TOKEN"] = credential.read_text("ascii").strip()
    except (OSError, ValueError) as error:
        print(f"culler: the token cannot be read: {error}", file=sys.stderr)
        sys.exit(EXIT_CONFIG)
    os.environ.setdefault("JUPYTERHUB_API_URL", API_URL)
    from jupyterhub_idle_culler import main

    main()
