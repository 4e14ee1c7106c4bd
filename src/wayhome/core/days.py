"""Days as a language writes them inside a sentence: months by CLDR (Babel), lower-case where the language has them so."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from babel import Locale
from django.utils import dateformat, dates, formats
from django.utils.translation import get_language


@lru_cache(maxsize=16)
def _locale(code: str) -> Locale:
    return Locale.parse(code, sep="-")


class _Days(dateformat.DateFormat):
    """Django's format letters, with the names of months from CLDR; Django's own begin with a capital in every language."""

    data: date

    def _month(self, width: str) -> str:
        return str(_locale(get_language() or "en").months["format"][width][self.data.month])

    def E(self) -> str:
        """Beside a day: "mai", "мая"."""
        return self._month("wide")

    def F(self) -> str:
        """Alone or beside a year: "mai", "май"."""
        # Babel's names that stand alone may come in another language once that one was asked for (python-babel issue 1234).
        name = str(dates.MONTHS[self.data.month])
        return name.lower().replace("\u0307", "") if self._month("wide")[0].islower() else name

    def M(self) -> str:
        """Short: "sept.", "May"."""
        return self._month("abbreviated")

    b = M


def written(day: date, form: str) -> str:
    """A day or a moment in the active language; `form` as in Django's `date` filter, or the name of a format ("DATE_FORMAT")."""
    return str(_Days(day).format(formats.get_format(form)))
