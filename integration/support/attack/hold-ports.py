"""Takes every TCP port of the machine and holds it until this process is killed.

With two numbers it binds the ports from the first up to the second. A port that already stands in a connection cannot
be bound, but serves others once more for each address, so without arguments it connects to the hub's API from all of those.
"""

import resource
import socket
import sys
import time

HUB = ("127.0.0.1", 880)

most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
held = []


def bind(left):
    """Bind what can be bound now."""
    for port in sorted(left):
        door = socket.socket()
        try:
            door.bind(("0.0.0.0", port))
        except OSError:
            door.close()
            continue
        held.append(door)
        left.discard(port)


def connect():
    """Connect until the system finds no port."""
    try:
        while True:
            held.append(socket.create_connection(HUB, 5))
    except OSError:
        pass


left = set(range(*map(int, sys.argv[1:]))) if len(sys.argv) > 1 else None
while True:
    connect() if left is None else bind(left)
    time.sleep(0.02)
