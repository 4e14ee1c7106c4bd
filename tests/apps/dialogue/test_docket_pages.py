"""The docket, an ask's page, commitments, search, calendar, settings: what they show, to whom, with how many queries."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.apps.dialogue.test_steps import in_state
from tests.factories import House, ago, instrument, today
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.models import AuditEntry
from wayhome.core.tables import safe_cell
from wayhome.dialogue.actions import commitments, evidence, moves
from wayhome.dialogue.actions.escalation import Rung, set_ladder
from wayhome.dialogue.actions.steps import NewDeadline
from wayhome.dialogue.models import Ask, CalendarFeed, Commitment, Instrument, LadderStep, PartyName
from wayhome.dialogue.queries import docket as query
from wayhome.dialogue.queries.asks import clock, in_time_state, silent, time_state_case
from wayhome.dialogue.states import Basis, Outcome, Position, TimeState
from wayhome.dialogue.words import is_silent

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(name, args=["lirva", *args])


def refs(response) -> list[str]:
    return [row.ask.ref for row in response.context["rows"]]


@pytest.fixture
def some(house, hand):
    """One ask of each kind that the views tell apart."""
    asks = {
        "silent": house.ask("Open the road", on=ago(60), with_document=True),
        "soon": house.ask(
            "Name a contact", on=ago(3), deadline=NewDeadline(today() + timedelta(days=2), Basis.LAW, "Access Act, art. 9")
        ),
        "refused": house.ask("Keep the school open", addressee=house.envoy, on=ago(50)),
        "fulfilled": house.ask("Give the list", on=ago(45)),
        "draft": house.ask("Receive observers", drafted=True, addressee=house.envoy),
    }
    moves.move(ask=asks["refused"], position=Position.REFUSED, actor=hand, on=ago(12))
    moves.set_outcome(ask=asks["fulfilled"], outcome=Outcome.FULFILLED, actor=hand)
    return asks


# The docket


def test_the_docket_shows_every_ask_with_words_and_counts(house, some, as_user, editor):
    response = as_user(editor).get(url("docket"))
    text = response.content.decode()
    assert refs(response) == ["A-001", "A-002", "A-005", "A-003", "A-004"] or set(refs(response)) == {
        f"A-00{n}" for n in range(1, 6)
    }
    assert refs(response)[0] == "A-001"  # the longest overdue stands first
    assert refs(response)[-1] == "A-004"  # what is closed stands last
    for words in (
        "No reply on file",
        "days overdue",
        "2 days left",
        "law: Access Act, art. 9",
        "after 38 days",
        "starts with delivery",
    ):
        assert words in text, words
    counts = {name: n for name, _title, n in response.context["views"]}
    assert counts == {"all": 5, "open": 3, "no_reply": 2, "due_soon": 1, "overdue": 1, "refused": 1, "fulfilled": 1}
    assert "ignored" not in text


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("view=open", {"silent", "soon", "refused"}),
        ("view=no_reply", {"silent", "soon"}),
        ("view=due_soon", {"soon"}),
        ("view=overdue", {"silent"}),
        ("view=refused", {"refused"}),
        ("view=fulfilled", {"fulfilled"}),
        ("position=drafted", {"draft"}),
        ("outcome=fulfilled", {"fulfilled"}),
        ("basis=law", {"soon"}),
        ("time=no_clock", {"draft"}),
        ("time=answered", {"refused"}),
        ("time=closed", {"fulfilled"}),
        ("q=school", {"refused"}),
        ("q=envoy", {"refused", "draft"}),
        ("q=envoy+observers", {"draft"}),
        ("q=school+road", set()),
        ("view=refused&basis=law", set()),
        ("position=nonsense&time=%27--&party=abc&view=x&sort=;drop", {"silent", "soon", "refused", "fulfilled", "draft"}),
    ],
)
def test_filters(some, as_user, editor, parameters, expected):
    response = as_user(editor).get(f"{url('docket')}?{parameters}")
    assert response.status_code == 200
    assert set(refs(response)) == {some[name].ref for name in expected}
    assert response.context["page"].total == len(expected)


def test_the_filter_by_addressee(some, house, as_user, editor):
    response = as_user(editor).get(f"{url('docket')}?party={house.envoy.pk}")
    assert set(refs(response)) == {some["refused"].ref, some["draft"].ref}


@pytest.mark.parametrize("sort", list(query.SORTS))
def test_every_column_sorts_both_ways(some, as_user, editor, sort):
    client = as_user(editor)
    up = refs(client.get(f"{url('docket')}?sort={sort}"))
    down = refs(client.get(f"{url('docket')}?sort=-{sort}"))
    assert sorted(up) == sorted(down) == [f"A-00{n}" for n in range(1, 6)]
    if sort in {"number", "action"}:
        assert up == list(reversed(down))


def test_the_docket_in_pages_keeps_its_filters(house, as_user, editor):
    for n in range(53):
        house.ask(f"Ask {n}", drafted=True)
    client = as_user(editor)
    first = client.get(f"{url('docket')}?position=drafted&sort=-number")
    assert len(refs(first)) == 50 and first.context["page"].later == "?position=drafted&sort=-number&page=2"
    second = client.get(url("docket") + first.context["page"].later)
    assert refs(second) == ["A-003", "A-002", "A-001"]
    assert refs(client.get(f"{url('docket')}?page=99")) == refs(client.get(f"{url('docket')}?page=2"))


def test_htmx_gets_the_table_alone_from_the_same_query(some, as_user, editor):
    client = as_user(editor)
    whole = client.get(f"{url('docket')}?view=open")
    part = client.get(f"{url('docket')}?view=open", headers={"HX-Request": "true"})
    assert refs(part) == refs(whole)
    assert b"<html" not in part.content and b"<html" in whole.content
    back = client.get(f"{url('docket')}?view=open", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert b"<html" in back.content
    assert "HX-Request" in part["Vary"]


def test_nothing_of_another_process_shows(house, other_process, person, as_user):
    ask = House(other_process).ask("Elsewhere")
    client = as_user(person("process_lead"))
    assert b"Elsewhere" not in client.get(url("docket")).content
    assert client.get(reverse("ask", args=["ostra", ask.number])).status_code == 404
    assert client.get(url("ask", ask.number)).status_code == 404
    assert client.get(url("search") + "?q=elsewhere").context["groups"] == []


def test_no_asks_yet_says_what_will_be_here(process, as_user, editor):
    assert b"No asks yet" in as_user(editor).get(url("docket")).content


def queries(client, address) -> int:
    client.get(address)  # the session and what is read once
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("docket/", 17),
        ("docket/?q=road&sort=party", 20),
        ("commitments/", 15),
        ("search/?q=road", 22),
        ("commitments/instruments/", 10),
    ],
)
def test_lists_ask_the_database_as_often_for_1_row_as_for_30(house, hand, as_user, editor, address, most):
    client = as_user(editor)

    def grow(n):
        for _ in range(n):
            ask = house.ask("Open the road", with_document=True)
            evidence.add_evidence(subject=ask, actor=hand, title="A road", source="Somebody")
            row = commitments.create_commitment(
                process=house.process, actor=hand, what="Mend the road", who=house.envoy, instrument=instrument(),
                passages=[house.passage(house.document("We shall mend the road."))], communication=ask.communication,
            )  # fmt: skip
            evidence.add_evidence(subject=row, actor=hand, title="A road", source="Somebody")
            evidence.assess(subject=row, grade=1, actor=hand)

    grow(1)
    few = queries(client, f"/p/lirva/dialogue/{address}")
    grow(29)
    many = queries(client, f"/p/lirva/dialogue/{address}")
    assert few == many <= most


def test_the_page_of_an_ask_asks_as_often_for_a_short_thread_as_for_a_long_one(house, hand, as_user, editor):
    ask = house.ask("Open the road", with_document=True)
    client = as_user(editor)

    def grow(n):
        for k in range(n):
            reply = house.reply(text=f"We answer {k}.", on=ago(9))
            passage = house.passage(reply.document)
            moves.add_note(ask=ask, actor=hand, note=f"note {k}", communication=reply, passage=passage)
            evidence.add_evidence(subject=ask, actor=hand, title="x", source="y", passage=passage)
            ask.instruments.add(instrument(f"T{Instrument.objects.count()}"))

    grow(1)
    few = queries(client, url("ask", ask.number))
    grow(12)
    assert few == queries(client, url("ask", ask.number)) <= 30


@pytest.mark.parametrize("n", range(12))
def test_sql_and_words_agree_on_time_and_silence(house, n):
    """Every position with every outcome it can have, due before, near and long after today."""
    positions, dues = list(Position), [-200, -90, -91, -1, 0, 7, 8, 60]
    position = positions[n % len(positions)]
    for outcome in (Outcome.NONE, Outcome.PARTLY, Outcome.LAPSED):
        if position == Position.DRAFTED and outcome != Outcome.NONE:
            continue
        ask = in_state(house, position=position, outcome=outcome)
        if ask.due_on is not None:
            Ask.objects.filter(pk=ask.pk).update(due_on=today() + timedelta(days=dues[n % len(dues)]))
    for row in Ask.objects.of(house.process).annotate(state=time_state_case(house.process, today())).select_related("process"):
        state = clock(row, today()).state
        assert row.state == state
        matched = [s for s in TimeState if Ask.objects.filter(in_time_state(s, house.process, today()), pk=row.pk).exists()]
        assert matched == [state]
        assert Ask.objects.filter(silent(), pk=row.pk).exists() == is_silent(row)


def test_a_letter_from_the_addressee_is_named_and_taken_for_no_answer(house, as_user, editor):
    ask = house.ask(on=ago(60))
    house.reply(on=ago(5))
    text = as_user(editor).get(url("ask", ask.number)).content.decode()
    assert "its latest communication on file" in text and "First reply" not in text and "No reply on file" not in text
    ask.refresh_from_db()
    assert ask.position == Position.MADE


# Export


def test_the_export_is_safe_to_open_and_logged(house, as_user, editor, person):
    house.ask('=HYPERLINK("http://example.org")', addressee=house.party("@office"))
    house.ask("Second", drafted=True)
    response = as_user(editor).get(url("docket_export"))
    body = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body)))
    assert len(rows) == 3 and rows[0][0] == "No."
    first = next(row for row in rows if row[0] == "A-001")
    assert first[1].startswith("'=") and first[2] == "'@office"
    assert AuditEntry.objects.get(action="docket.exported").detail["rows"] == 2
    assert as_user(person("reader")).get(url("docket_export")).status_code == 403


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "  =1"])
def test_a_cell_that_begins_like_a_formula_is_made_text(cell):
    assert safe_cell(cell) == f"'{cell}"
    assert safe_cell("a=1") == "a=1"


# Many at once


def test_picked_asks_get_a_form_and_then_the_step(house, some, as_user, editor):
    client = as_user(editor)
    form = client.get(url("docket_bulk"), {"step": "deadline", "ask": ["1", "5"]})
    assert [ask.ref for ask in form.context["picked"]] == ["A-001", "A-005"]
    data = {
        "step": "deadline",
        "ask": ["1", "5"],
        "confirm": "1",
        "due_on": (today() + timedelta(days=9)).isoformat(),
        "basis": "request",
    }
    response = client.post(url("docket_bulk"), data, follow=True)
    text = response.content.decode()
    assert "1 ask: deadline set." in text
    assert "A-005: No clock runs before the ask is delivered." in text
    some["silent"].refresh_from_db()
    assert some["silent"].due_on == today() + timedelta(days=9)


@pytest.mark.parametrize("step", ["remind", "escalate", "deadline", "note", "close"])
def test_every_bulk_step_has_a_form_and_only_for_who_decides(house, some, as_user, editor, person, step):
    assert as_user(editor).get(url("docket_bulk"), {"step": step, "ask": "1"}).status_code == 200
    assert as_user(person("case_worker")).get(url("docket_bulk"), {"step": step, "ask": "1"}).status_code == 403
    assert as_user(editor).get(url("docket_bulk"), {"step": "vanish", "ask": "1"}).status_code == 404


# The page of an ask


def test_the_page_says_position_outcome_time_delivery_thread_and_silence(house, hand, as_user, editor):
    ask = house.ask("Open the road", on=ago(60), with_document=True, place="Meshul")
    text = as_user(editor).get(url("ask", ask.number)).content.decode()
    for words in ("Made", "days overdue", "own request, not law", "Received", "asked for the first time", "We ask that you Open the road",
                  "No reply on file as of", "1 communication searched", "Meshul", "L-001 ¶2", "weekends counted as free"):  # fmt: skip
        assert words in text, words


def test_an_answer_with_its_words_through_the_form(house, as_user, editor):
    ask = house.ask(on=ago(60))
    reply = house.reply(text="Dear all.\n\nWe cannot open the road this year.", on=ago(20))
    client = as_user(editor)
    address = url("ask_step", ask.number, "refused")
    assert client.get(address).status_code == 200
    wrong = client.post(address, {"on": ago(20), "communication": reply.pk, "quote": "We will open it."})
    assert wrong.status_code == 422 and "do not stand in the document" in wrong.content.decode()
    done = client.post(address, {"on": ago(20), "communication": reply.pk, "quote": "We cannot open the road"}, follow=True)
    text = done.content.decode()
    assert "answered: Refused" in text and "We cannot open the road" in text and "L-002 ¶2" in text
    ask.refresh_from_db()
    assert (ask.position, ask.answered_on) == (Position.REFUSED, ago(20))


def test_a_deferral_through_the_form_needs_words_and_date(house, as_user, editor):
    ask = house.ask(on=ago(60))
    reply = house.reply(text="It will be done by autumn.", on=ago(20))
    client = as_user(editor)
    address = url("ask_step", ask.number, "deferred")
    assert client.post(address, {"on": ago(20)}).status_code == 422
    data = {"on": ago(20), "communication": reply.pk, "quote": "done by autumn", "due_on": today() + timedelta(days=80)}
    text = client.post(address, data, follow=True).content.decode()
    assert "Deferred" in text and "80 days left" in text and "<s>" in text  # the earlier date stays, struck


def test_an_illegal_step_says_why_and_changes_nothing(house, as_user, editor):
    ask = house.ask()
    client = as_user(editor)
    client.post(url("ask_step", ask.number, "close"), {})
    response = client.post(url("ask_step", ask.number, "accepted"), {"on": today()})
    assert response.status_code == 422 and "cannot be followed by" in response.content.decode()


def test_every_step_that_is_offered_opens(house, hand, as_user, editor):
    client = as_user(editor)
    for position in (Position.DRAFTED, Position.MADE, Position.CLARIFICATION_ASKED, Position.REFUSED, Position.CLOSED):
        ask = in_state(house, position=position)
        steps = client.get(url("ask", ask.number)).context["steps"]
        offered = [step.name for group in steps.values() for step in group]
        assert offered
        for name in offered:
            assert client.get(url("ask_step", ask.number, name)).status_code == 200, (position, name)


@pytest.mark.parametrize(
    ("role", "sees"), [("reader", False), ("case_worker", False), ("administrator", False), ("editor", True), ("dpo", True)]
)
def test_words_of_a_restricted_document_are_shown_only_to_who_may_and_logged(house, as_user, person, role, sees):
    document = house.document("We ask that you Meet.", restricted=True)
    # Stated openly too, so that everybody sees the ask; the words of the second statement are for few.
    ask = house.ask("Meet", passages=[house.passage(house.document("Please meet us.")), house.passage(document)])
    house.communication(document=document)
    text = as_user(person(role)).get(url("ask", ask.number)).content.decode()
    assert ("We ask that you Meet" in text) == sees
    assert ("Words of a restricted document" in text) == (not sees)
    assert AuditEntry.objects.filter(action="ask.restricted_words.read").exists() == sees
    found = as_user(person(role)).get(url("search") + "?q=ask+that+you")
    assert any(group.kind == "document" for group in found.context["groups"]) == sees
    assert "ask that you" not in "".join(
        p.text for g in found.context["groups"] for h in g.hits for p in h.words if g.kind == "document"
    )


def test_a_reader_sees_no_steps(house, as_user, person):
    ask = house.ask()
    text = as_user(person("reader")).get(url("ask", ask.number)).content.decode()
    assert "Next steps" not in text and "/steps/" not in text
    assert as_user(person("reader")).get(url("ask_step", ask.number, "note")).status_code == 403
    assert as_user(person("case_worker")).get(url("ask_step", ask.number, "note")).status_code == 200
    assert as_user(person("case_worker")).get(url("ask_step", ask.number, "close")).status_code == 403


def test_the_history_shows_digests_of_the_audit_log(house, hand, as_user, editor):
    ask = house.ask()
    moves.move(ask=ask, position=Position.REFUSED, actor=hand)
    response = as_user(editor).get(url("ask", ask.number) + "?history=all")
    digests = {line.digest for line in response.context["history"]}
    entries = AuditEntry.objects.filter(subject_type="dialogue.ask", subject_id=str(ask.pk))
    assert digests == {f"{e.digest[:4]} {e.digest[4:8]}" for e in entries}
    assert "set “Refused”" in response.content.decode()


def test_evidence_is_verified_on_the_page_by_name(house, hand, as_user, editor, other_process):
    ask = house.ask()
    claim = evidence.add_evidence(subject=ask, actor=hand, title="112 families", source="The Board")
    client = as_user(editor)
    client.post(url("evidence_judge", claim.pk), {"standing": "verified", "verified_by": "Mission M-03"})
    claim.refresh_from_db()
    assert (claim.standing, claim.verified_by) == ("verified", "Mission M-03")
    foreign = evidence.add_evidence(subject=House(other_process).ask(), actor=SYSTEM, title="x", source="y")
    assert client.post(url("evidence_judge", foreign.pk), {"standing": "disputed"}).status_code == 404


def test_an_ask_by_hand_as_draft_and_as_made(house, as_user, editor):
    client = as_user(editor)
    letter = house.communication(on=ago(9))
    assert client.get(url("ask_new")).status_code == 200
    assert client.post(url("ask_new"), {"action": ""}).status_code == 422
    client.post(url("ask_new"), {"action": "Open the road", "addressee": house.ministry.pk})
    client.post(url("ask_new"), {"action": "Open it", "addressee": house.ministry.pk, "communication": letter.pk})
    assert [(a.position, a.asked_on) for a in Ask.objects.order_by("number")] == [("drafted", None), ("made", ago(9))]


def test_the_ladder_of_an_ask_grows_and_shrinks(house, as_user, editor):
    ask = house.ask()
    client = as_user(editor)
    address = url("ask_ladder", ask.number)
    assert client.get(address).status_code == 200
    data = {"rungs-TOTAL_FORMS": "2", "rungs-INITIAL_FORMS": "0", "rungs-0-party": house.envoy.pk, "rungs-0-after_working_days": "5",
            "rungs-0-answer_days": "6", "rungs-0-ORDER": "1", "rungs-1-party": "", "rungs-1-ORDER": "2"}  # fmt: skip
    assert client.post(address, {**data, "more": "1"}).status_code == 200
    assert ask.ladder.count() == 0
    client.post(address, data)
    assert [(s.party, s.after_working_days, s.answer_days) for s in ask.ladder.all()] == [(house.envoy, 5, 6)]
    text = client.get(url("ask", ask.number)).content.decode()
    assert "may be asked from" in text
    data["rungs-INITIAL_FORMS"] = "1"
    client.post(address, {**data, "rungs-0-DELETE": "on"})
    assert ask.ladder.count() == 0


# Commitments and instruments


def test_commitments_list_page_and_steps(house, hand, as_user, editor):
    ask = house.ask()
    reply = house.reply(of=house.envoy, text="We will register those who return.", on=ago(9))
    row = commitments.create_commitment(
        process=house.process, actor=hand, what="Register those who return", who=house.envoy, communication=reply,
        passages=[house.passage(reply.document)], asks=[ask], instrument=instrument(confirmed=False), due_on=ago(2),
    )  # fmt: skip
    client = as_user(editor)
    text = client.get(url("commitments")).content.decode()
    for words in ("Register those who return", "Regional Envoy", "2 days past its date", "not graded", "L-002 ¶1"):
        assert words in text, words
    page = client.get(url("commitment", row.number)).content.decode()
    for words in ("We will register those who return.", "unconfirmed", "A-001"):
        assert words in page, words
    assert client.post(url("commitment_step", row.number, "assess"), {"grade": "2", "on": today()}).status_code == 302
    assert (
        client.post(
            url("commitment_step", row.number, "evidence"), {"title": "40", "source": "Register", "as_of": today()}
        ).status_code
        == 302
    )
    page = client.get(url("commitment", row.number)).content.decode()
    assert "Grade 2 of 3" in page and "1 claimed" in page
    for name in ("asks", "correct", "remind", "withdraw"):
        assert client.get(url("commitment_step", row.number, name)).status_code == 200
    client.post(url("commitment_step", row.number, "withdraw"), {"on": today()})
    assert [r.commitment.ref for r in client.get(url("commitments") + "?view=withdrawn").context["rows"]] == ["C-001"]
    assert client.get(url("commitment_step", row.number, "reinstate")).status_code == 200
    for words, found in (("regist", ["C-001"]), ("envoy+return", ["C-001"]), ("ministry", [])):
        assert [r.commitment.ref for r in client.get(url("commitments") + f"?q={words}").context["rows"]] == found


def test_a_commitment_by_hand(house, as_user, editor):
    client = as_user(editor)
    assert client.get(url("commitment_new")).status_code == 200
    client.post(url("commitment_new"), {"what": "Mend the bridge", "kind": "agreement", "who": house.ministry.pk})
    assert Commitment.objects.get().kind == "agreement"


def test_the_shipped_instruments_are_listed_and_the_unconfirmed_are_marked(process, as_user, editor):
    from wayhome.dialogue import instruments

    shipped = instruments.rows()
    assert Instrument.objects.count() == len(shipped) >= 59
    assert instruments.load() == len(shipped)  # a second time changes nothing
    assert Instrument.objects.count() == len(shipped)
    response = as_user(editor).get(url("instruments"))
    text = response.content.decode()
    assert text.count("Unconfirmed</span>") == sum(1 for row in shipped if not row["confirmed"])
    assert "Convention" in text


# Search


def test_search_groups_what_it_finds_and_marks_the_words(house, as_user, editor):
    house.ask("Open the road to Meshul", with_document=True)
    PartyName.objects.create(party=house.party("Road Agency"), text="Agence des routes", language="fr")
    response = as_user(editor).get(url("search") + "?q=ROAD")
    groups = {group.kind: group for group in response.context["groups"]}
    assert set(groups) == {"ask", "document", "party"} or set(groups) == {"ask", "document", "party", "communication"}
    assert "<mark>road</mark>" in response.content.decode()
    assert as_user(editor).get(url("search")).status_code == 200
    assert "Nothing holds all of these words" in as_user(editor).get(url("search") + "?q=zzz").content.decode()
    only = as_user(editor).get(url("search") + "?q=road&only=ask")
    assert [group.kind for group in only.context["groups"]] == ["ask"]


# The calendar feed


def test_a_calendar_feed_is_secret_revocable_and_ends_with_the_role(house, client, as_user, editor):
    from icalendar import Calendar

    ask = house.ask("Open the road", on=ago(20))
    response = as_user(editor).post(url("calendar_feeds"), {"act": "make"})
    address = response.context["address"].removeprefix("http://127.0.0.1:8000")
    assert response["Cache-Control"] == "no-store"
    assert address not in as_user(editor).get(url("calendar_feeds")).content.decode()
    assert CalendarFeed.objects.get().token_sha256 not in address
    client.logout()
    feed = client.get(address)
    assert feed.status_code == 200 and feed["Content-Type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(feed.content).walk("VEVENT")
    assert event.decoded("dtstart") == ask.due_on
    assert "A-001" in str(event["summary"]) and "own request" in str(event["description"])
    assert client.get(address.replace("/deadlines", "x/deadlines")).status_code == 404
    editor.memberships.all().delete()
    assert client.get(address).status_code == 404


def test_a_new_address_makes_the_old_one_useless_and_revoking_ends_it(house, client, as_user, editor):
    def make():
        return (
            as_user(editor).post(url("calendar_feeds"), {"act": "make"}).context["address"].removeprefix("http://127.0.0.1:8000")
        )

    old, new = make(), make()
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)
    as_user(editor).post(url("calendar_feeds"), {"act": "revoke"})
    assert client.get(new).status_code == 404
    assert {"feed.made", "feed.revoked"} <= set(AuditEntry.objects.values_list("action", flat=True))


# The process's ladder


def test_the_ladder_of_the_process_is_copied_to_the_next_ask(house, lead, as_user):
    before = house.ask()
    envoy = house.envoy
    data = {
        "rungs-TOTAL_FORMS": "1",
        "rungs-INITIAL_FORMS": "0",
        "rungs-0-party": envoy.pk,
        "rungs-0-answer_days": "9",
        "rungs-0-ORDER": "1",
    }
    client = as_user(lead)
    assert client.get(url("process_ladder")).status_code == 200
    assert client.post(url("process_ladder"), data).status_code == 302
    assert LadderStep.objects.get(process=house.process, ask=None).party == envoy
    assert (before.ladder.count(), house.ask().ladder.get().answer_days) == (0, 9)
    assert AuditEntry.objects.filter(action="process.ladder_set").exists()
    twice = {**data, "rungs-TOTAL_FORMS": "2", "rungs-1-party": envoy.pk, "rungs-1-ORDER": "2"}
    assert client.post(url("process_ladder"), twice).status_code == 422


def test_escalation_shows_on_both_pages(house, hand, lead, as_user, editor):
    set_ladder(process=house.process, actor=Actor.of(lead), rungs=[Rung(house.envoy, 1, 10)])
    parent = house.ask(on=ago(60))
    client = as_user(editor)
    client.post(url("ask_step", parent.number, "escalate"), {"reason": "no reply"})
    child = Ask.objects.get(escalated_from=parent)
    assert child.ref in client.get(url("ask", parent.number)).content.decode()
    text = client.get(url("ask", child.number)).content.decode()
    assert "Ministry of Roads, Velmar" in text and "stays answerable" in text
    moves.move(ask=parent, position=Position.REFUSED, actor=SYSTEM)
    rows = {row.ask.ref: row.outcome for row in client.get(url("docket")).context["rows"]}
    assert rows == {"A-001": "Escalated", "A-002": "Not sent"}


def test_grades_are_said_in_the_language_of_the_page(house, as_user, editor):
    ask = house.ask()
    editor.language = "fr"
    editor.save()
    page = as_user(editor).get(url("ask_step", ask.number, "assess"))
    (said,) = [label for value, label in page.context["form"].fields["grade"].choices if value == 3]
    assert said.startswith("3: ") and "carried out" not in said
