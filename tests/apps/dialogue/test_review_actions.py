"""Deciding about proposals: what each step writes, what it refuses, what can be taken back."""

import pytest

from tests.apps.dialogue.letters import LETTER, letter, proposal
from tests.factories import House
from wayhome.core.errors import Conflict, Forbidden, InvalidInput
from wayhome.core.models import AuditEntry
from wayhome.dialogue.actions import proposals
from wayhome.dialogue.desk import Desk
from wayhome.dialogue.models import Ask, AskPassage, Commitment, Communication, Event, Mention, Party, Proposal, Silence
from wayhome.dialogue.states import Position, ProposalState

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(process, editor):
    return letter(process, editor)


def confirm_all(document, user):
    return proposals.confirm_likely(user=user, document=document, least=0)


def test_confirming_the_letter_makes_a_communication_with_its_parties(document, editor):
    own = proposal(document, "To: the Prime Minister")
    decision = proposals.confirm(user=editor, proposal=own, seen=0)
    row = Communication.objects.get()
    assert (row.dated, row.kind, row.document) == ("2026-05-06", "letter", document)
    assert {(p.part, p.party.name) for p in row.parts.all()} == {
        ("from", "Office of the Lirva Valley Community"),
        ("to", "Prime Minister of Velmar"),
    }
    assert row.mentions.get().passage == own.passage
    own.refresh_from_db()
    assert (own.state, own.communication, own.decided_by) == (ProposalState.CONFIRMED, row, editor)
    assert decision.by == editor and decision.before["state"] == "open"
    assert AuditEntry.objects.filter(action="proposal.confirm", subject_id=str(own.pk)).count() == 1
    # The first community that writes in a process is the one whose process it is.
    assert Party.objects.get(name="Office of the Lirva Valley Community").ours
    assert row.delivery == "sent"  # the community that writes first is the one whose process it is


def test_an_ask_is_made_in_the_communication_that_is_mentioned_beside_it(document, editor):
    confirm_all(document, editor)
    meeting = Ask.objects.get(action="hold a first meeting")
    dialogue = Ask.objects.get(action__startswith="open a dialogue")
    assert meeting.communication.dated == "2026-02-11"
    assert dialogue.communication.dated == "2026-05-06"
    assert (meeting.addressee.name, dialogue.addressee.name) == ("Regional Envoy", "Prime Minister of Velmar")
    assert meeting.asker.name == dialogue.asker.name == "Office of the Lirva Valley Community"
    assert {meeting.position, dialogue.position} == {Position.MADE}
    assert dialogue.due_on.isoformat() == "2026-05-31" and dialogue.due_basis == "request"
    assert dialogue.passages.get().passage.exact.startswith("We therefore ask the Prime Minister")


def test_the_silence_is_tied_to_the_ask_it_is_about(document, editor):
    confirm_all(document, editor)
    silence = Silence.objects.get()
    meeting = Ask.objects.get(action="hold a first meeting")
    assert silence.about.dated == "2026-02-11"
    assert list(silence.asks.all()) == [meeting]
    assert meeting.passages.filter(use=AskPassage.Use.SILENCE).get().passage == silence.passage
    assert silence.stated_by.name == "Office of the Lirva Valley Community"


@pytest.mark.parametrize("order", ["forwards", "backwards"])
def test_the_order_of_confirming_does_not_matter(document, editor, order):
    rows = list(document.proposals.order_by("passage__start", "id"))
    own = proposal(document, "To: the Prime Minister")
    rows.remove(own)
    for row in [own, *rows] if order == "forwards" else [*reversed(rows), own]:
        try:
            proposals.confirm(user=editor, proposal=row)
        except InvalidInput:
            assert order == "backwards"  # "We" is nobody yet
    for row in document.proposals.filter(state=ProposalState.OPEN):
        proposals.confirm(user=editor, proposal=row)
    made = {ask.action: (ask.communication.dated, ask.position) for ask in Ask.objects.all()}
    assert made["hold a first meeting"] == ("2026-02-11", Position.MADE)
    assert made["open a dialogue with the community’s elected office"] == ("2026-05-06", Position.MADE)
    assert Communication.objects.count() == 2
    assert list(Silence.objects.get().asks.values_list("action", flat=True)) == ["hold a first meeting"]


def test_your_government_is_whom_the_letter_addresses(document, editor):
    confirm_all(document, editor)
    assert Commitment.objects.get().who.name == "Prime Minister of Velmar"
    assert Party.objects.count() == 3


def test_a_communication_on_file_is_not_made_twice(document, process, editor, house):
    envoy = house.party("Regional Envoy", kind="office")
    from datetime import date

    on_file = house.communication(of=house.community, to=envoy, on=date(2026, 2, 11))
    proposals.confirm(user=editor, proposal=proposal(document, "To: the Prime Minister"))
    mentioned = proposal(document, "wrote to the Regional Envoy", "communication")
    proposals.confirm(user=editor, proposal=mentioned)
    assert Communication.objects.filter(day=date(2026, 2, 11)).get() == on_file
    assert Mention.objects.get(passage=mentioned.passage).communication == on_file


