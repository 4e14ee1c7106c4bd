"""A plan by month, on cases small enough to count by hand."""

from hypothesis import given
from hypothesis import strategies as st

from wayhome.plans.charts import columns, nice
from wayhome.plans.schedule import ArrivalLine, PlaceLine, Schedule, WorkLine, median_period, steps, tone

KUL = PlaceLine("KUL", 1, dwelling=2, water=50)
BORUN = PlaceLine("BORUN", 2, dwelling=5)
SARN = PlaceLine("SARN", 3, dwelling=9, shut=True)
WORKS = [
    WorkLine("clear", "KUL", 0, 3, cost=10, gate=True),
    WorkLine("homes", "KUL", 1, 1, cost=20, resource="dwelling", adds=4),
    WorkLine("more", "KUL", 4, 9, cost=5, resource="dwelling", adds=4),
    WorkLine("never", "BORUN", None, 2, cost=99, resource="dwelling", adds=4),
]
ARRIVALS = [
    ArrivalLine("KUL", "east", 3, 2, 9),
    ArrivalLine("KUL", "west", 4, 1, 3),
    ArrivalLine("BORUN", "west", 0, 1, 5),
]


def test_places_open_with_their_last_gate_and_fill_month_by_month() -> None:
    plan = Schedule(6, [KUL, BORUN, SARN], WORKS, ARRIVALS)
    kul, borun, sarn = plan.places["KUL"], plan.places["BORUN"], plan.places["SARN"]
    assert (kul.opens, borun.opens, sarn.opens) == (3, 0, None)
    assert kul.homes == [0, 0, 0, 6, 6, 6] and borun.homes == [5] * 6 and sarn.homes == [0] * 6
    assert kul.home == [0, 0, 0, 2, 3, 3] and kul.persons_home[-1] == 12
    assert [kul.open(t) for t in (2, 3)] == [False, True] and not sarn.open(5)
    assert plan.groups == {"east": [0, 0, 0, 2, 0, 0], "west": [1, 0, 0, 0, 1, 0]}
    assert plan.home == [1, 1, 1, 3, 4, 4] and plan.spent == [10, 30, 30, 30, 35, 35]
    assert plan.median_wait() == 3 and plan.longest_wait() == 3 and plan.most == 3


def test_a_gate_that_nothing_opens_keeps_a_place_closed() -> None:
    plan = Schedule(4, [KUL], [WorkLine("clear", "KUL", None, 1, gate=True)], [])
    assert plan.places["KUL"].opens is None and plan.places["KUL"].homes == [0] * 4
    late = Schedule(4, [KUL], [WorkLine("clear", "KUL", 3, 1, gate=True)], [])
    assert late.places["KUL"].opens is None
    assert late.median_wait() is None and late.longest_wait() is None


@given(st.integers(1, 3000), st.data())
def test_every_count_has_a_shade_and_the_legend_holds_it(most: int, data) -> None:
    n = data.draw(st.integers(1, most))
    shade = tone(n, most)
    assert shade is not None and 1 <= shade <= 5
    assert [one for one, low, high in steps(most) if low <= n <= high] == [shade]
    assert tone(0, most) is None


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40))
def test_the_median_month_has_half_of_all_before_it_or_in_it(arriving: list[int]) -> None:
    found = median_period(arriving)
    if not sum(arriving):
        assert found is None
        return
    assert 2 * sum(arriving[: found + 1]) >= sum(arriving) > 2 * sum(arriving[:found])


@given(st.lists(st.integers(0, 500), min_size=1, max_size=60), st.lists(st.integers(0, 500), min_size=60, max_size=60))
def test_columns_stay_in_their_drawing(first: list[int], second: list[int]) -> None:
    from datetime import date

    months = [date(2027 + t // 12, t % 12 + 1, 1) for t in range(len(first))]
    drawn = columns(months, {"a": first, "b": second[: len(first)]})
    for block in drawn.blocks:
        assert drawn.left <= block.x and block.x + block.width <= drawn.width + 0.2
        assert block.y >= 0 and block.y + block.height <= drawn.floor + 0.2
    assert sum(block.n for block in drawn.blocks) == sum(first) + sum(second[: len(first)])


@given(st.integers(1, 10**6))
def test_scales_end_on_a_round_number(n: int) -> None:
    assert n <= nice(n) and (nice(n) == 4 or nice(n) <= 2.5 * n) and nice(n) % 4 == 0
