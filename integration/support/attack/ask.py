"""Talks to the helper's socket byte by byte. Standard input is JSON: pieces (base64, sent one after the other), ending
("close" shuts down writing, "wait" keeps the connection open, "hang-up" closes without reading), connections (how many
at once). Prints JSON: the answers as texts, how many connections got none, and what went wrong with connecting."""

import base64
import json
import socket
import sys
import time

PATH = "/run/tljh/helper.sock"


def connect():
    door = socket.socket(socket.AF_UNIX)
    door.connect(PATH)  # waits while the backlog is full
    door.settimeout(60)
    return door


def send(door, pieces):
    for number, piece in enumerate(pieces):
        if number:
            time.sleep(0.05)  # so that the pieces arrive apart
        door.sendall(base64.b64decode(piece))


def read(door):
    """Everything until the other side ends; a reset ends it too."""
    data = b""
    try:
        while more := door.recv(65536):
            data += more
    except ConnectionError:
        pass
    return data.decode(errors="replace")


def tolerant(action, *arguments):
    """The other side may be gone before everything is sent."""
    try:
        action(*arguments)
    except OSError:
        pass


task = json.load(sys.stdin)
try:
    doors = [connect() for _ in range(task.get("connections", 1))]
except OSError as error:
    print(json.dumps({"answers": [], "refused": type(error).__name__}))
    sys.exit(0)
for door in doors:
    tolerant(send, door, task["pieces"])
    if task["ending"] == "close":
        tolerant(door.shutdown, socket.SHUT_WR)
if task["ending"] == "hang-up":
    for door in doors:
        door.close()
    print(json.dumps({"answers": []}))
else:
    print(json.dumps({"answers": [read(door) for door in doors]}))
