"""The cheap deadline and the gate, against the same stories as asyncio's own."""

from __future__ import annotations

import asyncio
import time

import pytest

from terpadu.connectors.deadline import Deadline
from terpadu.connectors.gate import Gate


async def _late() -> None:
    with Deadline(0.1):
        await asyncio.sleep(60)


def test_what_is_late_is_ended_and_no_more() -> None:
    async def story() -> None:
        began = asyncio.get_running_loop().time()
        with pytest.raises(TimeoutError):
            await _late()
        assert 0.1 <= asyncio.get_running_loop().time() - began < 1
        with Deadline(60):
            await asyncio.sleep(0)
        await asyncio.sleep(0.2)

    asyncio.run(story())


def test_a_cancellation_from_outside_stays_one() -> None:
    async def story() -> None:
        task = asyncio.create_task(_late())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(story())


def test_an_error_within_is_not_hidden() -> None:
    async def story() -> None:
        with Deadline(5):
            raise KeyError("x")

    with pytest.raises(KeyError):
        asyncio.run(story())


def test_the_gate_lets_in_so_many_and_serves_in_order() -> None:
    async def story() -> list[int]:
        gate, order = Gate(2), []

        async def pass_through(number: int) -> None:
            if not gate.try_enter():
                await gate.enter()
            order.append(number)
            await asyncio.sleep(0)
            gate.leave()

        waiting = [asyncio.create_task(pass_through(number)) for number in range(6)]
        await asyncio.sleep(0)
        waiting[3].cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert gate.try_enter()
        assert gate.try_enter()
        assert not gate.try_enter()
        return order

    assert asyncio.run(story()) == [0, 1, 2, 4, 5]


@pytest.mark.parametrize("asked_anew", [False, True])
def test_time_in_which_the_process_stood_still_counts_for_nobody(asked_anew: bool) -> None:
    """What had come meanwhile is read before anybody is called silent; the time that was left is still left."""

    async def story() -> None:
        loop = asyncio.get_running_loop()
        answered = loop.create_future()
        with Deadline(1):
            await asyncio.sleep(0.1)
            time.sleep(2)  # noqa: ASYNC251  the pause itself
            if asked_anew:
                with Deadline(5):
                    await asyncio.sleep(0)
            loop.call_later(0.3, answered.set_result, "jawaban")
            assert await answered == "jawaban"
        began = loop.time()
        with pytest.raises(TimeoutError):
            await _late()
        assert 0.1 <= loop.time() - began < 1

    asyncio.run(story())
