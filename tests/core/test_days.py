"""Months inside a sentence, as each language writes them."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from wayhome.core.days import written
from wayhome.dialogue import dating, words

DAY = date(2027, 5, 14)


@pytest.mark.parametrize(
    ("language", "beside", "alone", "short"),
    [
        ("en", "14 May 2027", "May 2027", "3 Sep"),
        ("fr", "14 mai 2027", "mai 2027", "3 sept."),
        ("ru", "14 мая 2027", "май 2027", "3 сент."),
        ("az", "14 may 2027", "may 2027", "3 sen"),
        ("hy", "14 մայիսի 2027", "մայիս 2027", "3 սեպ"),
        ("ar", "14 مايو 2027", "مايو 2027", "3 سبتمبر"),
    ],
)
def test_months_are_written_as_the_language_wants(language, beside, alone, short):
    with translation.override(language):
        assert words.long_date(DAY) == dating.shown("2027-05-14") == beside
        assert dating.shown("2027-05") == alone
        assert not dating.shown("2027-06")[0].isupper() or language == "en"
        assert words.short_date(date(2027, 9, 3), date(2027, 1, 1)) == short
        page = Template('{% load i18n %}{{ day|date:"j E Y" }}, {{ later|date:"j M" }}{{ none|date:"Y" }}{{ word|date }}')
        shown = page.render(Context({"day": DAY, "later": date(2027, 9, 3), "none": None, "word": "no day"}))
        assert shown == f"{beside}, {short}"


def test_a_moment_is_shown_in_the_time_of_the_page():
    moment = datetime(2027, 5, 14, 21, 30, tzinfo=UTC)
    with translation.override("fr"):
        shown = Template("{% load tz %}{% timezone 'Asia/Yerevan' %}{{ moment|date:'j E Y, H:i' }}{% endtimezone %}")
        assert shown.render(Context({"moment": moment})) == "15 mai 2027, 01:30"
        assert written(DAY, "DATE_FORMAT") == "14 mai 2027"
