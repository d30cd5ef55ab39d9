"""The day's budget and the circuit: a system is asked no more than it allows, and left alone while it is down."""

from __future__ import annotations

from collections.abc import Callable

from terpadu.connectors.budget import DAY, HOUR, Budget
from terpadu.connectors.circuit import OPENS_AFTER, Circuit
from terpadu.errors import Refused

MIDNIGHT_WIB = 20_000 * DAY - 7 * HOUR


class Time:
    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


def code_of(act: Callable[[], None]) -> str:
    try:
        act()
    except Refused as refusal:
        return refusal.code
    return ""


def used_up(budget: Budget) -> bool:
    return code_of(budget.spend) == "upstream-quota"


def test_without_a_quota_nothing_is_counted() -> None:
    budget = Budget()
    assert not any(used_up(budget) for _ in range(1000))
    assert budget.left is None


def test_a_day_s_questions_are_counted_and_come_back_at_midnight_of_the_place() -> None:
    time = Time(MIDNIGHT_WIB)
    budget = Budget(2, 7, time)
    assert [used_up(budget) for _ in range(3)] == [False, False, True]
    time.now = MIDNIGHT_WIB + DAY - 1
    assert used_up(budget)
    time.now += 1
    assert not used_up(budget)
    assert budget.left == 1


def test_the_system_s_own_counter_corrects_downwards_within_a_day() -> None:
    time = Time(MIDNIGHT_WIB)
    budget = Budget(100, 7, time)
    budget.told(3)
    budget.told(50)  # an older reply that was overtaken
    assert budget.left == 3
    budget.exhausted()
    assert used_up(budget)
    time.now += DAY
    assert budget.left == 100


class Monotonic:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def open_circuit(time: Monotonic) -> Circuit:
    circuit = Circuit("Uji", 5, time)
    for _ in range(OPENS_AFTER):
        circuit.enter()
        circuit.failed()
    return circuit


def refuses(circuit: Circuit) -> bool:
    return code_of(circuit.enter) == "upstream-down"


def test_a_circuit_opens_after_failures_in_a_row_only() -> None:
    circuit = Circuit("Uji", 5, Monotonic())
    for _ in range(OPENS_AFTER - 1):
        circuit.failed()
    circuit.worked()
    circuit.failed()
    assert not refuses(circuit)


def test_after_its_time_one_probe_passes_and_decides() -> None:
    time = Monotonic()
    circuit = open_circuit(time)
    assert refuses(circuit)
    time.now = 5
    assert [refuses(circuit), refuses(circuit)] == [False, True]
    circuit.failed()
    time.now = 9.9
    assert refuses(circuit)
    time.now = 10
    assert not refuses(circuit)
    circuit.worked()
    assert not any(refuses(circuit) for _ in range(10))


def test_a_probe_that_went_away_lets_another_try() -> None:
    time = Monotonic()
    circuit = open_circuit(time)
    time.now = 5
    assert not refuses(circuit)
    circuit.left()
    assert not refuses(circuit)
