"""Readings by hand: what is missing, contradictory, old, severe; what is refused."""

from datetime import date, timedelta

import pytest

from wayhome.engines.readiness import (
    Answer,
    AreaData,
    Data,
    Indicator,
    Model,
    Params,
    ReadinessError,
    Rule,
    Scale,
    Stopped,
    Value,
    compare,
    run,
    what_moves,
)

DAY = date(2026, 6, 1)
FOUR = (Answer("all", 0), Answer("most", 1 / 3), Answer("some", 2 / 3), Answer("none", 1))
INDICATORS = (
    Indicator("water", "services", 2, FOUR),
    Indicator("work", "services", 1, FOUR),
    Indicator("calm", "safety", 1, (Answer("calm", 0), Answer("tense", 1))),
    Indicator("roofs", "services", 0, best=100, worst=0),
)


def model(**said):
    given = {
        "code": "m", "version": "1", "scales": (Scale("services", 1), Scale("safety", 2)), "indicators": INDICATORS,
        "cuts": (30, 60), "classes": ("low", "medium", "high"),
    }  # fmt: skip
    return Model(**{**given, **said})


def read(values, using=None, families=None, on=DAY):
    data = Data((AreaData("Kul", tuple(values), families),))
    return run(data, params=Params(using or model(), on), seed=7).readings["Kul"]


def said(indicator, x, days=0, source="Joint visit", assessor=""):
    return Value(indicator, x, DAY - timedelta(days=days), source, assessor)


def test_the_score_is_the_weighted_share_of_what_is_not_met():
    reading = read([said("water", 1 / 3), said("work", 1), said("calm", 0)])
    assert reading.score == pytest.approx(100 * (2 / 3 + 1) / 4) and reading.class_code == "medium"
    assert (reading.low, reading.high) == (reading.score, reading.score) and reading.certain
    assert [(one.indicator, round(one.points, 2)) for one in reading.contributions] == [
        ("water", 16.67), ("work", 25.0), ("calm", 0.0), ("roofs", 0.0),
    ]  # fmt: skip
    assert [(sub.scale, round(sub.score, 2), sub.class_code) for sub in reading.subscores] == [
        ("services", 55.56, "medium"), ("safety", 0.0, "low"),
    ]  # fmt: skip
    assert not reading.partial  # an indicator without weight may be missing


def test_what_is_missing_is_never_nought():
    reading = read([said("work", 1), said("calm", 1)])
    assert reading.partial and reading.score == 100 and (reading.low, reading.high) == (50, 100)
    assert reading.class_code == "high" and reading.possible == ("medium", "high") and not reading.certain
    assert reading.measured_share == 0.5


def test_with_nothing_measured_there_is_a_range_and_no_score():
    reading = read([])
    assert (
        reading.score is None and (reading.low, reading.high) == (0, 100) and reading.class_code == "" and reading.as_of is None
    )


def test_too_little_measured_gives_no_class_and_says_what_would():
    reading = read([said("work", 1)])
    assert reading.score == 100 and reading.class_code == ""
    moves = what_moves(model(), reading)
    assert moves.needed == (("water",), ("calm",)) and not moves.better and not moves.worse


@pytest.mark.parametrize(("rule", "x"), [(Rule.MEDIAN, 0.5), (Rule.WORST, 1), (Rule.LATEST, 0)])
def test_contradictions_give_a_range_and_the_rule_gives_the_score(rule, x):
    values = [said("water", 1 / 3), said("work", 1 / 3), said("calm", 0, 1, "A"), said("calm", 1, 20, "B")]
    reading = read(values, model(rule=rule))
    part = reading.contributions[2]
    assert part.conflict and (part.low, part.x, part.high) == (0, x, 1) and reading.conflicts == 1
    assert reading.low == pytest.approx(25) and reading.high == pytest.approx(50)


def test_a_source_corrects_itself_and_an_old_source_gives_way():
    values = [said("calm", 1, 10, "A"), said("calm", 0, 0, "A"), said("calm", 1, 46, "B")]
    part = read(values).contributions[2]
    assert (part.low, part.x, part.high) == (0, 0, 0) and len(part.values) == 1


def test_two_people_of_one_source_are_two_voices():
    part = read([said("calm", 1, 0, "A", "Meri"), said("calm", 0, 0, "A", "Sol")]).contributions[2]
    assert part.conflict and part.x == 0.5


def test_an_old_value_keeps_the_score_and_widens_the_range_a_very_old_one_is_missing():
    fresh = [said("water", 0), said("work", 0)]
    old = read([*fresh, said("calm", 0, 271)])
    assert old.score == 0 and old.high == 25 and old.stale == 1 and not old.partial
    assert read([*fresh, said("calm", 0, 270)]).high == 0
    gone = read([*fresh, said("calm", 1, 731)])
    assert gone.partial and gone.score == 0 and gone.stale == 0


def test_what_is_said_later_does_not_count_yet():
    values = [said("water", 0), said("work", 0), said("calm", 0, 10), said("calm", 1, -1)]
    assert read(values).score == 0 and read(values, on=DAY + timedelta(days=1)).score == 25


