"""A new reading, or a newer version of a document, never loses what people decided."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.apps.dialogue.letters import LETTER, ROWS, letter, proposal, result
from wayhome.core.actors import SYSTEM
from wayhome.core.errors import WayhomeError
from wayhome.dialogue.actions import proposals, reading
from wayhome.dialogue.anchoring import anchor, context
from wayhome.dialogue.matching import Found, Known, closeness, plan
from wayhome.dialogue.models import Ask, AskPassage, Communication, Document, Proposal, ProposalDecision, Redaction, Silence
from wayhome.dialogue.states import ProposalState

WORDS = [
    "the",
    "house",
    "road",
    "village",
    "we",
    "ask",
    "return",
    "of",
    "to",
    "open",
    "school",
    "water",
    "bridge",
    "committee",
    "families",
    "and",
    "reply",
    "letter",
]
texts = st.lists(st.sampled_from(WORDS), min_size=12, max_size=60).map(" ".join)


# Anchoring


@given(texts, texts, texts, st.data())
def test_words_that_still_stand_are_found_where_they_stand(before, middle, after, data):
    start = data.draw(st.integers(0, len(middle) - 8))
    end = data.draw(st.integers(start + 6, len(middle)))
    quote = middle[start:end]
    if not quote.strip():
        return
    old = before + " " + middle
    at = len(before) + 1 + start
    around = context(old, at, at + len(quote))
    new = before + " " + middle + " " + after
    there = anchor(quote, new, before=around[0], after=around[1], place=around[2])
    assert there is not None and there.exact and new[there.start : there.end] == quote


@given(st.integers(0, 3), st.data())
def test_the_context_decides_between_equal_words(which, data):
    parts = [f"chapter {name} says: we ask for a reply; so ends {name}." for name in ("one", "two", "three", "four")]
    text = "\n\n".join(parts)
    start = text.index(parts[which]) + parts[which].index("we ask for a reply")
    around = context(text, start, start + 18)
    order = data.draw(st.permutations(parts))
    moved = "Preface.\n\n" + "\n\n".join(order)
    there = anchor("we ask for a reply", moved, before=around[0], after=around[1], place=around[2])
    name = ("one", "two", "three", "four")[which]
    assert moved[: there.start].rsplit("chapter ", 1)[1].startswith(name)


@pytest.mark.parametrize(
    ("quote", "text", "found"),
    [
        ("we ask for a “safe return”", 'Now we ask\nfor a "safe return" of all.', 'we ask\nfor a "safe return"'),
        ("inter-agency mission", "an inter‑agency mission came", "inter‑agency mission"),
        (
            "we ask the Prime Minister to open a dialogue soon",
            "Today we ask the Prime Minister to open the dialogue soon with us.",
            "we ask the Prime Minister to open the dialogue soon",
        ),
        ("return in safety", "nothing of the kind", None),
        ("   ", "anything", None),
    ],
)
def test_small_differences_are_bridged_and_others_are_not(quote, text, found):
    there = anchor(quote, text)
    assert (text[there.start : there.end] if there else None) == found


# Matching

spans = st.tuples(st.integers(0, 200), st.integers(1, 40)).map(lambda pair: (pair[0], pair[0] + pair[1]))
kinds = st.sampled_from(["ask", "silence"])
known_rows = st.lists(
    st.tuples(kinds, spans, st.sampled_from(["open", "confirmed", "rejected", "merged", "split", "superseded"]), st.booleans()),
    max_size=12,
).map(lambda rows: [Known(i, kind, (span,), state, touched) for i, (kind, span, state, touched) in enumerate(rows)])
found_rows = st.lists(st.tuples(kinds, spans).map(lambda row: Found(row[0], *row[1])), max_size=12)


@given(known_rows, found_rows)
def test_the_plan_touches_no_decision_and_loses_no_finding(known, found):
    work = plan(known, found)
    undecided = {one.id for one in known if one.state in ("open", "superseded")}
    corrected = {one.id for one in known if one.state == "open" and one.touched}
    assert set(work.renew) | set(work.reopen) | set(work.set_aside) <= undecided - corrected
    used = [*work.same.values(), *work.renew.values(), *work.reopen.values()]
    assert sorted([*used, *work.new]) == list(range(len(found)))
    matched = {**work.same, **work.renew, **work.reopen}
    for pk, index in matched.items():
        assert known[pk].kind == found[index].kind
        assert closeness(known[pk].spans[0], (found[index].start, found[index].end)) >= 0.5


@given(known_rows)
def test_the_same_reading_again_changes_nothing(known):
    distinct = {(one.kind, one.spans[0]): one for one in known if one.state != "superseded"}
    rows = list(distinct.values())
    work = plan(rows, [Found(one.kind, *one.spans[0]) for one in rows])
    assert not work.set_aside and not work.new and not work.reopen
    assert {pk: rows[index].id for pk, index in {**work.same, **work.renew}.items()} == {one.id: one.id for one in rows}


# In the database


def _human(document):
    """What must never change: every proposal that a person decided about or touched."""
    rows = {}
    for p in document.proposals.select_related("passage").prefetch_related("decisions"):
        if p.decisions.all():
            made = (p.ask_id, p.commitment_id, p.communication_id, p.silence_id, p.statement_id, p.event_id)
            rows[p.pk] = (p.state, p.payload, p.passage.exact, made, p.decided_by_id, [d.pk for d in p.decisions.all()])
    return rows


def _act(chance, document, user):
    """One random decision; a refusal is fine, a change without a decision is not."""
    rows = list(document.proposals.filter(state=ProposalState.OPEN).order_by("pk"))
    step = chance.choice(["confirm", "confirm", "reject", "correct", "merge", "split", "undo", "add"])
    try:
        if step == "undo":
            proposals.undo(user=user, document=document)
        elif step == "add":
            start = chance.randrange(0, len(document.text) - 60)
            end = start + chance.randrange(5, 50)
            proposals.add(user=user, document=document, kind="ask", start=start, end=end, quote=document.text[start:end])
        elif rows:
            row = chance.choice(rows)
            if step == "confirm":
                proposals.confirm(user=user, proposal=row)
            elif step == "reject":
                proposals.reject(user=user, proposal=row)
            elif step == "correct":
                proposals.correct(user=user, proposal=row, payload={"action": f"corrected {chance.random()}"})
            elif step == "merge":
                proposals.merge(user=user, proposal=row, other=chance.choice(rows))
            else:
                middle = (row.passage.start + row.passage.end) // 2
                proposals.split(user=user, proposal=row, at=middle)
    except WayhomeError:
        pass


def _jittered(chance, rows, text):
    """Another engine version: some findings are gone, some a little longer or shorter, some new."""
    out = []
    for kind, quote, data, _confidence in rows:
        if chance.random() < 0.25 or quote not in text:
            continue
        start = text.index(quote)
        end = start + len(quote)
        if chance.random() < 0.4:
            end = min(len(text), end + chance.randrange(1, 12))
        if chance.random() < 0.3:
            start = min(end - 3, start + chance.randrange(1, 6))
        out.append((kind, text[start:end], data, chance.random()))
    for _n in range(chance.randrange(0, 3)):
        start = chance.randrange(0, len(text) - 40)
        quote = text[start : start + 30].strip()
        out.append(("ask", quote, {"addressees": ["the Regional Envoy"], "action": "something new"}, 0.5))
    return out


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(12))
def test_no_decision_is_lost_whatever_is_decided_and_read(process, editor, lead, seed):
    chance = random.Random(seed)
    document = letter(process, editor)
    for _round in range(3):
        for _step in range(chance.randrange(1, 6)):
            _act(chance, document, chance.choice([editor, lead]))
        before, asks = _human(document), set(Ask.objects.values_list("pk", flat=True))
        decisions = set(ProposalDecision.objects.values_list("pk", flat=True))
        text = document.text if chance.random() < 0.5 else document.text.replace("Excellency,", "Your Excellency, dear friend,")
        rows = _jittered(chance, ROWS, text)
        reading.record(document=document, result=result(text, rows, engine_version=f"2.{_round}"), actor=SYSTEM)
        document.refresh_from_db()
        assert _human(document) == before
        assert asks <= set(Ask.objects.values_list("pk", flat=True))
        assert decisions <= set(ProposalDecision.objects.values_list("pk", flat=True))
        for passage in document.passages.all():
            assert document.text[passage.start : passage.end] == passage.exact
        count = document.proposals.count()
        reading.record(document=document, result=result(text, rows, engine_version=f"2.{_round}"), actor=SYSTEM)
        assert document.proposals.count() == count  # the same reading twice proposes nothing twice
        document.refresh_from_db()
    assert document.runs.count() == 7


@pytest.mark.django_db
def test_what_is_not_found_again_is_set_aside_only_while_open(process, editor):
    document = letter(process, editor)
    proposals.reject(user=editor, proposal=proposal(document, "proposed a first meeting"))
    proposals.correct(user=editor, proposal=proposal(document, "We therefore ask"), payload={"action": "talk"})
    reading.record(document=document, result=result(rows=[]), actor=SYSTEM)
    states = dict(document.proposals.values_list("passage__exact", "state"))
    assert states["proposed a first meeting"] == "rejected"
    assert document.proposals.filter(state="open").get().payload["action"] == "talk"
    assert document.proposals.filter(state="superseded").count() == len(ROWS) - 2
    reading.record(document=document, result=result(), actor=SYSTEM)
    assert document.proposals.filter(state="superseded").count() == 0
    assert document.proposals.count() == len(ROWS)


@pytest.mark.django_db
def test_a_text_that_changed_moves_its_passages(process, editor):
    document = letter(process, editor)
    proposals.confirm_likely(user=editor, document=document, least=0)
    ask = Ask.objects.get(action__startswith="open a dialogue")
    old = ask.passages.get().passage
    Redaction.objects.create(document=document, start=LETTER.index("Tamar"), end=LETTER.index("Tamar") + 13)
    text = "Received by fax.\n\n" + LETTER
    reading.record(document=document, result=result(text), actor=SYSTEM)
    document.refresh_from_db()
    moved = ask.passages.get().passage
    assert document.text == text and moved.start == old.start + 18 and moved.exact == old.exact
    cover = document.redactions.get()
    assert text[cover.start : cover.end] == "Tamar Ayvelin"
    assert Silence.objects.get().passage.document == document
    assert document.proposals.exclude(state="confirmed").count() == 0


@pytest.mark.django_db
def test_a_text_that_lost_decided_words_is_not_taken(process, editor):
    document = letter(process, editor)
    proposals.confirm_likely(user=editor, document=document, least=0)
    worse = LETTER.replace("We therefore ask the Prime Minister to open a dialogue", "Wc thcreforc osk thc Prirne Minister")
    rows = [row for row in ROWS if row[1] in worse]
    reading.record(document=document, result=result(worse, rows), actor=SYSTEM)
    document.refresh_from_db()
    assert document.text == LETTER
    assert document.proposals.filter(state="confirmed").count() == len(ROWS)
    assert all(document.text[p.start : p.end] == p.exact for p in document.passages.all())


@pytest.mark.django_db
def test_a_newer_version_takes_the_decisions_over(process, editor, lead):
    earlier = letter(process, editor)
    proposals.confirm_likely(user=editor, document=earlier, least=0.55)
    proposals.reject(user=lead, proposal=proposal(earlier, "returns “shall", "commitment"))
    text = LETTER.replace("and proposed a first meeting, without conditions", "").replace(
        "6 May 2026\n", "6 May 2026 (corrected)\n"
    )
    rows = [row for row in ROWS if row[1] in text]
    newer = letter(process, editor, text=text, rows=rows, name="letter-2.txt", earlier=earlier)
    assert newer.earlier_version == earlier
    ask = Ask.objects.get(action__startswith="open a dialogue")
    here = proposal(newer, "We therefore ask")
    assert (here.state, here.ask, here.decided_by) == ("confirmed", ask, editor)
    assert here.decisions.get().after["carried_from"]
    assert ask.passages.filter(passage__document=newer, use=AskPassage.Use.STATES).exists()
    assert proposal(newer, "returns “shall", "commitment").state == "rejected"
    own = Communication.objects.get(dated="2026-05-06")
    assert own.document == newer
    # What has no words in the newer version stays with the earlier one.
    lost = proposal(earlier, "proposed a first meeting")
    assert lost.state == "confirmed" and lost.ask is not None
    assert not newer.proposals.filter(ask=lost.ask).exists()
    assert Proposal.objects.filter(document=earlier, state="confirmed").count() == len(ROWS) - 1


@pytest.mark.django_db
def test_a_run_keeps_version_parameters_and_input(process, editor):
    document = letter(process, editor)
    run = document.runs.get()
    assert (run.engine_version, run.input_sha256, run.seed) == ("1.0", document.sha256, 0)
    assert len(run.result["asks"]) == 3 and run.result["silences"][0]["kind"] == "no_reply"


@pytest.mark.django_db
def test_a_reading_that_fails_keeps_what_is_there(process, editor):
    from wayhome.dialogue.bridge import Failure

    document = letter(process, editor)
    reading.record_failure(document=document, failure=Failure("x", "It broke.", "Try again."))
    document.refresh_from_db()
    assert document.state == Document.State.READ and document.problem == "It broke." and document.text == LETTER


@pytest.mark.django_db
def test_what_no_database_can_keep_is_replaced_one_for_one(process, editor):
    from wayhome.dialogue import bridge
    from wayhome.dialogue.actions import documents
    from wayhome.engines.reading.types import Ask as FoundAsk
    from wayhome.engines.reading.types import Extracted, Reading

    text = "We\x00 ask \ud800the Ministry to reply."
    ask = FoundAsk(None, ("the \x00Ministry",), "reply\x00", None, None, None, None, (), 0, len(text), 0.9, "rule \x00")
    read = Reading(text, "en", True, "A\x00 title", None, None, "letter", asks=(ask,))
    found = bridge._result(Extracted(text, "text/plain", title="A\x00"), read, engine_version="1", input_sha256="0" * 64)
    added = documents.add_file(process=process, name="x.txt", data=b"x", user=editor, read=False)
    reading.record(document=added.document, result=found)
    added.document.refresh_from_db()
    assert added.document.text == "We\ufffd ask \ufffdthe Ministry to reply." and len(added.document.text) == len(text)
    assert added.document.proposals.get().passage.exact == added.document.text
