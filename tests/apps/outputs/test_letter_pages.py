"""Pages of the next letters: from picked asks to the filed letter in a browser's terms; constant numbers of queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import ago, today
from wayhome.core.actors import SYSTEM
from wayhome.dialogue.actions import moves
from wayhome.dialogue.models import Ask, Letter
from wayhome.dialogue.states import Delivery, LetterState, Position
from wayhome.outputs.actions import letters

pytestmark = pytest.mark.django_db


def url(name, process, letter=None):
    return reverse(name, args=[process.slug] + ([letter.number] if letter is not None else []))


def client_of(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def desk(editor):
    return client_of(editor)


def filled(house, **changes):
    values = {
        "addressee": house.ministry.pk,
        "language": "en",
        "sender": house.community.pk,
        "signatory": "Tamar Ayvelin",
        "dated": today().isoformat(),
        "answer_days": 30,
        "answer_basis": "request",
    }
    return {**values, **changes}


def edited(letter, **changes):
    version = letters.current(letter)
    values = {
        "addressee": letter.addressee_id,
        "language": letter.language,
        "sender": letter.sender_id,
        "signatory": letter.signatory,
        "dated": letter.dated.isoformat(),
        "answer_by": letter.answer_by.isoformat() if letter.answer_by else "",
        "answer_basis": letter.answer_basis,
        "seen": version.version,
        "subject": version.subject,
        "salutation": version.salutation,
        "body": "\n\n".join(version.paragraphs),
        "closing": version.closing,
    }
    return {**values, **changes}


def test_from_picked_asks_to_a_filed_letter(process, house, desk, lead):
    house.ask("Open the road to Meshul", on=ago(40))
    house.ask("Name an official", drafted=True)
    page = desk.get(url("letter_new", process) + "?ask=1&ask=2").content.decode()
    assert "Open the road to Meshul" in page and "2 asks chosen" in page
    answer = desk.post(url("letter_new", process), {**filled(house), "ask": [1, 2]})
    letter = Letter.objects.get()
    assert answer.url == url("next_letter", process, letter)
    assert letter.answer_by > today() + timedelta(days=30), "working days, not calendar days"
    answer = desk.post(url("next_letter_edit", process, letter), edited(letter, body="First.\n\nSecond."))
    assert letters.current(letter).paragraphs == ["First.", "Second."]
    desk.post(url("next_letter_step", process, letter), {"to": "in_review", "seen": 2})
    # the writer may not approve: no button, and the step is refused by role
    assert 'value="approved"' not in desk.get(url("next_letter", process, letter)).content.decode()
    assert desk.post(url("next_letter_step", process, letter), {"to": "approved", "seen": 2}).status_code == 403
    second = client_of(lead)
    assert 'value="approved"' in second.get(url("next_letter", process, letter)).content.decode()
    second.post(url("next_letter_step", process, letter), {"to": "approved", "seen": 2})
    sent = {"seen": 2, "means": "post", "on": today().isoformat(), "proof": "registered RR 1"}
    assert desk.post(url("next_letter_send", process, letter), {**sent, "proof": ""}).status_code == 422
    desk.post(url("next_letter_send", process, letter), sent)
    letter.refresh_from_db()
    assert (letter.state, letter.communication.delivery) == (LetterState.SENT, Delivery.SENT)
    assert set(Ask.objects.values_list("position", flat=True)) == {Position.MADE}
    answer = desk.get(url("next_letter_pdf", process, letter))
    assert answer["Content-Type"] == "application/pdf" and answer["Content-Disposition"].startswith("inline")
    from wayhome.core import files

    assert answer.content == files.load(letter.communication.document.sha256)


def test_all_with_no_reply_on_file_of_an_addressee(process, house, desk):
    house.ask("Silent one", on=ago(40))
    answered = house.ask("Answered one", on=ago(40))
    moves.move(ask=answered, position=Position.REFUSED, actor=SYSTEM, on=ago(3))
    house.ask("Of somebody else", addressee=house.envoy)
    page = desk.get(url("next_letters", process)).content.decode()
    assert f"?to={house.ministry.pk}" in page and f"?to={house.envoy.pk}" in page
    page = desk.get(url("letter_new", process) + f"?to={house.ministry.pk}").content.decode()
    assert "Silent one" in page and "Answered one" not in page and "somebody else" not in page.split("</table>")[0]


def test_what_others_ask_of_us_is_left_out(process, house, desk):
    ours = house.ask()
    Ask.objects.filter(pk=ours.pk).update(asker=house.ministry, addressee=house.community)
    page = desk.get(url("letter_new", process) + "?ask=1").content.decode()
    assert "Left out, because Ministry of Roads, Velmar, who asks, is not marked as ours: A-001." in page
    assert "0 asks chosen" in page
    record = reverse("party_edit", args=[process.slug, house.ministry.pk])
    assert f'href="{record}#id_ours"' in page
    assert 'id="id_ours"' in desk.get(record).content.decode()
    assert f"?to={house.community.pk}" not in desk.get(url("next_letters", process)).content.decode()


def test_asks_of_another_process_are_not_taken(process, other_process, house, desk):
    from tests.factories import House

    foreign = House(other_process).ask("A secret of others")
    page = desk.get(url("letter_new", process) + f"?ask={foreign.number}&to=999999999999").content.decode()
    assert "A secret of others" not in page


@pytest.mark.parametrize("wrong", ["?ask=abc&to=x", "?ask=99999999999999&to=%00", "?ask=-1"])
def test_addresses_made_by_hand_do_no_harm(process, house, desk, wrong):
    assert desk.get(url("letter_new", process) + wrong).status_code == 200


def test_a_form_that_does_not_fit_keeps_what_was_typed(process, house, desk):
    house.ask()
    answer = desk.post(
        url("letter_new", process), {**filled(house, signatory="Թամար", answer_by=today().isoformat()), "ask": [1]}
    )
    assert answer.status_code == 422
    assert "Թամար" in answer.content.decode() and "not both" in answer.content.decode()
    assert not Letter.objects.exists()


def test_a_case_worker_is_told_that_escalating_is_not_theirs(process, house, person):
    house.ask(addressee=house.envoy)
    answer = client_of(person("case_worker")).post(url("letter_new", process), {**filled(house), "ask": [1], "others": "put"})
    assert answer.status_code == 422 and "does not include this step" in answer.content.decode()


def test_a_newer_version_is_shown_and_the_own_words_are_kept(process, draft, desk, lead, given):
    form = edited(draft, subject="Mine", body="My words.")
    client_of(lead).post(url("next_letter_edit", process, draft), edited(draft, subject="Theirs"))
    answer = desk.post(url("next_letter_edit", process, draft), form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "saved version 2 meanwhile" in page and "My words." in page and "before=1&amp;after=2" in page
    assert letters.current(draft).subject == "Theirs"
    desk.post(url("next_letter_edit", process, draft), {**form, "seen": 2})
    assert letters.current(draft).subject == "Mine"


def test_the_preview_shows_what_is_typed_and_saves_nothing(process, draft, desk):
    typed = edited(draft, body="Quite new.\n\n<script>alert(1)</script>", dated="2026-02-31")
    page = desk.post(url("next_letter_preview", process, draft), typed).content.decode()
    assert "<p>Quite new.</p>" in page and "<script>" not in page and "&lt;script&gt;" in page
    assert draft.versions.count() == 1


def test_versions_are_compared_word_by_word(process, draft, desk):
    first = letters.current(draft)
    changed = [*first.paragraphs[:1], "A new paragraph.", *first.paragraphs[2:]]
    desk.post(url("next_letter_edit", process, draft), edited(draft, subject="7 requests", body="\n\n".join(changed)))
    page = desk.get(url("next_letter_compare", process, draft)).content.decode()
    assert "<ins>" in page and "<del>" in page and "From version 1 to version 2" in page
    assert desk.get(url("next_letter_compare", process, draft) + "?before=1&after=9").status_code == 404
    assert desk.get(url("next_letter_compare", process, draft) + "?before=x").status_code == 404


def test_what_changed_on_file_is_said_before_approval(process, draft, desk):
    page = desk.get(url("next_letter", process, draft)).content.decode()
    assert "has changed since the table" not in page
    moves.move(ask=draft.asks.get(number=1), position=Position.REFUSED, actor=SYSTEM, on=ago(1))
    page = desk.get(url("next_letter", process, draft)).content.decode()
    assert "What is on file about A-001 has changed since the table" in page
    desk.post(url("next_letter_compose", process, draft), {"seen": 1, "what": "table"})
    assert "has changed since the table" not in desk.get(url("next_letter", process, draft)).content.decode()


def test_a_machine_translation_is_said_before_approval(process, house, desk):
    house.ask()
    desk.post(url("letter_new", process), {**filled(house, language="hy"), "ask": [1]})
    page = desk.get(url("next_letter", process, Letter.objects.get())).content.decode()
    assert "machine translation that awaits review" in page
    assert 'lang="hy" dir="ltr"' in page


def test_an_answer_day_that_the_words_do_not_name_is_said(process, draft, desk):
    desk.post(url("next_letter_edit", process, draft), edited(draft, answer_by=(today() + timedelta(days=77)).isoformat()))
    assert "do not name this day" in desk.get(url("next_letter", process, draft)).content.decode()


def test_an_arabic_letter_stands_from_right_to_left_in_an_english_page(process, house, desk):
    house.ask()
    desk.post(url("letter_new", process), {**filled(house, language="ar"), "ask": [1]})
    page = desk.get(url("next_letter", process, Letter.objects.get())).content.decode()
    assert '<html lang="en" dir="ltr"' in page and 'lang="ar" dir="rtl"' in page


def test_asks_are_taken_out_and_in(process, draft, house, desk):
    house.ask("A third thing", on=ago(5))
    assert "A third thing" in desk.get(url("next_letter", process, draft)).content.decode()
    desk.post(url("next_letter_asks", process, draft), {"seen": 1, "ask": [2, 3]})
    assert set(draft.asks.values_list("number", flat=True)) == {2, 3}
    version = letters.current(draft)
    assert (version.version, [row["ask"] for row in version.enclosure]) == (2, [2, 3])
    page = desk.get(url("next_letter", process, draft)).content.decode()
    assert "A-003 is not stated in its own words" in page
    desk.post(url("next_letter_asks", process, draft), {"seen": 2})
    desk.post(url("next_letter_asks", process, draft), {"seen": 1, "ask": [3]})
    assert set(draft.asks.values_list("number", flat=True)) == {2, 3}, "none at all, or a stale page, changes nothing"


def test_a_closed_ask_can_be_left_out(process, draft, house, desk):
    moves.close(ask=draft.asks.get(number=1), actor=SYSTEM)
    desk.post(url("next_letter_asks", process, draft), {"seen": 1, "ask": [2]})
    assert list(draft.asks.values_list("number", flat=True)) == [2]


def test_files_of_a_version(process, draft, desk):
    assert desk.get(url("next_letter_pdf", process, draft)).content.startswith(b"%PDF-")
    answer = desk.get(url("next_letter_docx", process, draft) + "?version=1")
    assert answer.content.startswith(b"PK") and ".docx" in answer["Content-Disposition"]
    for wrong in ("2", "x", "-1"):
        assert desk.get(url("next_letter_pdf", process, draft) + f"?version={wrong}").status_code == 404


def test_an_approved_letter_is_not_edited(process, approved, desk):
    assert desk.get(url("next_letter_edit", process, approved)).status_code == 302
    desk.post(url("next_letter_edit", process, approved), edited(approved, body="Changed after all."))
    assert "Changed after all." not in letters.current(approved).paragraphs


def queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_the_list_asks_the_database_as_often_for_30_letters_as_for_1(process, house, desk, writer, given):
    asks = [house.ask()]
    letters.start(process=process, actor=writer, asks=asks, given=given())
    one = queries(desk, url("next_letters", process))
    for _ in range(29):
        letters.start(process=process, actor=writer, asks=asks, given=given())
    assert queries(desk, url("next_letters", process)) == one


def test_a_letter_asks_the_database_as_often_for_30_asks_as_for_1(process, house, desk, writer, given):
    house.ask("Ask 0", on=ago(50), with_document=True)
    small = letters.start(process=process, actor=writer, asks=Ask.objects.of(process), given=given())
    one = {name: queries(desk, url(name, process, small)) for name in ("next_letter", "next_letter_edit", "next_letter_pdf")}
    for n in range(1, 30):
        ask = house.ask(f"Ask {n}", on=ago(50), with_document=True)
        moves.move(ask=ask, position=Position.ACKNOWLEDGED, actor=SYSTEM, on=ago(20), communication=house.reply(on=ago(20)))
    large = letters.start(process=process, actor=writer, asks=Ask.objects.of(process), given=given())
    assert {name: queries(desk, url(name, process, large)) for name in one} == one


def test_the_form_asks_the_database_as_often_for_30_asks_as_for_1(process, house, desk):
    house.ask()
    one = queries(desk, url("letter_new", process) + "?ask=1")
    for _ in range(29):
        house.ask(addressee=house.envoy)
    assert queries(desk, url("letter_new", process) + "?" + "&".join(f"ask={n}" for n in range(1, 31))) == one


def test_where_nobody_is_marked_as_ours_it_says_how(process, house, desk):
    ask = house.ask()
    address = url("letter_new", process) + f"?ask={ask.number}"
    assert "No party is marked as ours" not in desk.get(address).content.decode()
    Ask.objects.filter(pk=ask.pk).update(asker=None)
    house.community.ours = False
    house.community.save()
    page = desk.get(address).content.decode()
    assert "No party is marked as ours" in page and f'href="{url("parties", process)}"' in page
