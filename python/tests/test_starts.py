"""The queue of starts."""

import asyncio

from tljh_hub.starts import StartQueue


def test_first_come_first_served() -> None:
    queue = StartQueue(2)
    tickets = [queue.join() for _ in range(5)]
    assert [ticket.turn.is_set() for ticket in tickets] == [True, True, False, False, False]
    assert [queue.ahead(ticket) for ticket in tickets] == [0, 0, 0, 1, 2]
    queue.leave(tickets[1])
    assert tickets[2].turn.is_set() and not tickets[3].turn.is_set()
    assert queue.ahead(tickets[4]) == 1


def test_leaving_while_waiting_or_twice_frees_no_place() -> None:
    queue = StartQueue(1)
    first, second, third = (queue.join() for _ in range(3))
    queue.leave(second)
    assert not third.turn.is_set()
    queue.leave(second)
    assert not third.turn.is_set()
    queue.leave(first)
    assert third.turn.is_set()


async def test_a_change_wakes_everybody() -> None:
    queue = StartQueue(1)
    first = queue.join()
    waiting = [asyncio.create_task(queue.changed()) for _ in range(3)]
    await asyncio.sleep(0)
    queue.leave(first)
    await asyncio.wait_for(asyncio.gather(*waiting), 1)
