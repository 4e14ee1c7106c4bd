"""The claims of the demo: lodged in the order of their days, then worked on as far as their age would let them come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, Any

from django.db import transaction

from wayhome.accounts.models import Process
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict
from wayhome.places.models import Area
from wayhome.registry.actions import claim_evidence, claim_families, claim_links, claim_samples, claim_steps, claims, notices
from wayhome.registry.claim_states import (
    Capacity,
    ClaimantKind,
    ClaimState,
    EvidenceStanding,
    Finding,
    HousingNeed,
    LinkJudgement,
    LinkKind,
    NoticeKind,
    NoticeState,
    OccupantBasis,
    Outcome,
    Remedy,
)
from wayhome.registry.models import Claim, ClaimFamily, ClaimLink, ClaimNotice, Occupant, Person

if TYPE_CHECKING:
    from wayhome.site.demo.register import Valley

MOST_CLAIMS = 240
RIGHTS = {
    "ownership": "ownership",
    "right of use": "use",
    "tenancy": "tenancy",
    "inheritance not yet registered": "inheritance",
}
LOSSES = {
    "left in flight": "left",
    "destroyed": "destroyed",
    "taken while absent": "occupied",
    "sold under duress": "sold_under_duress",
}
KINDS = {"shop or mill": "business", "orchard or barn": "other"}
EVIDENCE = {  # words of the generator: kind, who issued it
    "deed": ("deed", "Notary of Sarn Ford"),
    "tax receipt": ("tax", "Revenue office of the district"),
    "household book of the village": ("registration_of_residence", "Village council"),
    "neighbour's statement": ("witness", ""),
    "photograph": ("photograph", ""),
    "key and bill": ("utility", "Lirva Power Works"),
}
OCCUPANTS = {
    "another displaced family": ("A family, name not known", OccupantBasis.DISPLACED),
    "an office": ("An office of the district", OccupantBasis.ALLOCATED),
    "not known": ("Somebody, not known who", OccupantBasis.UNKNOWN),
}
TEMPLATE = (
    "{claimants} claimed on {lodged}: {property}, {place}. The right claimed is: {right}. It was lost in {lost} ({loss}). "
    "The claim rests on: {evidence}. Nothing in the file speaks against it."
)


@transaction.atomic
def lodge(valley: Valley) -> str:
    """Claims of a share of the households, with shares, parcels, evidence and who lives there now."""
    persons, rng, worker = valley.persons(), valley.rng, valley.actor("case_worker")
    rows = []
    for row in valley.rows("claims"):
        person = persons.get((row["list"], int(row["claimant_row"]) + 1))
        if person is not None:
            rows.append((row, person))
    rivals = {row["competes_with"] for row, _person in rows if row["competes_with"]}
    must = [pair for pair in rows if pair[0]["competes_with"] or pair[0]["claim"] in rivals]
    others = [pair for pair in rows if pair not in must]
    most = min(MOST_CLAIMS, len(rows))
    chosen = must[: most // 5] + rng.sample(others, min(len(others), most - len(must[: most // 5])))
    made: dict[str, Claim] = {}
    for row, person in sorted(chosen, key=lambda pair: (pair[0]["lodged_on"], pair[0]["claim"])):
        rival = made.get(row["competes_with"])
        actor = valley.actor("editor") if rng.random() < 0.2 else worker
        given = claims.lodge(
            process=valley.process,
            actor=actor,
            claimants=_claimants(row, person, rng),
            holding=rival.holding if rival is not None else _holding(valley, row),
            right=RIGHTS[row["right"]],
            lodged_on=valley.day(row["lodged_on"]),
            household=person.household,
            loss=LOSSES[row["loss_event"]],
            lost_from=date.fromisoformat(row["lost_on"]) if row["lost_on"] else None,
            lost_to=date.fromisoformat(row["lost_on"]) if row["lost_on"] else None,
            remedy=Remedy.COMPENSATION if row["loss_event"] == "destroyed" and rng.random() < 0.4 else Remedy.RESTITUTION,
            lodged_how=rng.choice(["person", "person", "phone", "post", "online"]),
            language=rng.choice(["hy", "ru", "en", "az"]),
        )
        made[row["claim"]] = given.claim
        _evidence(given.claim, row, actor, rng)
        if row["occupied_by"] in OCCUPANTS and rival is None:
            name, basis = OCCUPANTS[row["occupied_by"]]
            need = rng.choice([HousingNeed.NOT_ASKED, HousingNeed.NEEDED, HousingNeed.NEEDED, HousingNeed.NOT_NEEDED])
            claim_evidence.add_occupant(
                claim=given.claim,
                actor=actor,
                name=name,
                basis=basis,
                people=rng.randrange(2, 8) if basis == OccupantBasis.DISPLACED else None,
                need=need if basis == OccupantBasis.DISPLACED else HousingNeed.NOT_ASKED,
            )
    claims.set_settings(
        process=valley.process,
        actor=valley.actor("process_lead"),
        lookup_public=True,
        figures_public=True,
        authority="Lirva Valley Claims Panel",
    )
    return f"{len(made)} lodged"


def _claimants(row: dict[str, str], person: Person, rng: Random) -> list[claims.NewClaimant]:
    share = Fraction(row["share"])
    found = [claims.NewClaimant(person=person, name=row["claimant"], share=share)]
    if share < 1 and row["right"] == "inheritance not yet registered":
        found.append(
            claims.NewClaimant(name="Brothers and sisters, not all named", kind=ClaimantKind.HEIRS, capacity=Capacity.HEIR)
        )
    elif share < 1 and rng.random() < 0.6:
        found.append(claims.NewClaimant(name=f"Spouse of {row['claimant']}", capacity=Capacity.SPOUSE, share=share))
    return found


def _holding(valley: Valley, row: dict[str, str]) -> dict[str, Any]:
    area = valley.area(row["village"])
    values: dict[str, Any] = {
        "kind": KINDS.get(row["property"], row["property"]),
        "address": row["address"],
        "place_text": row["village"],
        "area": area,
        "cadastral_number": row["old_cadastral_number"],
        "size_m2": int(row["area_m2"]) if row["area_m2"] else None,
    }
    if area is not None and area.latitude is not None and area.longitude is not None and valley.rng.random() < 0.45:
        values["outline"] = _parcel(area, valley.rng)
    return values


def _parcel(area: Area, rng: Random) -> dict[str, Any]:
    """A parcel somewhere around the village, wide enough to be seen on the map."""
    assert area.latitude is not None and area.longitude is not None
    x, y = area.longitude + rng.uniform(-0.012, 0.012), area.latitude + rng.uniform(-0.012, 0.012)
    w, h, lean = rng.uniform(0.0003, 0.0009), rng.uniform(0.0003, 0.0009), rng.uniform(-0.0002, 0.0002)
    ring = [(x, y), (x + w, y + lean), (x + w + lean, y + h), (x + lean, y + h - lean), (x, y)]
    return {"type": "Polygon", "coordinates": [[[round(a, 6), round(b, 6)] for a, b in ring]]}


def _evidence(claim: Claim, row: dict[str, str], actor: Actor, rng: Random) -> None:
    for words in filter(None, row["evidence"].split("; ")):
        key = next(key for key in EVIDENCE if words.startswith(key))
        kind, issuer = EVIDENCE[key]
        year = words.removeprefix(key).strip()
        item = claim_evidence.add(
            claim=claim,
            kind=kind,
            title=words.capitalize(),
            actor=actor,
            issuer=issuer,
            issued_on=date(int(year), 6, 1) if year else None,
            copy=rng.random() < 0.3,
        )
        draw = rng.random()
        if kind in {"deed", "registration_of_residence"} and draw < 0.5:
            standing = EvidenceStanding.CONFIRMED if draw < 0.42 else EvidenceStanding.NOT_FOUND
            note = "Seen in the archive of the district" if draw < 0.42 else "The book of that year is not in the archive"
            claim_evidence.check(item=item, standing=standing, note=note, actor=actor)


def work(valley: Valley) -> str:
    """Judge most matches, then take each claim as far as its age allows; each claim is a transaction of its own."""
    process, rng, worker = valley.process, valley.rng, valley.actor("case_worker")
    links = ClaimLink.objects.filter(one__process=process, judgement="", gone=False).select_related(
        "one__process", "other__process"
    )
    for n, link in enumerate(links):
        if n % 6 == 5:
            continue  # some wait for whoever tries the demo
        rival = any(reason[0] == "same_property" for reason in link.reasons)
        apart = "Two streets with this number" if link.kind == LinkKind.PROPERTY else "Two properties of one family"
        claim_links.judge(
            claim=link.one,
            link=link,
            judgement=LinkJudgement.COMPETES if rival else LinkJudgement.APART,
            note="Both families name this house" if rival else apart,
            actor=worker,
        )
    for claim in (
        Claim.objects.of(process).filter(state=ClaimState.LODGED).select_related("process", "holding").order_by("number")
    ):
        with transaction.atomic():
            _Path(valley, claim, rng).walk()
    counts = {state: Claim.objects.of(process).filter(state=state).count() for state in ClaimState}
    return ", ".join(f"{n} {ClaimState(state).label.lower()}" for state, n in counts.items() if n)


class _Path:
    """One claim on its way: each step on a day that lies behind the one before, as long as that day has come."""

    def __init__(self, valley: Valley, claim: Claim, rng: Random) -> None:
        self.valley, self.claim, self.rng, self.on = valley, claim, rng, claim.lodged_on
        self.worker, self.lead = valley.actor("case_worker"), valley.actor("process_lead")

    def walk(self) -> None:
        steps: tuple[tuple[Callable[[], bool], int, int, float], ...] = (
            (self.notify, 10, 45, 0.97),
            (self.review, 30, 80, 0.93),
            (self.decide, 60, 140, 0.85),
            (self.after_decision, 40, 110, 0.8),
            (self.repossess, 40, 150, 0.6),
        )
        for step, least, most, share in steps:
            self.on += timedelta(days=self.rng.randrange(least, most))
            if self.on > self.valley.today or self.rng.random() > share or not step():
                return

    def notify(self) -> bool:
        for occupant in Occupant.objects.filter(holding=self.claim.holding, left_on=None):
            paper = notices.prepare(claim=self.claim, kind=NoticeKind.LODGING, occupant=occupant, actor=self.worker)
            if self.rng.random() < 0.9:
                notices.mark(notice=paper, state=NoticeState.SENT, actor=self.worker, on=self.on)
        claim_steps.step(claim=self.claim, to=ClaimState.NOTIFIED, actor=self.worker, on=self.on)
        return True

    def review(self) -> bool:
        if claim_steps.concerns(self.claim, ClaimState.UNDER_REVIEW, self.on):
            return False  # somebody who lives there was not told: it waits, as it should
        claim_steps.step(claim=self.claim, to=ClaimState.UNDER_REVIEW, actor=self.worker, on=self.on)
        return True

    def decide(self) -> bool:
        strength = max(self.claim.evidence.filter(against=False).values_list("strength", flat=True), default=0)
        draw = self.rng.random()
        outcome, reasons = Outcome.GRANTED, "The papers name the holder and the home, and nobody has spoken against them."
        if strength < 2 and draw < 0.5:
            outcome, reasons = Outcome.REFUSED, "Nothing on file shows the right that is claimed; new evidence can be brought."
        elif draw > 0.94:
            outcome, reasons = Outcome.INADMISSIBLE, "The property lies outside the area for which claims are heard."
        elif draw > 0.84:
            outcome, reasons = Outcome.PARTLY, "The right is shown for the house, not for the land around it."
        awarded = outcome in {Outcome.GRANTED, Outcome.PARTLY}
        try:
            claim_steps.decide(
                claim=self.claim,
                outcome=outcome,
                reasons=reasons,
                actor=self.lead,
                remedy=self.claim.remedy if awarded else "",
                basis="Pinheiro Principles 2 and 10",
                on=self.on,
            )
        except Conflict:
            return False  # a match with another claim that nobody has judged
        return awarded or self.rng.random() < 0.3

    def after_decision(self) -> bool:
        """The decision is delivered, then enforced; or appealed against."""
        for paper in ClaimNotice.objects.filter(claim=self.claim, kind=NoticeKind.DECISION, state=NoticeState.PREPARED):
            notices.mark(notice=paper, state=NoticeState.SENT, actor=self.worker, on=min(self.on, self.valley.today))
            arrived = self.rng.random() < 0.85
            notices.mark(
                notice=paper,
                state=NoticeState.RECEIVED if arrived else NoticeState.RETURNED,
                actor=self.worker,
                on=self.on,
                proof="Signature on the receipt" if arrived else "",
            )
        if self.claim.outcome not in {Outcome.GRANTED, Outcome.PARTLY} or self.rng.random() < 0.07:
            claim_steps.step(
                claim=self.claim, to=ClaimState.APPEALED, actor=self.worker, on=self.on, note="The claimant brings a new witness"
            )
            return False
        if claim_steps.concerns(self.claim, ClaimState.ENFORCED, self.on) and not self.rehouse():
            return False
        claim_steps.step(claim=self.claim, to=ClaimState.ENFORCED, actor=self.lead, on=self.on)
        return True

    def rehouse(self) -> bool:
        """Whoever lives there gets another home first, where one was found; whether nothing speaks against the step then."""
        if self.rng.random() < 0.5:
            for occupant in Occupant.objects.filter(holding=self.claim.holding, need=HousingNeed.NEEDED):
                claim_evidence.change_occupant(
                    claim=self.claim,
                    occupant=occupant,
                    actor=self.worker,
                    need=HousingNeed.PROVIDED,
                    need_on=self.on,
                    need_note="Moved to the Linden Hostel",
                )
        self.claim.refresh_from_db()
        return not claim_steps.concerns(self.claim, ClaimState.ENFORCED, self.on)

    def repossess(self) -> bool:
        if claim_steps.concerns(self.claim, ClaimState.REPOSSESSED, self.on):
            return False
        claim_steps.step(
            claim=self.claim, to=ClaimState.REPOSSESSED, actor=self.worker, on=self.on, note="Keys handed over, both present"
        )
        return True


# --- families ---


def families_exist(process: Process) -> bool:
    """Whether the demo's families were gathered, or there is nothing from which to gather them."""
    return ClaimFamily.objects.of(process).exists()


