"""Routes as links."""

import stat
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest

from tljh_hub.proxy import FsProxy

USER = {"user": "ada", "server_name": ""}


def proxy_in(folder: Path, base_url: str = "/") -> FsProxy:
    """A proxy with its links and sockets in a folder."""
    hub = SimpleNamespace(routespec=base_url, host="http+unix://%2frun%2fhub.sock")
    app = SimpleNamespace(base_url=base_url, subdomain_host="")
    proxy = FsProxy(root=str(folder / "routes"), sockets="/run/tljh/user")
    proxy.app, proxy.hub = app, hub
    return proxy


def target(slug: str) -> str:
    """The address of a server as JupyterHub hands it on: with a port."""
    return f"http+unix://{quote(f'/run/tljh/user/{slug}/server.sock', safe='')}:80"


async def test_a_route_is_a_link_that_another_proxy_finds(tmp_path: Path) -> None:
    await proxy_in(tmp_path).add_route("/user/ada/", target("ada"), USER)
    link = tmp_path / "routes" / "user" / "ada"
    assert link.readlink() == Path("/run/tljh/user/ada")
    assert stat.S_IMODE(link.parent.stat().st_mode) == 0o710
    routes = await proxy_in(tmp_path).get_all_routes()
    assert routes["/user/ada/"] == {"routespec": "/user/ada/", "target": target("ada"), "data": USER}
    assert routes["/"]["target"] == "http+unix://%2frun%2fhub.sock"


async def test_a_route_can_be_replaced_and_removed_twice(tmp_path: Path) -> None:
    proxy = proxy_in(tmp_path)
    for slug in ["one", "two"]:
        await proxy.add_route("/user/ada/", target(slug), USER)
    assert (tmp_path / "routes" / "user" / "ada").readlink() == Path("/run/tljh/user/two")
    for _ in range(2):
        await proxy.delete_route("/user/ada/")
    assert list(await proxy.get_all_routes()) == ["/"]


async def test_base_url(tmp_path: Path) -> None:
    proxy = proxy_in(tmp_path, "/class/")
    await proxy.add_route("/class/user/ada/", target("ada"), USER)
    await proxy.add_route("/user/ben/", target("ben"), USER)
    assert [link.name for link in (tmp_path / "routes" / "user").iterdir()] == ["ada"]
    assert "/class/user/ada/" in await proxy.get_all_routes()


@pytest.mark.parametrize("name", ["first.last@x.org", "秀樹", "a+b", "~t"])
async def test_names_come_back_as_jupyterhub_writes_them(tmp_path: Path, name: str) -> None:
    proxy, spec = proxy_in(tmp_path), f"/user/{quote(name, safe='@~')}/"
    await proxy.add_route(spec, target("x"), {"user": name, "server_name": ""})
    assert (await proxy.get_all_routes())[spec]["data"]["user"] == name


@pytest.mark.parametrize(
    "spec", ["/user/a%2Fb/", "/user/../", "/user/%2e%2e/", "/user/a:b/", "/user/a%0Ab/", "/user//"]
)
async def test_no_link_for_hostile_names(tmp_path: Path, spec: str) -> None:
    with pytest.raises(ValueError, match="cannot be a route"):
        await proxy_in(tmp_path).add_route(spec, target("a"), USER)
    assert not (tmp_path / "routes").exists()


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:80", "http+unix://%2frun%2ftljh-hub%2fhub.sock:80", target(".."), target("a/../../../x")],
)
async def test_no_link_to_anything_else(tmp_path: Path, address: str) -> None:
    with pytest.raises(ValueError, match="not the address"):
        await proxy_in(tmp_path).add_route("/user/ada/", address, USER)


async def test_routes_of_services_are_remembered(tmp_path: Path) -> None:
    proxy = proxy_in(tmp_path)
    await proxy.add_route("/services/x/", "http://127.0.0.1:9000", {"service": "x"})
    assert "/services/x/" in await proxy.get_all_routes()
    await proxy.delete_route("/services/x/")
    assert "/services/x/" not in await proxy.get_all_routes()
