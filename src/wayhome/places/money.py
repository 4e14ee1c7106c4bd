"""Money: currencies by their code, and sums that never mix two of them without a dated rate and its source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from babel import Locale, numbers
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wayhome.core.errors import InvalidInput

CENT = Decimal("0.01")


@cache
def currencies() -> frozenset[str]:
    """Codes of ISO 4217 as CLDR lists them."""
    return frozenset(numbers.list_currencies())


def check_currency(code: Any) -> None:
    """Validator of a model field: empty or a code of ISO 4217."""
    if code and str(code) not in currencies():
        raise ValidationError(_("Write a currency by its three letters, as in ISO 4217: USD, EUR."))


class MixedCurrencies(InvalidInput):
    """Amounts of two currencies met and no rate between them is on file."""

    code = "mixed_currencies"


@dataclass(frozen=True, slots=True)
class Rate:
    """`one` unit of the first currency in units of the second, on a day, by a source. `turned`: worked out backwards."""

    one: Decimal
    on: date
    source: str
    turned: bool = False


class Rates:
    """The rates of a process: pairs of currencies to their rates by day."""

    def __init__(self, rows: Iterable[tuple[str, str, Decimal, date, str]] = ()) -> None:
        self._rows: dict[tuple[str, str], list[Rate]] = {}
        for base, quote, rate, on, source in rows:
            self._rows.setdefault((base, quote), []).append(Rate(rate, on, source))
            self._rows.setdefault((quote, base), []).append(Rate(1 / rate, on, source, turned=True))
        for rates in self._rows.values():
            # On one day a rate as it was written goes before one worked out backwards.
            rates.sort(key=lambda rate: (rate.on, not rate.turned))

    def find(self, base: str, quote: str, on: date | None) -> Rate | None:
        """The rate that stood on a day: the last one not after it; with no day the newest. None where there is none."""
        rates = self._rows.get((base, quote), [])
        if on is None:
            return rates[-1] if rates else None
        return next((rate for rate in reversed(rates) if rate.on <= on), None)

    def convert(self, amount: Decimal, base: str, quote: str, on: date | None) -> Decimal:
        """An amount in another currency, to the cent.

        Raises: MixedCurrencies where no rate not later than the day is on file; the error names currencies and day.
        """
        if base == quote:
            return amount
        rate = self.find(base, quote, on)
        if rate is None:
            when = on.isoformat() if on else "–"
            raise MixedCurrencies(
                _("%(base)s and %(quote)s were not added: no exchange rate between them of %(on)s or before is on file.")
                % {"base": base, "quote": quote, "on": when},
                _("Enter the rate with its day and source under “Money”, or choose another currency."),
                field="currency",
            )
        return (amount * rate.one).quantize(CENT, ROUND_HALF_UP)

    def add(self, amounts: Iterable[tuple[Decimal, str, date | None]], into: str) -> Decimal:
        """The sum of (amount, currency, day) in one currency.

        Raises: MixedCurrencies.
        """
        return sum((self.convert(amount, currency, into, on) for amount, currency, on in amounts), Decimal(0))


def by_currency(amounts: Iterable[tuple[Decimal, str]]) -> dict[str, Decimal]:
    """Sums apart, one for each currency."""
    found: dict[str, Decimal] = {}
    for amount, currency in amounts:
        found[currency] = found.get(currency, Decimal(0)) + amount
    return found


def written(amount: Decimal | int | None, currency: str = "") -> str:
    """An amount as the active language writes it, whole units, with the currency's code behind."""
    if amount is None:
        return "–"
    language = Locale.parse(get_language() or "en", sep="-")
    text = numbers.format_decimal(Decimal(amount).quantize(Decimal(1), ROUND_HALF_UP), locale=language)
    return f"{text}\u00a0{currency}" if currency else text


def listed(sums: Mapping[str, Decimal]) -> str:
    """Sums of several currencies side by side: `1,200 EUR + 40,000 USD`."""
    return " + ".join(written(amount, currency) for currency, amount in sorted(sums.items()) if amount) or "–"
