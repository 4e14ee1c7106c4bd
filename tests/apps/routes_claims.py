"""Intentions and claims in the table of routes: records of one process, and what each route answers to each role."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from wayhome.accounts.roles import Permission as P


class ClaimRecords:
    """Records that paths name; numbers differ between the two processes of the walk."""

    process: Any

    @cached_property
    def land(self) -> Any:
        from tests.apps.registry.land import Land
        from wayhome.accounts.models import Membership, User

        people = []
        for name in ("clerk", "judge"):
            user = User.objects.create_user(f"{name}@{self.process.slug}.example.org", full_name=name)
            Membership.objects.create(process=self.process, user=user, role="process_lead")
            people.append(user)
        return Land(self.process, *people)

    @cached_property
    def asked_household(self) -> Any:
        from wayhome.registry.models import Household

        if self.process.slug != "lirva":
            Household.objects.create(process=self.process, number=800)
        return self.land.household()

    @cached_property
    def survey(self) -> Any:
        from wayhome.registry.models import Wave

        assert self.asked_household
        if self.process.slug != "lirva":
            self.land.wave("An earlier wave", month=1)
        made = self.land.wave()
        assert isinstance(made, Wave)
        return made

    @cached_property
    def wave_table(self) -> Any:
        from wayhome.registry.models import WaveTable

        number = 1 if self.process.slug == "lirva" else 2
        return WaveTable.objects.create(process=self.process, number=number, wave=self.survey, titles=["household", "wish"])

    @cached_property
    def claim(self) -> Any:
        if self.process.slug != "lirva":
            self.land.claim()
        return self.land.review(self.land.claim())

    @cached_property
    def decided_claim(self) -> Any:
        return self.land.decide(self.claim)

    @cached_property
    def claim_item(self) -> Any:
        from wayhome.registry.actions import claim_evidence

        data = (f"{self.process.slug}.txt", self.process.slug.encode())
        return claim_evidence.add(claim=self.claim, kind="deed", title="Deed", actor=self.land.clerk, file=data)

    @cached_property
    def occupant(self) -> Any:
        from wayhome.registry.actions import claim_evidence

        return claim_evidence.add_occupant(claim=self.claim, actor=self.land.clerk, name="A family")

    @cached_property
    def claim_link(self) -> Any:
        from wayhome.registry.models import ClaimLink

        self.land.claim(holding=self.claim.holding)
        return ClaimLink.objects.get(one=self.claim)

    @cached_property
    def notice(self) -> Any:
        from wayhome.registry.actions import notices

        return notices.prepare(claim=self.claim, kind="hearing", to_text="The elder", actor=self.land.clerk)

    @cached_property
    def claim_family(self) -> Any:
        from wayhome.registry.actions import claim_families

        def make() -> Any:
            self.land.review(self.land.claim())
            return claim_families.make(
                process=self.process, name="Deeds", why_alike="All hold a deed", criteria={}, actor=self.land.clerk
            )

        if self.process.slug != "lirva":
            make()
        return make()

    @cached_property
    def claim_sample(self) -> Any:
        from wayhome.registry.actions import claim_families

        def draw() -> Any:
            return claim_families.sample(family=self.claim_family, size=1, seed=1, actor=self.land.clerk)

        claim_families.write_template(
            family=self.claim_family,
            outcome="granted",
            remedy="restitution",
            basis="",
            template="The deed of {claim} names {claimants}.",
            actor=self.land.clerk,
        )
        if self.process.slug != "lirva":
            draw()
        return draw()


def routes(in_process_with: Callable[..., Any], everybody: Callable[..., Any]) -> dict[str, Any]:
    view, work, register = P.VIEW_REGISTRY, P.WORK_ON_CLAIMS, P.REGISTER

    def wave(at: Any) -> dict[str, Any]:
        return {"number": at.survey.number}

    def claim(at: Any) -> dict[str, Any]:
        return {"number": at.claim.number}

    return {
        # intentions
        "intentions": in_process_with(view),
        "wave_new": in_process_with(register),
        "wave": in_process_with(view).made_with(wave),
        "wave_figures": in_process_with(view).made_with(wave),
        "wave_close": in_process_with(register).made_with(wave).posts({"do": "close"}),
        "wave_households": in_process_with(view).made_with(wave),
        "wave_import": in_process_with(P.IMPORT_PERSONS).made_with(wave),
        "wave_table": in_process_with(P.IMPORT_PERSONS)
        .made_with(lambda at: {"number": at.survey.number, "table": at.wave_table.number})
        .posts_too({"drop": "1"}),
        "wave_table_issues": in_process_with(P.IMPORT_PERSONS).made_with(
            lambda at: {"number": at.survey.number, "table": at.wave_table.number}
        ),
        "intention": in_process_with(register)
        .made_with(lambda at: {"number": at.survey.number, "household": at.asked_household.number})
        .posts_too({"wish": "return"}),
        # claims
        "claims": in_process_with(view),
        "claim_new": in_process_with(work),
        "claim": in_process_with(view).made_with(claim),
        "claim_receipt": in_process_with(work).made_with(claim),
        "claim_correct": in_process_with(work).made_with(claim),
        "claim_step": in_process_with(work)
        .made_with(lambda at: {"number": at.claim.number, "step": "note"})
        .posts_too({"note": "Rang the archive.", "on": "2026-01-01"}),
        "claim_occupant": in_process_with(work).made_with(lambda at: {"number": at.claim.number, "pk": at.occupant.pk}),
        "claim_link": in_process_with(work).made_with(lambda at: {"number": at.claim.number, "pk": at.claim_link.pk}),
        "claim_evidence_check": in_process_with(work).made_with(lambda at: {"pk": at.claim_item.pk}),
        "claim_evidence_file": in_process_with(view).made_with(lambda at: {"pk": at.claim_item.pk}),
        "claim_delivery": in_process_with(view),
        "claim_notice_mark": in_process_with(work)
        .made_with(lambda at: {"pk": at.notice.pk, "mark": "sent"})
        .posts_too({"on": "2026-01-01", "channel": "post"}),
        "claim_families": in_process_with(view),
        "claim_family": in_process_with(view).made_with(lambda at: {"number": at.claim_family.number}),
        "claim_family_step": in_process_with(work)
        .made_with(lambda at: {"number": at.claim_family.number, "step": "dissolve"})
        .posts(),
        "claim_samples": in_process_with(view),
        "claim_sample": in_process_with(view).made_with(lambda at: {"number": at.claim_sample.number}),
        "claim_sampled": in_process_with(work).made_with(
            lambda at: {"number": at.claim_sample.number, "claim": at.claim_sample.items.get().claim.number}
        ),
        "claim_figures": in_process_with(view),
        "claims_settings": in_process_with(P.PUBLISH).posts_too({"appeal_days": 30, "small_cell": 5, "figures_level": 2}),
        "claim_letter": in_process_with(work).made_with(lambda at: {"number": at.decided_claim.number}),
        # public once switched on (test_claims_public): until then there is no such page
        "claims_public": everybody(404),
        "claim_lookup": everybody(404),
    }