def test_numbers_lie_between_best_and_worst():
    assert [INDICATORS[3].x_of(said) for said in ("100", 50, "0", -20, 120)] == [0, 0.5, 1, 1, 0]
    assert INDICATORS[0].x_of("some") == pytest.approx(2 / 3)
    for wrong, code in (("many", "unknown_answer"),):
        with pytest.raises(ReadinessError) as refused:
            INDICATORS[0].x_of(wrong)
        assert refused.value.code == code and "all, most, some, none" in str(refused.value)
    for wrong in ("", "nan", "ten"):
        with pytest.raises(ReadinessError, match="no number"):
            INDICATORS[3].x_of(wrong)


@pytest.mark.parametrize(("families", "hot"), [(50, True), (49, False), (None, None)])
def test_a_hotspot_is_severe_on_one_scale_and_has_many_families(families, hot):
    values = [said("water", 0), said("work", 0), said("calm", 1)]
    reading = read(values, families=families)
    assert reading.class_code == "low" and reading.hotspot is hot
    assert read([said("water", 0), said("work", 0), said("calm", 0)], families=families).hotspot is False


def test_the_least_change_is_named():
    reading = read([said("water", 1), said("work", 0), said("calm", 0)])  # 50, medium
    moves = what_moves(model(), reading)
    assert [move.changes for move in moves.better] == [(("water", 1, 1 / 3),)]
    assert moves.better[0].steps == 2 and moves.better[0].class_code == "low"
    assert [(move.indicators, move.steps) for move in moves.worse] == [(("calm",), 1), (("work",), 2)]
    with_gap = read([said("water", 1), said("work", 0)])
    assert ("calm",) in [move.indicators for move in what_moves(model(), with_gap).better + what_moves(model(), with_gap).worse]


def test_the_best_and_the_worst_cannot_be_left_upwards_and_downwards():
    best = read([said("water", 0), said("work", 0), said("calm", 0)])
    assert what_moves(model(), best).better == () and "better" not in what_moves(model(), best).beyond
    far = tuple(Indicator(f"i{n}", "services", 1, FOUR) for n in range(16))
    many = model(indicators=far)
    moves = what_moves(many, read([said(one.code, 0) for one in far], many))
    assert moves.worse == () and moves.beyond == ("worse",)


def test_versions_are_never_compared():
    values = [said("water", 1), said("work", 0), said("calm", 0)]
    one, other = read(values), read(values, model(version="2"))
    with pytest.raises(ReadinessError) as refused:
        compare(one, other)
    assert refused.value.code == "other_version"
    with pytest.raises(ReadinessError):
        what_moves(model(version="2"), one)
    later = read([*values, said("calm", 1, -1)], on=DAY + timedelta(days=1))
    found = compare(later, one)
    assert (found.earlier, found.score, found.class_before, found.class_after) == (DAY, 25, "medium", "high")
    assert found.by_indicator == (("calm", 0, 1),) and found.apart


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"indicators": ()}, "no_indicators"),
        ({"indicators": (INDICATORS[0], INDICATORS[0])}, "twice"),
        ({"indicators": (Indicator("a", "elsewhere", 1, FOUR),)}, "unknown_scale"),
        ({"indicators": (Indicator("a", "safety", -1, FOUR),)}, "weight"),
        ({"indicators": (Indicator("a", "safety", 0, FOUR),)}, "no_weight"),
        ({"indicators": (Indicator("a", "safety", 1),)}, "bounds"),
        ({"indicators": (Indicator("a", "safety", 1, (Answer("x", 2), Answer("y", 0))),)}, "answers"),
        ({"cuts": (60, 30)}, "cuts"),
        ({"cuts": (30,)}, "classes"),
        ({"stale_days": 800}, "days"),
        ({"least_share": 1.5}, "least_share"),
    ],
)
def test_a_model_that_does_not_hang_together_is_refused(wrong, code):
    with pytest.raises(ReadinessError) as refused:
        model(**wrong)
    assert refused.value.code == code and refused.value.remedy


def test_values_outside_the_scale_and_areas_twice_are_refused_and_a_stop_is_heard():
    for wrong in (-0.1, 1.1, float("nan")):
        with pytest.raises(ReadinessError, match="outside 0 to 1"):
            read([said("water", wrong)])
    twice = Data((AreaData("Kul"), AreaData("Kul")))
    with pytest.raises(ReadinessError, match="given twice"):
        run(twice, params=Params(model(), DAY), seed=0)
    with pytest.raises(Stopped):
        run(twice, params=Params(model(), DAY), seed=0, stop=lambda: True)


def test_values_of_other_indicators_are_passed_over_and_counted():
    data = Data((AreaData("Kul", (said("water", 0), said("bread", 1))),))
    result = run(data, params=Params(model(), DAY), seed=3)
    assert result.passed_over == {"bread": 1} and (result.model, result.version, result.seed) == ("m", "1", 3)
