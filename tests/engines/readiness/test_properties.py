"""What holds for every model and every set of values: bounded, monotone, blind to order, the range holds every completion."""

import itertools
import math
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayhome.engines.readiness import (
    Answer,
    AreaData,
    Data,
    Indicator,
    Model,
    Params,
    Rule,
    Scale,
    Value,
    run,
    what_moves,
)

DAY = date(2026, 6, 1)
XS = (0.0, 0.25, 0.5, 0.75, 1.0)
ANSWERS = tuple(Answer(f"a{n}", x) for n, x in enumerate(XS))
FAST = settings(max_examples=40, deadline=None)


@st.composite
def models(draw, most=6, **said):
    n = draw(st.integers(1, most))
    weights = draw(st.lists(st.integers(0, 5), min_size=n, max_size=n).filter(any))
    answers = [draw(st.sets(st.sampled_from(XS), min_size=2).map(sorted)) for _ in range(n)]
    indicators = tuple(
        Indicator(f"i{k}", "s1" if k % 2 else "s2", weights[k], tuple(Answer(f"a{x}", x) for x in answers[k])) for k in range(n)
    )
    cuts = tuple(sorted(draw(st.sets(st.integers(1, 99), min_size=1, max_size=3))))
    return Model(
        "m", "1", (Scale("s1", 1), Scale("s2", 2)), indicators, cuts, tuple("abcd"[: len(cuts) + 1]),
        rule=draw(st.sampled_from(list(Rule))), least_share=draw(st.sampled_from([0, 0.3, 0.5, 1])), **said,
    )  # fmt: skip


@st.composite
def cases(draw, most=6):
    model = draw(models(most))
    values = []
    for one in model.indicators:
        for _ in range(draw(st.integers(0, 3))):
            values.append(
                Value(
                    one.code,
                    draw(st.sampled_from(one.steps)),
                    DAY - timedelta(days=draw(st.sampled_from([0, 10, 40, 60, 300, 900]))),
                    draw(st.sampled_from(["A", "B"])),
                    draw(st.sampled_from(["", "Meri"])),
                )
            )
    return model, values


def read(model, values, families=None):
    return run(Data((AreaData("Kul", tuple(values), families),)), params=Params(model, DAY), seed=0).readings["Kul"]


@FAST
@given(cases())
def test_scores_lie_within_their_range_and_the_range_within_0_and_100(case):
    reading = read(*case)
    for part in (reading, *reading.subscores):
        assert 0 <= part.low <= part.high <= 100
        assert part.score is None or part.low <= part.score <= part.high
    if reading.score is not None:
        assert math.isclose(sum(one.points for one in reading.contributions), reading.score, abs_tol=1e-9)
    assert math.isclose(sum(one.share for one in reading.contributions), 1)


@FAST
@given(cases(), st.randoms())
def test_the_order_of_values_says_nothing(case, random):
    model, values = case
    mixed = list(values)
    random.shuffle(mixed)
    shuffled = list(model.indicators)
    random.shuffle(shuffled)
    one, other = read(model, values), read(replace(model, indicators=tuple(shuffled)), mixed)
    assert read(model, mixed) == one
    assert other.class_code == one.class_code and other.possible == one.possible
    assert (other.low, other.high) == pytest.approx((one.low, one.high))


@FAST
@given(cases(), st.data())
def test_a_worse_answer_never_makes_anything_better(case, data):
    model, values = case
    if not values:
        return
    at = data.draw(st.integers(0, len(values) - 1))
    worse = [
        replace(value, x=data.draw(st.sampled_from([x for x in XS if x >= value.x]))) if n == at else value
        for n, value in enumerate(values)
    ]
    before, after = read(model, values), read(model, worse)
    assert after.low >= before.low - 1e-9 and after.high >= before.high - 1e-9
    assert before.score is None or after.score >= before.score - 1e-9
    if before.class_code:
        assert model.rank(after.class_code) >= model.rank(before.class_code)


@FAST
@given(cases(most=4))
def test_the_range_holds_every_way_it_could_turn_out(case):
    """Brute force: each missing or stale indicator takes each of its answers, each contradiction is settled each way."""
    model, values = case
    reading = read(model, values)
    ways = []
    for part, one in zip(reading.contributions, model.indicators, strict=True):
        ways.append(one.steps if not part.measured or part.stale else sorted({value.x for value in part.values}))
    found = []
    for way in itertools.product(*ways):
        whole = read(model, [Value(one.code, x, DAY) for one, x in zip(model.indicators, way, strict=True)])
        assert not whole.partial and whole.score is not None
        assert reading.low - 1e-9 <= whole.score <= reading.high + 1e-9
        assert model.class_of(whole.score) in reading.possible or any(
            math.isclose(whole.score, cut, abs_tol=1e-9) for cut in model.cuts
        )
        found.append(whole.score)
    if all(set(one.steps) >= {0.0, 1.0} for one in model.indicators):  # then the range is no wider than it must be
        assert min(found) == pytest.approx(reading.low) and max(found) == pytest.approx(reading.high)


@FAST
@given(cases(most=5))
def test_the_smallest_sets_that_move_the_class_are_those_that_brute_force_finds(case):
    model, values = case
    reading = read(model, values)
    if not reading.class_code:
        return
    moves = what_moves(model, reading)
    now = {part.indicator: part.x for part in reading.contributions}
    for direction, sets in (("better", moves.better), ("worse", moves.worse)):
        wanted = _brute(model, reading, now, direction)
        assert sorted(move.indicators for move in sets) == sorted(wanted)
        assert [move.steps for move in sets] == sorted(move.steps for move in sets)
        for move in sets:
            said = {**now, **{code: then for code, _now, then in move.changes}}
            after = read(model, [Value(code, x, DAY) for code, x in said.items() if x is not None])
            assert after.class_code == move.class_code != reading.class_code
            rank = model.rank(after.class_code) - model.rank(reading.class_code)
            assert rank < 0 if direction == "better" else rank > 0


def _brute(model, reading, now, direction):
    for size in range(1, 4):
        found = set()
        for chosen in itertools.combinations(model.indicators, size):
            for way in itertools.product(*(one.steps for one in chosen)):
                said = {**now, **{one.code: x for one, x in zip(chosen, way, strict=True)}}
                if any(said[one.code] == now[one.code] for one in chosen):
                    continue
                after = read(model, [Value(code, x, DAY) for code, x in said.items() if x is not None])
                rank = model.rank(after.class_code) - model.rank(reading.class_code) if after.class_code else 0
                if rank and (rank < 0) == (direction == "better"):
                    found.add(tuple(one.code for one in chosen))
        found = {one for one in found if all(next(i for i in model.indicators if i.code == code).weight for code in one)}
        if found:
            return found
    return set()
