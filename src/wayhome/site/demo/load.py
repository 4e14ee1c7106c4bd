"""Load the demo process: the invented Lirva Valley, its papers read by the engine, and what its office decided about them.

Everything goes through the same actions as a person's work does: the files are read, each decision confirms or corrects what the
machine found (or adds what it missed), the rest is rejected; the newest letter waits for review. Loading twice changes nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from wayhome.accounts.models import Membership, Process, User
from wayhome.core import audit
from wayhome.core.actors import COMMAND_LINE, Actor
from wayhome.dialogue.actions import commitments as commitment_actions
from wayhome.dialogue.actions import delivery, documents, escalation, evidence, moves, proposals, reading
from wayhome.dialogue.models import Ask, Commitment, Communication, Document, Event, Party, PartyName, Passage, Proposal
from wayhome.dialogue.passages import passage_at
from wayhome.dialogue.states import Basis, Delivery, ProposalState
from wayhome.outputs.actions import timeline
from wayhome.places.shipped import bring_in_lirva_valley
from wayhome.places.shipped_assessments import bring_in_lirva_assessments
from wayhome.places.shipped_gates import bring_in_lirva_gates
from wayhome.places.shipped_works import bring_in_lirva_works
from wayhome.site.demo.papers import Paper, papers
from wayhome.site.demo.plans import load_plans
from wayhome.site.demo.register import load_register

FOLDER = Path(__file__).resolve().parent
SLUG = "lirva"
PEOPLE = (
    ("maren.odal@lirva.example", "Maren Odal", "process_lead"),
    ("ilse.marr@lirva.example", "Ilse Marr", "editor"),
    ("jonas.weld@lirva.example", "Jonas Weld", "case_worker"),
    ("noor.hadda@lirva.example", "Noor Hadda", "dpo"),
    ("petra.lund@lirva.example", "Petra Lund", "reader"),
)
WAITING = {"14-community-writes-again"}  # read, but not yet reviewed
Tell = Callable[[str], None]


def people(process: Process, password: str) -> dict[str, User]:
    """The people of the demo office, all with the one password that the terminal shows."""
    found = {}
    for email, name, role in PEOPLE:
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(email, password, full_name=name)
        elif not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])
        Membership.objects.get_or_create(user=user, process=process, defaults={"role": role})
        found[role] = user
    return found


def load(*, password: str, tell: Tell = print, today: date | None = None) -> Process:
    """Make the process once; on later calls only see to the people's password."""
    today = today or date.today()
    with transaction.atomic():
        process, new = Process.objects.get_or_create(
            slug=SLUG,
            defaults={
                "name": "Return to the Lirva Valley",
                "is_demo": True,
                "answer_days": 20,
                "public": True,
                "public_lede": "This page lists letters and statements about the return of people displaced from the Lirva Valley, with the "
                "words that were used and where they can be read. It does not judge them. Where accounts differ, they stand side by side. "
                "The valley, its people and its papers are invented.",
            },
        )
        staff = people(process, password)
        if new:
            audit.record("process.created", actor=COMMAND_LINE, subject=process, process_id=process.pk, detail={"slug": SLUG})
    bring_in_lirva_valley(process=process, actor=Actor.of(staff["editor"], "cli"))
    if not Document.objects.of(process).exists():
        _work_through_papers(process, staff, today, tell)
    load_register(process=process, staff=staff, tell=tell, today=today)
    bring_in_lirva_assessments(process=process, actor=Actor.of(staff["editor"], "cli"), today=today)
    tell("  assessments of areas in two rounds, invented")
    works = bring_in_lirva_works(process=process, actor=Actor.of(staff["editor"], "cli"), today=today)
    tell(f"  {works} works with their money, homes, crews and seats, invented")
    gates = bring_in_lirva_gates(
        process=process,
        first=Actor.of(staff["editor"], "cli"),
        second=Actor.of(staff["process_lead"], "cli"),
        today=today,
        grounds=_grounds_of_gates(process),
    )
    tell(f"  {gates} gates with their decisions, invented")
    load_plans(process=process, staff=staff, tell=tell, today=today)
    return process


