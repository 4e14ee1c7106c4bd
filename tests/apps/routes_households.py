"""Households, persons and privacy in the table of routes: records of one process, and what each route answers to each role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any

from wayhome.accounts.roles import Permission as P


class HouseholdRecords:
    """Records that paths name; numbers differ between the two processes of the walk."""

    process: Any

    @cached_property
    def register(self) -> Any:
        from tests.registry_factories import Register
        from wayhome.registry.models import Household, Person

        if self.process.slug != "lirva":  # numbers go on after these
            Household.objects.create(process=self.process, number=700)
            Person.objects.create(process=self.process, number=700, given_name="Somebody")
        return Register(self.process)

    @cached_property
    def home(self) -> Any:
        return self.register.household()

    @cached_property
    def tamar(self) -> Any:
        """The head of the household, with a sealed document, a name in another script, consent and a photograph."""
        from wayhome.core import files
        from wayhome.core.actors import SYSTEM
        from wayhome.registry.actions import documents, persons, retention

        tamar = self.home.head
        documents.add(person=tamar, actor=SYSTEM, kind="passport", number="AB 123456")
        persons.add_name(person=tamar, actor=SYSTEM, given_name="Թամար")
        retention.choose(process=self.process, actor=SYSTEM, photographs=True)
        tamar.photo = files.store(b"\x89PNG\r\n\x1a\n" + self.process.slug.encode())
        tamar.save(update_fields=["photo"])
        return tamar

    @cached_property
    def move(self) -> Any:
        from wayhome.core.actors import SYSTEM
        from wayhome.registry.actions import moves

        nare = self.home.persons.get(given_name="Nare")
        return moves.move(person=nare, to=None, actor=SYSTEM)


def routes(in_process_with: Callable[..., Any]) -> dict[str, Any]:
    def home(at: Any) -> dict[str, Any]:
        return {"number": at.home.number}

    def tamar(at: Any) -> dict[str, Any]:
        return {"number": at.tamar.number}

    one = {"people-TOTAL_FORMS": 1, "people-INITIAL_FORMS": 0, "people-0-given_name": "Lala", "origin_text": "Kul"}
    return {
        "households": in_process_with(P.VIEW_REGISTRY),
        "household": in_process_with(P.VIEW_REGISTRY).made_with(home),
        "household_card": in_process_with(P.VIEW_REGISTRY).made_with(home),
        "household_new": in_process_with(P.REGISTER).posts_too(one),
        "household_edit": in_process_with(P.REGISTER).made_with(home).posts_too({"name": "Ayvelin", "origin_text": "Kul"}),
        "household_confirm": in_process_with(P.REGISTER).made_with(home).posts(),
        "household_moves": in_process_with(P.REGISTER)
        .made_with(home)
        .posts_too(lambda at: {"act": "head", "head-head": at.home.persons.get(given_name="Suren").pk}),
        "household_undo": in_process_with(P.REGISTER).made_with(lambda at: {"pk": at.move.pk}).posts(),
        "household_person": in_process_with(P.REGISTER).made_with(home).posts_too({"given_name": "Lala"}),
        "household_displacement": in_process_with(P.REGISTER).made_with(home).posts_too({"from_text": "Meshul", "left": "1992"}),
        "persons": in_process_with(P.VIEW_REGISTRY).asked_with("?q=Tamar"),
        "person_new": in_process_with(P.REGISTER).posts_too({"given_name": "Lala"}),
        "person": in_process_with(P.VIEW_REGISTRY).made_with(tamar),
        "person_edit": in_process_with(P.REGISTER).made_with(tamar).posts_too({"given_name": "Tamara"}),
        "person_add": in_process_with(P.REGISTER)
        .made_with(lambda at: {"number": at.tamar.number, "what": "status"})
        .posts_too({"status": "idp", "on": "2026-01-05"}),
        "person_step": in_process_with(P.REGISTER)
        .made_with(lambda at: {"number": at.tamar.number, "what": "remove-name", "pk": at.tamar.names.get().pk})
        .posts(),
        "sealed_open": in_process_with(P.OPEN_SEALED)
        .made_with(lambda at: {"number": at.tamar.number, "pk": at.tamar.sealed.get().pk})
        .posts_too({"purpose": "Checking the passport"}, does=200),
        "person_report": in_process_with(P.OPEN_SEALED).made_with(tamar).posts_too({"purpose": "She asked for it"}, does=200),
        "person_erase": in_process_with(P.PRIVACY)
        .made_with(tamar)
        .posts_too(lambda at: {"ground": "request", "number": at.tamar.number}),
        "person_keep": in_process_with(P.PRIVACY)
        .made_with(tamar)
        .posts_too({"until": "2199-01-01", "reason": "A claim is open"}),
        "person_photograph": in_process_with(P.VIEW_REGISTRY).made_with(tamar),
        "person_photograph_put": in_process_with(P.REGISTER).made_with(tamar).posts_too({"remove": "1"}),
        "registry_privacy": in_process_with(P.PRIVACY).posts_too({"retention_months": 24}),
        # a word of the table of purposes, the same in every process
        "registry_purpose": replace(
            in_process_with(P.PRIVACY)
            .made_with(lambda at: {"purpose": "statistics"})
            .posts_too({"legal_basis": "consent", "notice": "Counted, never named."}),
            other_parts=False,
        ),
        "registry_retention": in_process_with(P.PRIVACY).posts(),
    }
