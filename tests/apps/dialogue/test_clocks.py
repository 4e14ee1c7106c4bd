"""Working days, time states and the words of a clock."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayhome.core.errors import InvalidInput
from wayhome.dialogue import clocks
from wayhome.dialogue.states import Basis, Outcome, Position, TimeState
from wayhome.dialogue.words import clock_words

CALENDARS = ["", "CH", "CH-GE", "AM", "AZ", "AE", "FR", "IL"]
days = st.dates(date(2015, 1, 1), date(2035, 12, 31))
calendars = st.sampled_from(CALENDARS)


def test_weekends_are_not_counted():
    assert clocks.add_working_days(date(2027, 5, 14), 1) == date(2027, 5, 17)  # Friday to Monday


def test_holidays_of_a_country_are_not_counted():
    # 5 and 6 May 2027 are Wednesday and Thursday; Ascension Day (6 May) is a holiday in Geneva.
    assert clocks.add_working_days(date(2027, 5, 5), 1, "CH-GE") == date(2027, 5, 7)
    assert clocks.add_working_days(date(2027, 5, 5), 1, "") == date(2027, 5, 6)


def test_a_subdivision_has_holidays_of_its_own():
    jeune_genevois = date(2027, 9, 9)
    assert not clocks.is_working_day(jeune_genevois, "CH-GE")
    assert clocks.is_working_day(jeune_genevois, "CH-ZH")


def test_a_country_may_have_another_weekend():
    friday = date(2027, 5, 14)
    assert clocks.is_working_day(friday, "FR")
    assert not clocks.is_working_day(friday, "IR")


@given(days, st.integers(0, 120), calendars)
def test_adding_then_counting_gives_the_number_back(start, n, calendar):
    end = clocks.add_working_days(start, n, calendar)
    assert clocks.working_days_between(start, end, calendar) == n


@given(days, st.integers(0, 60), st.integers(0, 60), calendars)
def test_a_pause_loses_no_day(start, run, rest, calendar):
    """Running for a while and keeping the rest comes to the same count as running through."""
    middle = clocks.add_working_days(start, run, calendar)
    assert clocks.add_working_days(middle, rest, calendar) == clocks.add_working_days(start, run + rest, calendar)


@given(days, st.integers(1, 60), calendars)
def test_a_deadline_falls_on_a_working_day_and_more_days_end_later(start, n, calendar):
    end = clocks.add_working_days(start, n, calendar)
    assert clocks.is_working_day(end, calendar)
    assert clocks.add_working_days(start, n + 1, calendar) > end


@given(days, days, calendars)
def test_no_more_working_days_than_days(start, end, calendar):
    count = clocks.working_days_between(start, end, calendar)
    assert 0 <= count <= max(0, (end - start).days)


@pytest.mark.parametrize("n", [-1, clocks.LONGEST + 1])
def test_an_absurd_count_is_refused(n):
    with pytest.raises(InvalidInput):
        clocks.add_working_days(date(2027, 1, 1), n)


@pytest.mark.parametrize(("given_code", "code"), [("ch", "CH"), ("ch_ge", "CH-GE"), (" CH-GE ", "CH-GE"), ("", "")])
def test_a_calendar_code_is_put_in_its_normal_form(given_code, code):
    assert clocks.check_calendar(given_code) == code


@pytest.mark.parametrize("code", ["ZZ", "CH-XX", "Switzerland", "'; drop"])
def test_an_unknown_calendar_is_refused_by_name(code):
    with pytest.raises(InvalidInput) as caught:
        clocks.check_calendar(code)
    assert caught.value.field == "calendar"
    assert code.strip() in str(caught.value)


def test_the_addressees_calendar_wins():
    assert clocks.calendar_for("CH", "AM") == "AM"
    assert clocks.calendar_for("CH", "") == "CH"


TODAY = date(2027, 5, 14)


def read(position, due=None, **fields):
    fields.setdefault("outcome", Outcome.NONE)
    fields.setdefault("asked_on", date(2027, 2, 4))
    return clocks.read_clock(today=TODAY, position=position, due_on=due, **fields)


@pytest.mark.parametrize(
    ("position", "due", "fields", "state", "head", "tail"),
    [
        (Position.MADE, date(2027, 4, 2), {"basis": Basis.REQUEST}, TimeState.OVERDUE, "42 days overdue", "due 2 Apr · own request"),
        (Position.MADE, date(2027, 5, 20), {"basis": Basis.REQUEST}, TimeState.DUE_SOON, "6 days left", "due 20 May · own request"),
        (Position.MADE, TODAY, {"basis": Basis.PROMISE}, TimeState.DUE_SOON, "Due today", "due 14 May · its promise"),
        (Position.MADE, date(2027, 5, 13), {"basis": Basis.LAW}, TimeState.OVERDUE, "1 day overdue", "due 13 May · law"),
        (Position.ACKNOWLEDGED, date(2027, 9, 30), {"basis": Basis.REQUEST}, TimeState.NOT_DUE, "139 days left", "due 30 Sep · own request"),
        (Position.MADE, date(2026, 11, 1), {"basis": Basis.REQUEST}, TimeState.LONG_OVERDUE, "194 days overdue", "due 1 Nov 2026 · own request"),
        (Position.CLARIFICATION_ASKED, None, {"kept": 11, "basis": Basis.REQUEST}, TimeState.PAUSED, "11 working days kept", "own request"),
        (Position.REFUSED, None, {"answered_on": date(2027, 3, 14)}, TimeState.ANSWERED, "Answered", "after 38 days"),
        (Position.CLOSED, None, {"answered_on": date(2027, 2, 21)}, TimeState.CLOSED, "Closed", "answered after 17 days"),
        (Position.ACCEPTED, None, {"outcome": Outcome.FULFILLED}, TimeState.CLOSED, "Closed", ""),
        (Position.DRAFTED, None, {"asked_on": None}, TimeState.NO_CLOCK, "No clock", "starts with delivery"),
    ],
)  # fmt: skip
def test_what_a_clock_says(position, due, fields, state, head, tail):
    clock = read(position, due, **fields)
    assert clock.state == state
    assert clock_words(clock) == (head, tail)


def test_an_own_request_never_reads_as_law_whatever_its_text():
    clock = read(Position.MADE, date(2027, 4, 2), basis=Basis.REQUEST)
    assert "law" not in clock_words(clock, "Access Act, art. 9")[1]
    law = read(Position.MADE, date(2027, 4, 2), basis=Basis.LAW)
    assert clock_words(law, "Access Act, art. 9")[1] == "due 2 Apr · law: Access Act, art. 9"


@given(
    st.sampled_from(list(Position)),
    st.sampled_from(list(Outcome)),
    st.none() | st.integers(-400, 400).map(lambda n: TODAY + timedelta(n)),
)
def test_every_ask_has_one_time_state(position, outcome, due):
    assert read(position, due, outcome=outcome, basis=Basis.REQUEST).state in TimeState.values
