"""Starts a person's server on the socket that PID 1 made: `GENERATION/bin/python -I RELEASE/python/serve.py
--ServerApp.sock=PATH [jupyterhub-singleuser's own arguments]`.

The socket comes as file descriptor 3. Two names in jupyter_server are replaced, because it would remove the socket
at that path and make another. Without a descriptor it starts as usual, which is for tests.
"""

import os
import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

FIRST_FD = 3
HUB_DOOR = Path("/run/tljh-proxy/api.sock")


def take_socket() -> socket.socket | None:
    """The listening socket from PID 1, if there is one for this process."""
    given = os.environ.get("LISTEN_FDS") == "1" and os.environ.get("LISTEN_PID") == str(os.getpid())
    for name in ("LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"):
        os.environ.pop(name, None)
    if not given:
        return None
    taken = socket.socket(fileno=FIRST_FD)
    taken.setblocking(False)
    taken.set_inheritable(False)
    return taken


def listen_on(taken: socket.socket) -> None:
    """Let jupyter_server listen on this socket instead of one of its own."""
    import jupyter_server.serverapp as serverapp

    for name in ("unix_socket_in_use", "bind_unix_socket"):
        if not hasattr(serverapp, name):
            sys.exit(f"serve.py: this jupyter_server has no {name}")

    def in_use(path: str) -> bool:
        return False  # it is: PID 1 listens on it

    def bind(path: str, mode: int = 0o600, **options: Any) -> socket.socket:
        return taken

    serverapp.unix_socket_in_use = in_use
    serverapp.bind_unix_socket = bind


def find_files(here: Path) -> None:
    """Put our server's settings first, and hold on to the generation that the links point to now."""
    sys.path.append(str(here))
    ours = str(here / "tljh_server" / "config")
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, [ours, os.environ.get("JUPYTER_CONFIG_PATH")]))
    shared = os.environ.get("JUPYTER_PATH", "")
    os.environ["JUPYTER_PATH"] = os.pathsep.join(os.path.realpath(path) for path in shared.split(os.pathsep) if path)


def hub_arguments(door: Path = HUB_DOOR) -> list[str]:
    """Arguments by which the server itself reaches the hub through the front door's socket, where there is one.

    Who holds every TCP port of the machine would otherwise keep all servers from starting. What people's own code reads
    in the environment stays an address that every client understands.
    """
    if not os.access(door, os.W_OK):
        return []
    urls = {"HubAuth.api_url": "JUPYTERHUB_API_URL", "JupyterHubSingleUser.hub_activity_url": "JUPYTERHUB_ACTIVITY_URL"}
    host = quote(str(door), safe="")
    return [f"--{trait}=http+unix://{host}{urlsplit(os.environ.get(name, '')).path}" for trait, name in urls.items()]


if __name__ == "__main__":
    from_pid_1 = take_socket()
    find_files(Path(__file__).resolve().parent)
    if from_pid_1:
        listen_on(from_pid_1)
    sys.argv[1:1] = hub_arguments()
    from jupyterhub.singleuser import main

    sys.exit(main())
