"""The shared listing of units."""

import asyncio
import time
from pathlib import Path

from tljh_hub.units import Units, parse

LINES = """\
jupyter@ada.service       loaded active     running Server of ada
jupyter-admin@ben.service loaded activating start   Server of ben
jupyter@eve.service       loaded failed     failed  Server of eve
"""


def counting(folder: Path) -> list[str]:
    """A listing that notes each of its runs."""
    (folder / "lines").write_text(LINES)
    return ["/bin/sh", "-c", f"echo x >> {folder}/runs; cat {folder}/lines"]


def test_parse() -> None:
    assert parse(LINES)["jupyter-admin@ben.service"] == "activating"


async def test_states(tmp_path: Path) -> None:
    units = Units(counting(tmp_path))
    names = ["jupyter@ada.service", "jupyter-admin@ben.service", "jupyter@eve.service", "jupyter@nobody.service"]
    assert [await units.running(name) for name in names] == [True, True, False, False]


async def test_one_listing_for_everybody(tmp_path: Path) -> None:
    units = Units(counting(tmp_path))
    await asyncio.gather(*(units.running("jupyter@ada.service") for _ in range(100)))
    assert (tmp_path / "runs").read_text() == "x\n"


async def test_a_listing_from_before_a_start_does_not_count(tmp_path: Path) -> None:
    units = Units(counting(tmp_path))
    assert not await units.running("jupyter@new.service")
    since = time.monotonic()
    (tmp_path / "lines").write_text("jupyter@new.service loaded active running new\n")
    assert await units.running("jupyter@new.service", since)


async def test_a_listing_that_fails_says_nothing(tmp_path: Path) -> None:
    assert await Units(["/bin/false"]).running("jupyter@ada.service") is None
    assert await Units([str(tmp_path / "missing")]).running("jupyter@ada.service") is None
