"""Binds the TCP ports from the first argument up to the second and holds them; those of ended connections come later."""

import resource
import socket
import sys
import time

left = set(range(int(sys.argv[1]), int(sys.argv[2])))
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
held = []
while True:
    for port in sorted(left):
        door = socket.socket()
        try:
            door.bind(("0.0.0.0", port))
        except OSError:
            door.close()
            continue
        held.append(door)
        left.discard(port)
    time.sleep(0.1 if left else 1)