def test_correct_keeps_before_and_after_and_checks_the_words(document, editor):
    ask = proposal(document, "to let a joint mission")
    start = LETTER.index("let a joint mission of agencies visit Meshul")
    end = start + len("let a joint mission of agencies visit Meshul")
    decision = proposals.correct(
        user=editor, proposal=ask, payload={"action": "let a mission visit Meshul"}, span=(start, end, LETTER[start:end]), seen=0
    )
    ask.refresh_from_db()
    assert ask.passage.exact == "let a joint mission of agencies visit Meshul"
    assert ask.state == ProposalState.OPEN and ask.payload["action"] == "let a mission visit Meshul"
    assert decision.before["payload"]["action"] == "let a joint mission visit Meshul, Kul and Old Tavrek"
    with pytest.raises(InvalidInput, match="not the ones that stand there"):
        proposals.correct(user=editor, proposal=ask, payload={}, span=(start, end, "other words"))
    with pytest.raises(InvalidInput, match="outside"):
        proposals.correct(user=editor, proposal=ask, payload={}, span=(10, 10**6, "x"))


def test_a_page_that_is_out_of_date_changes_nothing(document, editor, lead):
    ask = proposal(document, "We therefore ask")
    proposals.confirm(user=lead, proposal=proposal(document, "To: the Prime Minister"))
    proposals.reject(user=lead, proposal=ask, seen=0)
    with pytest.raises(Conflict) as refused:
        proposals.confirm(user=editor, proposal=ask, seen=0)
    assert lead.full_name in str(refused.value) and "Rejected" in str(refused.value)
    assert Ask.objects.count() == 0


def test_merge_completes_the_fields_and_joins_the_passages(document, editor):
    one, two = proposal(document, "We therefore ask"), proposal(document, "to let a joint mission")
    proposals.merge(user=editor, proposal=one, other=two, seen=0)
    one.refresh_from_db()
    two.refresh_from_db()
    assert one.passage.exact.startswith("We therefore ask") and one.passage.exact.endswith("Old Tavrek")
    assert one.payload["place"] == "Meshul, Kul, Old Tavrek"
    assert (two.state, two.merged_into) == (ProposalState.MERGED, one)
    proposals.undo(user=editor, document=document)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.passage.exact.endswith("elected office"), one.state, two.state) == (True, "open", "open")
    assert two.merged_into is None


def test_split_makes_two_at_the_word_chosen(document, editor):
    ask = proposal(document, "To: the Prime Minister")
    with pytest.raises(InvalidInput):
        proposals.split(user=editor, proposal=ask, at=ask.passage.start)
    ask = proposal(document, "to let a joint mission")
    at = LETTER.index("Kul and Old Tavrek")
    proposals.split(user=editor, proposal=ask, at=at, seen=0)
    parts = list(Proposal.objects.filter(split_from=ask).order_by("passage__start"))
    assert [part.passage.exact for part in parts] == [
        "to let a joint mission of agencies visit Meshul,",
        "Kul and Old Tavrek",
    ]
    proposals.undo(user=editor, document=document)
    ask.refresh_from_db()
    assert ask.state == ProposalState.OPEN and not Proposal.objects.filter(split_from=ask).exists()


def test_a_split_whose_parts_were_decided_is_not_undone(document, editor, lead):
    ask = proposal(document, "to let a joint mission")
    proposals.split(user=editor, proposal=ask, at=LETTER.index("Kul and Old Tavrek"))
    proposals.reject(user=lead, proposal=Proposal.objects.filter(split_from=ask).first())
    with pytest.raises(Conflict, match="parts"):
        proposals.undo(user=editor, document=document)


def test_undo_takes_the_rows_of_a_confirmation_back(document, editor):
    confirm_all(document, editor)
    ask = proposal(document, "to let a joint mission")
    assert Ask.objects.filter(pk=Proposal.objects.get(pk=ask.pk).ask_id).exists()
    while proposals.undoable(document, editor):
        proposals.undo(user=editor, document=document)
    assert Ask.objects.count() == Communication.objects.count() == Silence.objects.count() == 0
    assert Event.objects.count() == Commitment.objects.count() == Party.objects.count() == 0
    assert set(document.proposals.values_list("state", flat=True)) == {"open"}


def test_undo_is_refused_when_other_records_rest_on_it(document, editor, lead):
    proposals.confirm(user=editor, proposal=proposal(document, "To: the Prime Minister"))
    proposals.confirm(user=lead, proposal=proposal(document, "We therefore ask"))
    with pytest.raises(Conflict, match="rest on L-001"):
        proposals.undo(user=editor, document=document)
    assert Communication.objects.count() == 1
    assert proposal(document, "To: the Prime Minister").state == ProposalState.CONFIRMED


def test_undo_without_a_decision_says_so(document, editor):
    with pytest.raises(Conflict, match="no decision of yours"):
        proposals.undo(user=editor, document=document)