def _grounds_of_gates(process: Process) -> dict[str, tuple[str, UUID]]:
    """The commitment and the ask on which decisions about gates rest."""
    found: dict[str, tuple[str, UUID]] = {}
    promise = Commitment.objects.of(process).filter(what__startswith="Publish a schedule of mine clearance").first()
    if promise is not None:
        found["schedule"] = ("commitment", promise.uid)
    road = Ask.objects.of(process).filter(action__startswith="Open the road to Old Tavrek").first()
    if road is not None:
        found["road"] = ("ask", road.uid)
    return found


def _work_through_papers(process: Process, staff: dict[str, User], today: date, tell: Tell) -> None:
    office = Office(process, staff, today)
    office.make_parties()
    office.make_ladder()
    for paper in papers(today):
        tell(f"  reading {paper.name}")
        office.file(paper)
    office.evidence()
    office.publish()


class Office:
    """The demo office at work: files papers, decides, answers."""

    def __init__(self, process: Process, staff: dict[str, User], today: date) -> None:
        self.process, self.staff, self.today = process, staff, today
        self.secretary = staff["editor"]
        self.actor = Actor.of(self.secretary, "cli")
        self.parties: dict[str, Party] = {}
        self.asks: dict[str, Ask] = {}
        self.commitments: dict[str, Commitment] = {}
        self.events: dict[str, int] = {}
        self.decisions = tomllib.loads((FOLDER / "decisions.toml").read_text(encoding="utf-8"))

    def make_parties(self) -> None:
        with transaction.atomic():
            for key, row in tomllib.loads((FOLDER / "parties.toml").read_text(encoding="utf-8")).items():
                also = row.pop("also", [])
                party = Party.objects.create(process=self.process, **row)
                PartyName.objects.create(party=party, text=party.name, language="en", use=PartyName.Use.FULL)
                for language, text, use in also:
                    PartyName.objects.create(party=party, text=text, language=language, use=use)
                audit.record(
                    "party.created", actor=self.actor, subject=party, process_id=self.process.pk, detail={"name": party.name}
                )
                self.parties[key] = party

    def make_ladder(self) -> None:
        steps = [escalation.Rung(party=self.parties["envoy"], after_working_days=20, answer_days=20)]
        steps.append(escalation.Rung(party=self.parties["government"], after_working_days=30, answer_days=30))
        escalation.set_ladder(process=self.process, actor=Actor.of(self.staff["process_lead"], "cli"), rungs=steps)

    def file(self, paper: Paper) -> None:
        """Add a paper, read it, decide about it."""
        document = self._add(paper)
        if paper.enclosure is not None:
            enclosed = self._add(paper.enclosure, enclosed_in=document)
            self._reject_rest(enclosed)
        if paper.key in WAITING:
            return
        communication: Communication | None = None
        for decision in self.decisions.get("p" + paper.key[:2], []):
            kind = decision["kind"]
            if kind == "answer":
                self._answer(document, decision, communication, paper)
                continue
            made = self._decide(document, decision, paper)
            if kind == "communication":
                communication = made.communication
                assert communication is not None
                self._complete(communication, decision, paper)
            elif kind == "ask" and "key" in decision:
                self.asks[decision["key"]] = made.ask
            elif kind == "commitment" and "key" in decision:
                self.commitments[decision["key"]] = made.commitment
            elif kind == "event":
                self.events[decision["key"]] = made.event_id
        self._reject_rest(document)

    def _add(self, paper: Paper, enclosed_in: Document | None = None) -> Document:
        added = documents.add_file(
            process=self.process,
            name=paper.name,
            data=paper.data,
            user=self.secretary,
            received_on=paper.day,
            origin=Document.Origin.MAIL if paper.name.endswith(".eml") else Document.Origin.UPLOAD,
            enclosed_in=enclosed_in,
            read=False,
        )
        state = reading.read_now(added.document.pk)
        document = Document.objects.get(pk=added.document.pk)
        if state != Document.State.READ:
            raise RuntimeError(f"the demo's paper {paper.name} could not be read: {document.problem} {document.remedy}")
        return document

    def _reference(self, key: str) -> dict[str, Any]:
        party = self.parties[key]
        return {"text": party.name, "party": party.pk, "name": ""}

    def _references(self, keys: list[str]) -> list[dict[str, Any]]:
        return [self._reference(key) for key in keys]

    def _payload(self, decision: dict[str, Any], paper: Paper) -> dict[str, Any]:
        day = paper.day.isoformat() if paper.day else ""
        match decision["kind"]:
            case "communication":
                return {
                    "from": self._references(decision["from"]),
                    "to": self._references(decision["to"]),
                    "copy": self._references(decision.get("copy", [])),
                    "date": day,
                    "kind": decision["type"],
                    "this_document": True,
                    "title": decision["title"],
                    "existing": "new",
                }
            case "ask":
                return {
                    "asker": self._reference(decision.get("asker", "community")),
                    "addressees": self._references(decision["to"]),
                    "action": decision["action"],
                    "act": decision.get("act", ""),
                    "place": decision.get("place", ""),
                    "beneficiary": decision.get("beneficiary", ""),
                    "due": "",
                    "due_text": "",
                    "due_basis": "",
                    "same_as": self.asks[decision["again"]].pk if "again" in decision else None,
                }
            case "commitment":
                due = (self.today + timedelta(days=decision["due"])).isoformat() if "due" in decision else ""
                return {
                    "who": self._reference(decision["who"]),
                    "what": decision["what"],
                    "kind": decision["type"],
                    "instrument_text": decision.get("instrument", ""),
                    "due": due,
                    "made_on": day,
                }
            case "silence":
                return {
                    "who": self._reference(decision["who"]),
                    "toward": self._reference(decision["toward"]),
                    "kind": decision["type"],
                    "asks": [self.asks[key].pk for key in decision["asks"]],
                }
            case "statement":
                return {"speaker": self._reference(decision["speaker"]), "date": day}
            case "event":
                return {
                    "speaker": self._reference(decision["speaker"]),
                    "date": (self.today + timedelta(days=decision["date"])).isoformat(),
                    "title": decision["title"],
                    "event": self.events.get(decision["key"]),
                }
        raise ValueError(f"an unknown kind of decision: {decision['kind']}")

    def _decide(self, document: Document, decision: dict[str, Any], paper: Paper) -> Proposal:
        """Confirm the machine's proposal at these words after correcting it; add one where the machine found none."""
        start, end, quote = locate(document.text, decision["quote"])
        payload = self._payload(decision, paper)
        best: Proposal | None = None
        most = 0.3
        for proposal in Proposal.objects.filter(
            document=document, kind=decision["kind"], state=ProposalState.OPEN
        ).select_related("passage"):
            share = overlap((start, end), (proposal.passage.start, proposal.passage.end))
            own = decision["kind"] == "communication" and proposal.payload.get("this_document")
            if share > most or (own and best is None):
                best, most = proposal, max(share, most)
        if best is None:
            best = proposals.add(
                user=self.secretary, document=document, kind=decision["kind"], start=start, end=end, quote=quote, payload=payload
            )
        else:
            proposals.correct(user=self.secretary, proposal=best, payload=payload, span=(start, end, quote))
        proposals.confirm(user=self.secretary, proposal=best)
        return Proposal.objects.select_related("communication", "ask", "commitment").get(pk=best.pk)

    def _complete(self, communication: Communication, decision: dict[str, Any], paper: Paper) -> None:
        if decision.get("reference"):
            communication.reference = decision["reference"]
            communication.save(update_fields=["reference"])
        if decision.get("delivered") and paper.day and communication.delivery == Delivery.SENT:
            delivery.log_delivery(
                communication=communication,
                delivery=Delivery.RECEIVED,
                actor=self.actor,
                on=paper.day + timedelta(days=1),
                proof=decision["delivered"],
            )

    def _answer(self, document: Document, decision: dict[str, Any], communication: Communication | None, paper: Paper) -> None:
        start, end, quote = locate(document.text, decision["quote"])
        passage: Passage = passage_at(document, start, end, quote)
        ask = Ask.objects.get(pk=self.asks[decision["ask"]].pk)
        moves.move(
            ask=ask,
            position=decision["position"],
            actor=self.actor,
            on=paper.day,
            communication=communication,
            passage=passage,
            note=decision.get("note", ""),
            due_on=self.today + timedelta(days=decision["due"]) if "due" in decision else None,
        )

    def _reject_rest(self, document: Document) -> None:
        for proposal in Proposal.objects.filter(document=document, state=ProposalState.OPEN):
            proposals.reject(user=self.secretary, proposal=proposal, reason="not needed for the docket")

    def evidence(self) -> None:
        """What came of it so far: figures, grades, an escalation, two deadlines of their own."""
        lead = Actor.of(self.staff["process_lead"], "cli")
        back, presence = self.asks["return"], self.commitments["presence"]
        arrived = evidence.add_evidence(
            subject=Ask.objects.get(pk=back.pk),
            actor=self.actor,
            title="Households that returned to Meshul",
            source="Arrival register, check-in on phones",
            as_of=self.today - timedelta(days=20),
            figure=40,
            unit="households",
        )
        evidence.judge_evidence(evidence=arrived, standing="verified", actor=lead, verified_by="Joint visit of two offices")
        evidence.add_evidence(
            subject=Ask.objects.get(pk=self.asks["seed"].pk),
            actor=self.actor,
            title="Families given seed and tools",
            source="Valley Reception Board, its statement",
            as_of=self.today - timedelta(days=30),
            figure=112,
            unit="families",
        )
        evidence.assess(
            subject=Ask.objects.get(pk=back.pk), grade=1, actor=lead, on=self.today - timedelta(days=20), note="begun"
        )
        evidence.assess(
            subject=presence, grade=2, actor=lead, on=self.today - timedelta(days=20), note="Borun and Meshul, not yet Kul"
        )
        evidence.assess(subject=self.commitments["schedule"], grade=0, actor=lead, on=self.today - timedelta(days=2))
        commitment_actions.link_asks(commitment=presence, asks=[Ask.objects.get(pk=back.pk)], actor=self.actor)
        moves.set_outcome(
            ask=Ask.objects.get(pk=self.asks["seed"].pk),
            outcome="partly",
            actor=lead,
            on=self.today - timedelta(days=30),
            note="112 families, by the Board's own statement",
        )
        moves.set_deadline(
            ask=Ask.objects.get(pk=self.asks["cemetery"].pk),
            actor=self.actor,
            basis=Basis.REQUEST,
            due_on=self.today + timedelta(days=5),
            basis_text="before the ground freezes",
        )
        escalation.escalate(
            ask=Ask.objects.get(pk=self.asks["dialogue"].pk), actor=lead, party=self.parties["envoy"], reason="No reply on file."
        )

    def publish(self) -> None:
        """The demo's public timeline: every letter with the words that ask or promise, the street of the office withheld."""
        lead = self.staff["process_lead"]
        letters = (
            Communication.objects.of(self.process)
            .select_related("document")
            .prefetch_related("asks__passages__passage", "commitments__passages__passage", "statements__passage")
        )
        for letter in letters:
            said = {row.passage for ask in letter.asks.all() for row in ask.passages.all()}
            said |= {row.passage for promise in letter.commitments.all() for row in promise.passages.all()}
            said |= {statement.passage for statement in letter.statements.all()}
            own = [passage for passage in said if passage.document_id == letter.document_id]
            timeline.edit(
                subject=letter, user=lead, published=True, passages=own, show_document=letter.kind == Communication.Kind.STATEMENT
            )
        for event in Event.objects.of(self.process):
            timeline.edit(subject=event, user=lead, published=True)
        first = Document.objects.of(self.process).get(name="letter-to-the-prime-minister.docx")
        start, end, quote = locate(first.text, "14 Weavers' Row")
        timeline.redact(document=first, start=start, end=end, quote=quote, reason="address of the office", user=lead)


def locate(text: str, quote: str) -> tuple[int, int, str]:
    """Where the words of `quote` stand in `text`, whatever the line breaks between them."""
    pattern = r"\s+".join(re.escape(word) for word in quote.split())
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(f"the demo's papers do not contain: {quote}")
    return found.start(), found.end(), found[0]


def overlap(a: tuple[int, int], b: tuple[int, int]) -> float:
    """Intersection over union of two spans."""
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return max(shared, 0) / (max(a[1], b[1]) - min(a[0], b[0]))
