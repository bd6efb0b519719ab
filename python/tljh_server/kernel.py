"""Starts a Python kernel without a TCP port: `PYTHON RELEASE/python/tljh_server/kernel.py -f FILE [other arguments]`.

ipykernel hears from the forked children of a cell over a loopback port, to which everybody on the machine can connect:
what they send shows up in the notebook, or fills the kernel's memory until it is killed. Here it is a socket in the
person's runtime folder. Runs on the kernel's own Python, so an ipykernel that works differently is started as it is.
"""

import os
import sys
from pathlib import Path
from typing import Any

CHILD_LINGER_MS = 3000


def listen_in(folder: str) -> None:
    """Let the output thread of ipykernel use sockets in this folder instead of loopback ports."""
    import zmq
    from ipykernel.iostream import IOPubThread
    from zmq.eventloop.zmqstream import ZMQStream

    if not all(hasattr(IOPubThread, name) for name in ("_setup_pipe_in", "_setup_pipe_out", "_handle_pipe_msg")):
        return

    def listen(thread: Any) -> None:
        thread._pipe_uuid = os.urandom(16)
        thread._pipe_address = f"ipc://{folder}/pipe-{os.getpid()}"
        door = thread.socket.context.socket(zmq.PULL)
        door.linger = 0
        door.bind(thread._pipe_address)
        thread._pipe_in = ZMQStream(door, thread.io_loop)
        thread._pipe_in.on_recv(thread._handle_pipe_msg)

    def speak(thread: Any) -> tuple[Any, Any]:
        context = zmq.Context()  # the parent's does not survive a fork
        door = context.socket(zmq.PUSH)
        door.linger = CHILD_LINGER_MS
        door.connect(thread._pipe_address)
        return context, door

    IOPubThread._setup_pipe_in = listen
    IOPubThread._setup_pipe_out = speak


if __name__ == "__main__":
    sys.path = [path for path in sys.path if Path(path).resolve() != Path(__file__).resolve().parent]
    if "JUPYTER_RUNTIME_DIR" in os.environ:
        listen_in(os.environ["JUPYTER_RUNTIME_DIR"])
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()
