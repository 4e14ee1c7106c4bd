"""The registry's part of the table of routes: its records of one process, and what each route answers to each role."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from wayhome.accounts.roles import Permission as P


class RegistryRecords:
    """Records of the registry that paths name; numbers differ between the two processes of the walk."""

    process: Any

    @cached_property
    def persons(self) -> list[Any]:
        from wayhome.registry.models import Person

        first = 1 if self.process.slug == "lirva" else 501
        return [
            Person.objects.create(process=self.process, number=first + n, given_name=name, family_name="Ayvelin")
            for n, name in enumerate(("Tamar", "Тамара"))
        ]

    @cached_property
    def pair(self) -> Any:
        from wayhome.core.actors import SYSTEM
        from wayhome.registry.actions.judging import judge

        one, other = self.persons
        return judge(one=one, other=other, verdict="unsure", actor=SYSTEM)

    @cached_property
    def judgement(self) -> Any:
        from wayhome.registry.models import Judgement

        return Judgement.objects.get(left=self.pair.left)

    @cached_property
    def merge_rule(self) -> Any:
        from wayhome.registry.models import MergeRule

        return MergeRule.objects.create(process=self.process, name="Sure", minimum=0.99, reason="Checked on 200 pairs")


def routes(in_process_with: Callable[..., Any]) -> dict[str, Any]:
    return {
        "persons_out": in_process_with(P.EXPORT_PERSONS),
        # who is who
        "pairs": in_process_with(P.VIEW_REGISTRY),
        "link_run": in_process_with(P.VIEW_REGISTRY),
        "link_run_now": in_process_with(P.JUDGE).posts(),
        "pair_compare": in_process_with(P.JUDGE).posts(lambda at: {"one": at.persons[0].ref, "other": at.persons[1].ref}),
        "pair": in_process_with(P.VIEW_REGISTRY).made_with(lambda at: {"pk": at.pair.pk}),
        "pair_judge": in_process_with(P.JUDGE).made_with(lambda at: {"pk": at.pair.pk}).posts({"verdict": "same"}),
        "judgement_take_back": in_process_with(P.JUDGE).made_with(lambda at: {"pk": at.judgement.pk}).posts(),
        "merge_rules": in_process_with(P.VIEW_REGISTRY),
        "merge_rule_off": in_process_with(P.LINK_RULES).made_with(lambda at: {"pk": at.merge_rule.pk}).posts(),
    }
