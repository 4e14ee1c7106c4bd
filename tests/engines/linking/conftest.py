"""A small register in four scripts, with twins, a namesake grandfather and a family on two lists."""

from __future__ import annotations

import pytest

from wayhome.engines.linking.types import COLUMNS

PLACES = [
    {"place_id": "P1", "name": "Meshul"},
    {"place_id": "P1", "name": "Мешул"},
    {"place_id": "P1", "name": "Մեշուլ"},
    {"place_id": "P2", "name": "Tarvesh"},
    {"place_id": "P2", "name": "Тарвеш"},
]
LINES = """
a1|A|Թամար|Սուրեն|Այվելին|F|1961-03-12|1961|Մեշուլ|||1
a2|A|Սուրեն|Դավիթ|Այվելին|M|1957-08-20|1957|Մեշուլ|||1
a3|A|Դավիթ|Սուրեն|Այվելին|M|1986-11-02|1986|Մեշուլ|||1
b1|B|Тамара|Суреновна|Айвелина|F||1961|Мешул|||7
b2|B|Сурен|Давидович|Айвелин|M|1957-08-20|1957|Мешул|||7
b3|B|Давид|Суренович|Айвелин|M|1986-11-02|1986|Мешул|||7
c1|C|Lorik|Betan|Quvandov|M|1990-05-17|1990|Tarvesh|||1
c2|C|Zorik|Betan|Quvandov|M|1990-05-17|1990|Tarvesh|||1
c3|C|Betan|Lorik|Quvandov|M|1930-02-03|1930|Tarvesh|||1
d1|D|قوندوف لوريك|بيتان|قوفاندوف|M|1990-05-17|1990|||555123|2
d2|D|Anneliese|Rokh|Ostmar|F|1975-12-24|1975|Tarvesh||901234|2
e1|E|Anneliese|Rokh|Ostmar|F|1975-12-24|1975|Tarvesh||901234|5
"""


@pytest.fixture
def rows() -> list[dict[str, str]]:
    return [dict(zip(COLUMNS, line.split("|"), strict=True)) for line in LINES.split("\n") if line]


@pytest.fixture
def places() -> list[dict[str, str]]:
    return PLACES
