"""A user server of a few lines on descriptor 3; waits for the file STUB_GATE to be there; STUB_FAIL ends it."""

import os
import socket
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    """Answers everything with its path."""

    def do_GET(self) -> None:
        body = self.path.encode()
        self.send_response(200)
        self.send_header("X-JupyterHub-Version", "6.1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "unix"

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(HTTPServer):
    """Listens on what it was given."""

    address_family = socket.AF_UNIX


if __name__ == "__main__":
    listening = socket.socket(fileno=3)
    gate = os.environ.get("STUB_GATE")
    while gate and not Path(gate).exists():
        time.sleep(0.05)
    if os.environ.get("STUB_FAIL"):
        raise SystemExit(1)
    server = Server("", Handler, bind_and_activate=False)  # type: ignore[arg-type]
    server.socket = listening
    server.serve_forever()