@transaction.atomic
def families(valley: Valley) -> str:
    """One family decided by a template after its sample was read by a second person; another that waits for its reader."""
    process, worker, editor, lead = valley.process, *(valley.actor(role) for role in ("case_worker", "editor", "process_lead"))
    said = []
    for n, (name, why, criteria) in enumerate(
        (
            (
                "Houses left behind, with a paper",
                "Owners who fled, with a paper that names person and place",
                {"right": "ownership", "loss": "left", "kind": "house", "strength": 2},
            ),
            ("Land left behind", "Fields of owners who fled", {"right": "ownership", "loss": "left", "kind": "land"}),
        )
    ):
        if not claim_families.candidates(process, criteria).exists():
            continue
        family = claim_families.make(process=process, name=name, why_alike=why, criteria=criteria, actor=worker)
        claim_families.write_template(
            family=family,
            outcome=Outcome.GRANTED,
            remedy=Remedy.RESTITUTION,
            basis="Pinheiro Principles 2 and 10",
            template=TEMPLATE,
            actor=worker,
        )
        size = min(family.claims.count(), 5)
        sample = claim_families.sample(family=family, size=size, actor=worker, seed=11 + n)
        if n == 0:
            for item in sample.items.select_related("claim__process"):
                reader = editor if item.claim.lodged_by_id != editor.user_id else worker
                claim_samples.review(item=item, finding=Finding.AGREES, note="", actor=reader)
            try:
                done = claim_families.decide(family=family, actor=lead)
            except Conflict:
                said.append("none of the first family can be decided yet")
            else:
                said.append(f"{len(done.reasons)} decided by one template")
        else:
            said.append(f"{family.claims.count()} gathered")
    return ", ".join(said) or "none"
