"""Stands behind the proxy in place of a server: answers every request with its own name and with what it was sent."""

import os
import socket
import sys

path, name = sys.argv[1:]
if os.path.lexists(path):
    os.unlink(path)
door = socket.socket(socket.AF_UNIX)
door.bind(path)
os.chmod(path, 0o666)
door.listen(64)
while True:
    connection, _ = door.accept()
    with connection:
        head = b""
        while b"\r\n\r\n" not in head and (more := connection.recv(65536)):
            head += more
        body = name.encode() + b"\n" + head
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)
