"""Persons and households for tests, made by the product's own use cases. Everybody is invented."""

from __future__ import annotations

from typing import Any

from wayhome.accounts.models import Process
from wayhome.core.actors import SYSTEM
from wayhome.registry.actions import households, persons
from wayhome.registry.births import parse
from wayhome.registry.models import Household, Person

AYVELIN: list[dict[str, Any]] = [
    {"given_name": "Tamar", "family_name": "Ayvelin", "sex": "f", "relation": "head", "birth": parse("12.3.1961")},
    {"given_name": "Suren", "family_name": "Ayvelin", "sex": "m", "relation": "spouse", "birth": parse("about 1958")},
    {"given_name": "Davit", "family_name": "Ayvelin", "sex": "m", "relation": "child", "birth": parse("2.11.1987")},
    {"given_name": "Nare", "family_name": "Ayvelin", "sex": "f", "relation": "grandchild", "birth": parse("18.6.2018")},
]


class Register:
    """The people of one process."""

    def __init__(self, process: Process) -> None:
        self.process = process

    def person(self, given_name: str = "Tamar", family_name: str = "Ayvelin", *, born: str = "", **fields: Any) -> Person:
        return persons.register(
            process=self.process,
            actor=SYSTEM,
            given_name=given_name,
            family_name=family_name,
            birth=parse(born) if born else None,
            **fields,
        )

    def household(self, members: list[dict[str, Any]] | None = None, **fields: Any) -> Household:
        """The Ayvelins of four, from Meshul, unless said otherwise."""
        fields.setdefault("origin_text", "Meshul")
        return households.register(process=self.process, actor=SYSTEM, members=AYVELIN if members is None else members, **fields)
