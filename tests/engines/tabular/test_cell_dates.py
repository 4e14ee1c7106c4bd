"""Dates of every habit, and what is said where a date is none."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayhome.engines.tabular.calendars import to_gregorian
from wayhome.engines.tabular.dates import read_age, read_date
from wayhome.engines.tabular.habits import find_habit
from wayhome.engines.tabular.types import Dated, DateHabit

AT = date(2026, 6, 1)
DMY, MDY = DateHabit("dmy"), DateHabit("mdy")

DAYS = [
    "31.12.1989", "31/12/1989", "31-12-1989", "1989-12-31", "1989/12/31", "1989-12-31T00:00:00.000+03:00", "31.12.1989 00:00",
    "31 December 1989", "December 31, 1989", "31 déc. 1989", "31 декабря 1989 г.", "31 dekabr 1989-cu il", "31 декабр 1989",
    "31 դեկտեմբերի 1989 թ․", "31 كانون الأول 1989", "31 ديسمبر 1989", "٣١/١٢/١٩٨٩", "۳۱/۱۲/۱۹۸۹", "31-дек-89", "Dec 31st, 1989",
    "19891231", "31121989", "32873", "31.12.89", "né le 31 décembre 1989", "12/31/1989",
]  # fmt: skip


@pytest.mark.parametrize("text", DAYS)
def test_one_day_in_many_habits(text: str) -> None:
    found = read_date(text, DMY, AT)
    assert isinstance(found, Dated), found
    assert (found.first, found.last, found.precision) == (date(1989, 12, 31), date(1989, 12, 31), "day")


def test_the_order_of_a_column_decides() -> None:
    assert read_date("03/04/1989", DMY, AT).first == date(1989, 4, 3)
    assert read_date("03/04/1989", MDY, AT).first == date(1989, 3, 4)
    other = read_date("31/12/1989", MDY, AT)
    assert other.first == date(1989, 12, 31) and "other_order" in other.notes


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("1989", date(1989, 1, 1), date(1989, 12, 31), "year"),
        ("1989 г.р.", date(1989, 1, 1), date(1989, 12, 31), "year"),
        ("1989-cu il", date(1989, 1, 1), date(1989, 12, 31), "year"),
        ("مواليد ١٩٨٩", date(1989, 1, 1), date(1989, 12, 31), "year"),
        ("1989-05", date(1989, 5, 1), date(1989, 5, 31), "month"),
        ("05.1989", date(1989, 5, 1), date(1989, 5, 31), "month"),
        ("May 1989", date(1989, 5, 1), date(1989, 5, 31), "month"),
        ("май 1989", date(1989, 5, 1), date(1989, 5, 31), "month"),
        ("00.05.1989", date(1989, 5, 1), date(1989, 5, 31), "month"),
        ("00.00.1989", date(1989, 1, 1), date(1989, 12, 31), "year"),
        ("about 1960", date(1958, 1, 1), date(1962, 12, 31), "range"),
        ("təxminən 1960", date(1958, 1, 1), date(1962, 12, 31), "range"),
        ("մոտ 1960", date(1958, 1, 1), date(1962, 12, 31), "range"),
        ("1960?", date(1958, 1, 1), date(1962, 12, 31), "range"),
        ("about 60", date(1962, 6, 2), date(1969, 6, 1), "age"),
        ("60 лет", date(1965, 6, 2), date(1966, 6, 1), "age"),
        ("1985-1990", date(1985, 1, 1), date(1990, 12, 31), "range"),
        ("between 1985 and 1990", date(1985, 1, 1), date(1990, 12, 31), "range"),
        ("15 رمضان 1410", date(1990, 4, 10), date(1990, 4, 10), "day"),
        ("1410/09/15 هـ", date(1990, 4, 10), date(1990, 4, 10), "day"),
    ],
)
def test_less_than_a_day(text: str, first: date, last: date, precision: str) -> None:
    found = read_date(text, DMY, AT)
    assert isinstance(found, Dated), found
    assert (found.first, found.last, found.precision) == (first, last, precision)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31.02.1989", "no_such_day"),
        ("20.13.1989", "no_such_day"),
        ("60", "ambiguous_number"),
        ("1368", "calendar_unclear"),
        ("1368/10/10", "calendar_unclear"),
        ("1.1.1492", "out_of_range"),
        ("yesterday", "not_a_date"),
        ("", "not_a_date"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, code: str) -> None:
    assert read_date(text, DMY, AT) == code


def test_other_calendars_are_converted_when_the_column_says_so() -> None:
    assert read_date("1368/10/10", DateHabit(calendar="solar_hijri"), AT).first == date(1989, 12, 31)
    assert read_date("22.04.1982", DateHabit(calendar="ethiopian"), AT).first == date(1989, 12, 31)
    assert "hijri" in read_date("1410", DateHabit(calendar="hijri"), AT).notes
    assert to_gregorian("ethiopian", 2015, 13, 6) == date(2023, 9, 11)  # a leap year there
    assert to_gregorian("ethiopian", 2014, 13, 6) is None


@pytest.mark.parametrize("calendar", ["solar_hijri", "ethiopian"])
def test_days_of_other_calendars_follow_each_other(calendar: str) -> None:
    """Every day of thirty years comes once: no gap and no overlap at the turn of months and years."""
    start = 1360 if calendar == "solar_hijri" else 1960
    days = [
        found
        for year in range(start, start + 30)
        for month in range(1, 14)
        for day in range(1, 32)
        if (found := to_gregorian(calendar, year, month, day)) is not None
    ]
    assert all(after - before == timedelta(days=1) for before, after in zip(days, days[1:], strict=False))
    assert 30 * 365 + 6 <= len(days) <= 30 * 365 + 9


def test_ages_count_back_from_the_day_of_the_list() -> None:
    assert read_age("60", AT) == Dated(date(1965, 6, 2), date(1966, 6, 1), "age", ())
    assert read_age("6 мес", AT).last < AT and read_age("6 мес", AT).first > date(2025, 10, 1)
    assert read_age("60-65", AT).first == date(1960, 6, 2)
    assert read_age("200", AT) == "age_out_of_range"
    assert read_age("many", AT) == "not_an_age"


def test_habits_are_decided_by_column() -> None:
    assert find_habit(["03.04.1989", "25.04.1990"]).habit.order == "dmy"
    american = find_habit(["03/04/1989", "12/31/1989"])
    assert (american.habit.order, american.reason) == ("mdy", "proved")
    assert find_habit(["03/04/1989", "5/6/1999"]).reason == "separator"
    assert find_habit(["12/31/1989", "31/12/1989"]).reason == "mixed"
    assert find_habit([32873, 30000, 25000]).habit.serials
    assert read_date(32873, find_habit([32873, 30000]).habit, AT).first == date(1989, 12, 31)


@settings(max_examples=80, deadline=None)
@given(st.dates(date(1901, 1, 1), date(2026, 5, 31)))
def test_round_trip(day: date) -> None:
    for text in (day.strftime("%d.%m.%Y"), day.isoformat(), day.strftime("%d %B %Y"), day):
        assert read_date(text, DMY, AT) == Dated(day, day, "day", ())
    assert read_date(day.strftime("%m/%d/%Y"), MDY, AT).first == day
    assert read_date(datetime(day.year, day.month, day.day, 12), DMY, AT).first == day
    serial = (day - date(1899, 12, 30)).days
    assert read_date(serial, DateHabit(serials=True), AT).first == day or 1900 <= serial <= 2026


@settings(max_examples=250, deadline=None)
@given(
    st.one_of(
        st.text(max_size=40),
        st.text(alphabet="0123456789./- ?~гiİهـ", max_size=14),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.booleans(),
        st.none(),
    ),
    st.sampled_from(["gregorian", "hijri", "solar_hijri", "ethiopian"]),
)
def test_never_raises_and_ranges_are_in_order(value, calendar: str) -> None:
    for found in (read_date(value, DateHabit(calendar=calendar, serials=True), AT), read_age(value, AT)):
        assert isinstance(found, str) or found.first <= found.last
