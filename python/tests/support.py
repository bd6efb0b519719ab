"""Stand-ins for the machine: the root helper with PID 1's sockets, and nginx."""

import asyncio
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

PYTHON_FOLDER = Path(__file__).resolve().parent.parent
STUB = PYTHON_FOLDER / "tests" / "stub_server.py"
Answer = dict[str, Any]


@contextlib.contextmanager
def short_folder() -> Iterator[Path]:
    """A folder with a short path: sockets allow 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="tljh"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextlib.asynccontextmanager
async def answering(path: Path, answer: Callable[[Answer], Awaitable[Answer | bytes | None]]) -> AsyncIterator[None]:
    """A helper's socket: an object is sent as a line, bytes as they are, None closes without an answer."""

    serving: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.current_task())
        with contextlib.suppress(ConnectionError):
            try:
                reply = await answer(json.loads(await reader.readline()))
                if reply is not None:
                    writer.write(reply if isinstance(reply, bytes) else json.dumps(reply).encode() + b"\n")
                    await writer.drain()
            finally:
                writer.close()
                await writer.wait_closed()

    server = await asyncio.start_unix_server(serve, str(path))
    try:
        yield
    finally:
        server.close()
        for task in serving:
            if task:
                task.cancel()
        await asyncio.gather(*filter(None, serving), return_exceptions=True)


def refusal(code: str, message: str = "") -> Answer:
    """A refusal of the protocol."""
    return {"ok": False, "error": code, "message": message}


class Machine:
    """Accounts, and servers on sockets made for them, as helper and PID 1 do it."""

    def __init__(self, folder: Path, command: list[str] | None = None) -> None:
        self.folder = folder
        self.command = command or [sys.executable, "-I", str(STUB)]
        self.environment: dict[str, str] = {}
        self.passwords: dict[str, str] = {}
        self.one_time: set[str] = set()
        self.admins: set[str] = set()
        self.seen: list[Answer] = []
        self._servers: dict[str, subprocess.Popen[bytes]] = {}
        self._status: Answer = {"active": "failed", "sub": "failed", "result": "exit-code", "exit": 1}

    async def answer(self, request: Answer) -> Answer:
        """One request of the protocol."""
        self.seen.append(request)
        verb = {"start": self._start, "stop": self._stop, "status": self._state}.get(request["verb"])
        if verb:
            return await verb(request)
        return self._password(request)

    def _password(self, request: Answer) -> Answer:
        name = request["name"]
        if self.passwords.get(name) != request["password"]:
            return refusal("denied", "The name or the password is not right.")
        if request["verb"] == "change-password":
            if len(request["new"]) < 10:
                return refusal("weak-password", "A password needs at least 10 characters.")
            self.passwords[name] = request["new"]
            self.one_time.discard(name)
        return {
            "ok": True,
            "name": name,
            "admin": name in self.admins,
            "groups": [],
            "change": name in self.one_time,
        }

    async def _start(self, request: Answer) -> Answer:
        name = request["name"]
        place = self.folder / "user" / name
        place.mkdir(parents=True, exist_ok=True)
        path = place / "server.sock"
        path.unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(path))
        listening.listen(64)
        self._servers[name] = await asyncio.to_thread(self._run, listening, path, request["env"])
        listening.close()
        self._list()
        unit = f"jupyter@{name}.service"
        return {"ok": True, "unix": f"jupyter-{name}", "unit": unit, "socket": str(path), "invocation": "1f"}

    def _run(self, listening: socket.socket, path: Path, env: dict[str, str]) -> subprocess.Popen[bytes]:
        # PID 1 hands the socket over as descriptor 3 and says for which process it is.
        shell = 'fd=$1; shift; eval "exec 3<&$fd"; LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"'
        return subprocess.Popen(
            ["/bin/bash", "-c", shell, "serve", str(listening.fileno()), *self.command, f"--ServerApp.sock={path}"],
            pass_fds=[listening.fileno()],
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder), **self.environment, **env},
            cwd=self.folder,
        )

    async def _stop(self, request: Answer) -> Answer:
        self.end(request["name"])
        return {"ok": True}

    async def _state(self, request: Answer) -> Answer:
        return {"ok": True, "unit": f"jupyter@{request['name']}.service", **self._status}

    def end(self, name: str) -> None:
        """End one person's server."""
        process = self._servers.pop(name, None)
        if process:
            process.terminate()
            process.wait(20)
        self._list()

    def end_all(self) -> None:
        """End every server."""
        for name in list(self._servers):
            self.end(name)

    def _list(self) -> None:
        lines = (f"jupyter@{name}.service loaded active running {name}\n" for name in self._servers)
        (self.folder / "units").write_text("".join(lines))


def fake_nginx(hub_socket: Path, routes: Path) -> web.Application:
    """/user/NAME/ to the socket behind the link, everything else to the hub."""

    async def forward(request: web.Request) -> web.StreamResponse:
        parts = request.path.split("/")
        link = routes / "user" / parts[2] if len(parts) > 2 and parts[1] == "user" else None
        path = link / "server.sock" if link and link.exists() else hub_socket
        headers = {k: v for k, v in request.headers.items() if k.lower() != "connection"}
        async with (
            aiohttp.ClientSession(
                connector=aiohttp.UnixConnector(str(path)), auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
            ) as client,
            client.request(
                request.method,
                f"http://{request.host}{request.raw_path}",
                headers={**headers, "X-Real-IP": request.headers.get("X-Test-Address", "192.0.2.1")},
                data=await request.read(),
                allow_redirects=False,
            ) as reply,
        ):
            response = web.StreamResponse(status=reply.status, headers=reply.headers)
            response.headers.popall("Transfer-Encoding", None)
            await response.prepare(request)
            async for chunk in reply.content.iter_any():
                await response.write(chunk)
            return response

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", forward)
    return app