def test_added_by_a_person(document, editor):
    words = "what is said about these villages may be seen"
    start = LETTER.index(words)
    made = proposals.add(user=editor, document=document, kind="ask", start=start, end=start + len(words), quote=words)
    assert (made.origin, made.state, made.passage.exact) == ("person", "open", words)
    proposals.undo(user=editor, document=document)
    made.refresh_from_db()
    assert made.state == ProposalState.REJECTED


def test_an_ask_put_again_keeps_one_record(document, process, editor):
    confirm_all(document, editor)
    first = Ask.objects.get(action__startswith="open a dialogue")
    text = LETTER.replace("6 May 2026", "6 June 2026").replace("before the end of this month", "soon")
    from tests.apps.dialogue.letters import ROWS

    rows = [r for r in ROWS if r[1].startswith(("To:", "We therefore"))]
    rows = [(k, q, {**d, **({"date": "2026-06-06"} if k == "communication" else {"due": None})}, c) for k, q, d, c in rows]
    later = letter(process, editor, text=text, rows=rows, name="second.txt")
    again = proposal(later, "We therefore ask")
    suggestion = Desk.of(later).same_asks(again)[0]
    assert suggestion.row == first and "dialogue" in suggestion.shared
    proposals.confirm(user=editor, proposal=proposal(later, "To: the Prime Minister"))
    proposals.correct(user=editor, proposal=again, payload={"same_as": first.pk})
    proposals.confirm(user=editor, proposal=again)
    assert Ask.objects.filter(action__startswith="open a dialogue").count() == 1
    assert first.passages.filter(use=AskPassage.Use.REPEATS).count() == 1
    assert first.due_on.isoformat() == "2026-05-31"


def test_unclear_names_wait_for_a_person(process, editor):
    text = "We ask Your Excellency to reply."
    document = letter(
        process, editor, text=text, rows=[("ask", text, {"addressees": ["Your Excellency"], "action": "reply"}, 0.9)]
    )
    with pytest.raises(InvalidInput, match="not clear who is meant by “Your Excellency”"):
        proposals.confirm(user=editor, proposal=document.proposals.get())
    assert Ask.objects.count() == 0 and document.proposals.get().state == "open"
    result = proposals.confirm_likely(user=editor, document=document)
    assert result.confirmed == 0 and len(result.kept) == 1


@pytest.mark.parametrize("role", ["reader", "dpo", "administrator", None])
def test_only_roles_that_review_decide(document, person, role):
    user = person(role)
    row = proposal(document, "To: the Prime Minister")
    with pytest.raises(Forbidden):
        proposals.confirm(user=user, proposal=row)
    with pytest.raises(Forbidden):
        proposals.undo(user=user, document=document)
    with pytest.raises(Forbidden):
        proposals.confirm_likely(user=user, document=document)


def test_the_first_letter_of_a_new_process_was_sent_by_us(process, editor):
    text = "Office of the Vale Community\n\nTo: the Prime Minister of Kestria\n\nWe ask you to open the bridge.\n"
    document = House(process).document(text)
    payload = {
        "from": [{"text": "Office of the Vale Community", "party": None, "name": ""}],
        "to": [{"text": "Prime Minister of Kestria", "party": None, "name": ""}],
        "date": "2026-03-01",
        "kind": "letter",
        "this_document": True,
        "existing": "new",
    }
    start = text.index("To: the Prime Minister")
    words = "To: the Prime Minister of Kestria"
    proposal = proposals.add(
        user=editor, document=document, kind="communication", start=start, end=start + len(words), quote=words, payload=payload
    )
    proposals.confirm(user=editor, proposal=proposal)
    letter = Communication.objects.get(process=process)
    assert letter.parts.get(part="from").party.ours
    assert letter.delivery == "sent"


@pytest.mark.parametrize(("writer", "delivery"), [("Office of the Vale Community", "sent"), ("Ministry of Kestria", "received")])
def test_an_earlier_letter_of_ours_was_sent_even_when_it_is_confirmed_first(process, editor, writer, delivery):
    mention = f"The letter of the {writer} of 4 May 2025"
    text = f"Office of the Vale Community\n\nTo: the Prime Minister of Kestria\n\n{mention} stands.\n"
    document = House(process).document(text)

    def add(words, **payload):
        start = text.index(words)
        end = start + len(words)
        payload = {"to": [{"text": "Prime Minister of Kestria"}], "kind": "letter", "existing": "new", **payload}
        added = {"kind": "communication", "start": start, "end": end, "quote": words, "payload": payload}
        return proposals.add(user=editor, document=document, **added)

    ours = {"from": [{"text": "Office of the Vale Community"}], "date": "2026-03-01", "this_document": True}
    own = add("To: the Prime Minister of Kestria", **ours)
    earlier = add(mention, **{"from": [{"text": writer}], "date": "2025-05-04"})
    proposals.confirm(user=editor, proposal=earlier)
    assert Communication.objects.get(process=process, dated="2025-05-04").delivery == delivery
    proposals.confirm(user=editor, proposal=own)
    assert Communication.objects.get(process=process, dated="2026-03-01").delivery == "sent"
