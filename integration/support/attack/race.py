"""Waits for the moment at which another's server starts or has died, and takes its place: its socket, or a port of it.

Runs until the file ~/race.stop is there; then ~/race.json tells how often it tried and what it got.
"""

import json
import os
import pathlib
import pwd
import socket
import time

home = pathlib.Path.home()
target = "/run/tljh/user/alice/server.sock"
victim = str(pwd.getpwnam("jupyter-alice").pw_uid)
result = {"tries": 0, "own": 0, "sockets": 0, "ports": [], "processes": []}


def take(path):
    """Bind a socket at a path; keeps nothing of it."""
    door = socket.socket(socket.AF_UNIX)
    try:
        door.bind(path)
    except OSError:
        return 0
    finally:
        door.close()
    return 1


def listening():
    """Ports on which the victim listens."""
    rows = [line.split() for line in open("/proc/net/tcp").read().splitlines()[1:]]
    return [int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A" and row[7] == victim]


def theirs():
    """Processes of the victim."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            found += [name] if str(os.stat(f"/proc/{name}").st_uid) == victim else []
        except FileNotFoundError:
            pass
    return found


while not (home / "race.stop").exists():
    result["tries"] += 1
    result["own"] += take(str(home / "race.sock"))
    (home / "race.sock").unlink()
    result["sockets"] += take(target)
    result["ports"] += listening()
    result["processes"] += theirs()
    time.sleep(0.01)
(home / "race.json").write_text(json.dumps(result))
