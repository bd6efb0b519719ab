"""Starts the hub: `GENERATION/bin/python -I RELEASE/python/run_hub.py [JupyterHub's own arguments]`.

-I keeps the current folder and the environment out of the import path; our own folder comes last in it.
"""

import os
import socket
import sys
from pathlib import Path


def tell_systemd(state: str) -> None:
    """Say how the hub is to the service manager, where one asked (sd_notify(3))."""
    address = os.environ.pop("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as door:
        door.sendto(state.encode(), f"\0{address[1:]}" if address.startswith("@") else address)


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    sys.path.append(str(here))
    os.umask(0o077)
    from jupyterhub.app import JupyterHub

    from tljh_hub.follow import follower

    class Hub(JupyterHub):
        """JupyterHub that counts as started when it answers, so that `systemctl start` fails when it does not."""

        async def start(self) -> None:
            """Start, then tell; who is who is right before the first answer, and stays so."""
            following = follower(self)
            if following:
                await following.prepare()
            await super().start()
            if following:
                following.begin()
            tell_systemd("READY=1")

    sys.argv[1:1] = ["-f", str(here / "jupyterhub_config.py")]
    Hub.launch_instance()
