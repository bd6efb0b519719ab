"""What a person does in the real server: JupyterLab's page, a kernel, a terminal."""

import json
import re
import uuid
from pathlib import Path

import aiohttp


async def use_server(browser: aiohttp.ClientSession, folder: Path) -> None:
    """JupyterLab's page after OAuth, then a kernel and a terminal over the server's own socket."""
    async with browser.get("/user/ada/lab") as reply:
        page = await reply.text()
        assert reply.status == 200 and "jupyter-config-data" in page, reply.url
    assert re.search(r'"disabledExtensions": \[[^]]*apputils-extension:announcements', page)
    cookies = browser.cookie_jar.filter_cookies(reply.url)
    headers = {
        "Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items()),
        "X-XSRFToken": cookies["_xsrf"].value,
        "Host": reply.url.authority,
        "Origin": str(reply.url.origin()),
    }
    socket = aiohttp.UnixConnector(str(folder / "user" / "ada" / "server.sock"))
    async with aiohttp.ClientSession(f"http://{reply.url.authority}", connector=socket, headers=headers) as client:
        async with client.get("/user/ada/api/kernelspecs") as answer:
            specs = (await answer.json())["kernelspecs"]
            assert sorted(specs) == ["mine", "python3"], specs
        assert "'2'" in await in_kernel(client, "repr(str(1 + 1))")
        print(await in_kernel(client, "import sys, os; [sys.prefix, os.getcwd()]"))
        connection = await in_kernel(client, "open(__import__('ipykernel').get_connection_file()).read()")
        assert '"transport": "ipc"' in connection, connection
        print(await in_terminal(client, "shopt login_shell"))


async def in_kernel(client: aiohttp.ClientSession, code: str) -> str:
    """Start a kernel, run the code, end the kernel; returns the result's text."""
    async with client.post("/user/ada/api/kernels", json={"name": "python3"}) as answer:
        assert answer.status == 201, await answer.text()
        kernel = (await answer.json())["id"]
    header = {"msg_id": uuid.uuid4().hex, "username": "", "session": "s", "msg_type": "execute_request", "version": "5"}
    content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    try:
        async with client.ws_connect(f"/user/ada/api/kernels/{kernel}/channels") as channel:
            await channel.send_str(json.dumps(message))
            while True:
                reply = await channel.receive_json(timeout=30)
                if reply["msg_type"] == "error":
                    raise AssertionError(reply["content"]["evalue"])
                if reply["msg_type"] == "execute_result":
                    return str(reply["content"]["data"]["text/plain"])
    finally:
        await client.delete(f"/user/ada/api/kernels/{kernel}")


async def in_terminal(client: aiohttp.ClientSession, command: str) -> str:
    """Run a command in a terminal; returns what it shows."""
    async with client.post("/user/ada/api/terminals") as answer:
        name = (await answer.json())["name"]
    shown = ""
    async with client.ws_connect(f"/user/ada/terminals/websocket/{name}") as terminal:
        await terminal.send_json(["stdin", f"{command}; echo do''ne\r"])
        while "done" not in shown:
            kind, *rest = await terminal.receive_json(timeout=30)
            shown += rest[0] if kind == "stdout" else ""
    return shown
