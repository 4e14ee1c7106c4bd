"""Outside links: one answer for every wrong address, expiry, revocation, key rotation, rates, what is shown, what comes back."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import House, ago, today
from wayhome.core import audit
from wayhome.core.errors import Forbidden, InvalidInput
from wayhome.core.models import AuditEntry
from wayhome.dialogue import tokens, visits
from wayhome.dialogue.actions import answers, links, outside
from wayhome.dialogue.actions.answers import Choice
from wayhome.dialogue.actions.outside import Given
from wayhome.dialogue.actions.reading import read_now
from wayhome.dialogue.models import Answer, Communication, Document, Incoming, OutsideLink, OutsideVisit
from wayhome.dialogue.states import Position

pytestmark = pytest.mark.django_db


@pytest.fixture
def asks(house):
    letter = house.communication(
        on=ago(30),
        reference="LVC/11",
        document=house.document("Our reference LVC/11\n\nWe ask that you open the road to Meshul. We ask for a list of houses."),
    )
    return [
        house.ask(communication=letter, passages=[house.passage(letter.document, "We ask that you open the road to Meshul.")]),
        house.ask(
            "Give a list of houses",
            communication=letter,
            passages=[house.passage(letter.document, "We ask for a list of houses.")],
        ),
    ]


@pytest.fixture
def made(house, lead, asks):
    return links.make_link(process=house.process, user=lead, party=house.ministry, asks=asks)


@pytest.fixture
def path(made):
    return made.url.removeprefix("http://127.0.0.1:8000")


def form(ask, effect, **fields):
    key = f"a{ask.number}"
    return {
        f"{key}-effect": effect,
        **{f"{key}-{name}": value for name, value in fields.items()},
        "name": "O. Orl",
        "office": "Secretary",
    }


# The secret


def test_only_the_hash_is_kept_and_the_token_is_long_and_signed(made):
    token = made.url.rstrip("/").rsplit("/", 1)[1]
    random, signature = token.split(".")
    assert len(random) == 43 and len(signature) >= 43
    assert made.link.token_sha256 == tokens.digest(token)
    assert token not in repr(list(OutsideLink.objects.values()))
    assert tokens.is_ours(token) and not tokens.is_ours(token[:-1] + ("A" if token[-1] != "A" else "B"))


def test_a_signature_of_the_key_before_still_holds(made, path, settings, client):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key after the yearly change"
    assert client.get(path).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(path).status_code == 404


def test_bad_expired_and_revoked_are_one_answer(made, path, client, lead):
    token = path.rstrip("/").rsplit("/", 1)[1]
    stranger = tokens.new_token()  # signed by us and never given out
    wrong = [client.get(f"/answer/{bad}/") for bad in ("x", "x.y", token[:-3] + "abc", "é" * 10, "a" * 5_000, stranger)]
    link = OutsideLink.objects.get()
    OutsideLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    expired = client.get(path)
    OutsideLink.objects.update(expires_at=timezone.now() + timedelta(days=1))
    links.revoke_link(link=link, user=lead)
    revoked = client.get(path)
    for response in [*wrong, expired, revoked]:
        assert response.status_code == 404
        assert response.content == expired.content
        assert {name: response[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag", "Content-Type")} == {
            name: expired[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag", "Content-Type")
        }
    assert client.post(path, {"name": "x"}).status_code == 404
    assert client.get(path + "copy/").status_code == 404


def test_a_guess_without_signature_costs_no_look_at_links(client, django_assert_num_queries, path):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OutsideLink.objects, "filter", None, raising=False)
        assert client.get("/answer/guess.guess/").status_code == 404


def test_headers_keep_the_address_to_oneself_and_no_cookie_is_set(path, client):
    response = client.get(path)
    assert response["Cache-Control"].startswith("no-store")
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert not response.cookies
    assert "<script" not in response.content.decode()


# What is shown


def test_only_what_was_put_to_the_party_is_shown(house, made, path, client, asks):
    other = house.ask("Come and see", addressee=house.envoy, on=ago(30))
    made.link.asks.add(other)  # even if it got onto the link
    page = client.get(path).content.decode()
    assert "Open the road to Meshul" in page and "Give a list of houses" in page
    assert "Come and see" not in page
    assert "We ask that you open the road to Meshul." in page and "LVC/11" in page
    assert "not a deadline of law" in page
    asks[1].addressee = house.envoy
    asks[1].save()
    assert "Give a list of houses" not in client.get(path).content.decode()


def test_words_of_a_restricted_document_are_not_shown(made, path, client):
    Document.objects.update(restricted=True)
    page = client.get(path).content.decode()
    assert "We ask that you open the road" not in page
    assert "Its words stand in a letter that is not shown here." in page
    assert "We ask that you open the road" not in client.get(path + "copy/").content.decode()


def test_drafts_and_other_processes_cannot_be_linked(house, lead, other_process, asks):
    stranger = House(other_process)
    words = {"process": house.process, "user": lead, "party": house.ministry}
    for wrong in ([house.ask(drafted=True)], [stranger.ask()], [house.ask("Come", addressee=house.envoy)], []):
        with pytest.raises(InvalidInput):
            links.make_link(**words, asks=wrong)
    for days in (0, 366):
        with pytest.raises(InvalidInput):
            links.make_link(**words, asks=asks, days=days)
    with pytest.raises(InvalidInput):
        links.make_link(**words, asks=asks, mail_to="a@b.example\nBcc: c@d.example")
    assert not OutsideLink.objects.exists()


def test_an_editor_shares_no_link(house, editor, asks):
    with pytest.raises(Forbidden):
        links.make_link(process=house.process, user=editor, party=house.ministry, asks=asks)


@pytest.mark.parametrize("code", ["en", "fr", "ru", "az", "hy", "ar"])
def test_the_page_speaks_each_language(path, client, code):
    response = client.get(path + f"?lang={code}")
    page = response.content.decode()
    assert f'<html lang="{code}" dir="{"rtl" if code == "ar" else "ltr"}"' in page
    assert response["Content-Language"] == code
    assert all(f'href="?lang={each}"' in page for each in ("en", "fr", "ru", "az", "hy", "ar"))


@pytest.mark.parametrize("code", ["fr", "ru", "az", "hy", "ar"])
def test_every_word_of_the_page_is_in_each_catalogue(code):
    from babel.messages.pofile import read_po

    import wayhome.site
    from wayhome.site.catalogues import LOCALE

    folder = Path(outside.__file__).parents[1] / "templates" / "dialogue"
    words = set()
    parts = Path(wayhome.site.__file__).parent / "templates" / "wayhome" / "parts"
    for template in [*folder.glob("outside*.html"), parts / "languages.html"]:
        words |= set(re.findall(r"{% translate [\"']([^\"']+)[\"'] %}", template.read_text(encoding="utf-8")))
    with (LOCALE / code / "LC_MESSAGES" / "django.po").open("rb") as handle:
        catalogue = read_po(handle, locale=code)
    said = {message.id for message in catalogue if isinstance(message.id, str) and message.string}
    assert len(words) > 30
    assert sorted(words - said) == []


def test_an_unknown_language_is_the_links_own(house, lead, asks, client):
    made = links.make_link(process=house.process, user=lead, party=house.ministry, asks=asks, language="fr")
    path = made.url.removeprefix("http://127.0.0.1:8000")
    assert '<html lang="fr"' in client.get(path + "?lang=xx").content.decode()


# What comes back


def test_an_answer_waits_for_a_person_and_then_moves_the_ask(process, house, made, path, client, asks, editor):
    due = today() + timedelta(days=50)
    given = form(asks[0], "deferred", due_on=due.isoformat(), text="After the thaw.") | form(
        asks[1], "redirected", redirected_name="Cadastre Agency"
    )
    response = client.post(path, given)
    assert response.status_code == 303
    page = client.get(response.url.split("#")[0]).content.decode()
    assert "Your answer has arrived" in page and "After the thaw." in page
    row = Communication.objects.latest("id")
    assert (row.kind, row.in_reply_to, row.document.origin) == ("reply", asks[0].communication, "outside")
    assert row.parts.get(part="from").party == house.ministry
    for ask in asks:
        ask.refresh_from_db()
        assert ask.position == Position.MADE
    assert asks[0].last_reply_on == today()
    first, second = Answer.objects.order_by("ask__number")
    assert (first.state, first.effect, first.due_on, first.origin) == ("open", "deferred", due, "outside")
    assert first.passage.exact.endswith("After the thaw.") and "Later, on a date" in first.passage.exact
    assert second.redirected_name == "Cadastre Agency"
    assert Incoming.objects.get().state == Incoming.State.FILED
    answers.decide(
        communication=row,
        choices=[
            Choice(asks[0], "deferred", span=(first.passage.start, first.passage.end), quote=first.passage.exact, due_on=due)
        ],
        user=editor,
    )
    asks[0].refresh_from_db()
    assert (asks[0].position, asks[0].due_on) == (Position.DEFERRED, due)
    first.refresh_from_db()
    assert (first.state, first.words) == ("confirmed", "After the thaw.")
    assert Incoming.objects.get().state == Incoming.State.FILED  # the other answer still waits
    answers.take_back(communication=row, user=editor)
    first.refresh_from_db()
    assert first.state == Answer.State.OPEN  # the party's word is not lost
    assert list(audit.verify()) == []
    assert {"link.made", "link.opened", "link.answered"} <= set(AuditEntry.objects.values_list("action", flat=True))


@pytest.mark.parametrize("effect", ["accepted", "partly_accepted", "refused", "clarification_asked", "redirected", "deferred"])
def test_each_answer_can_be_confirmed_as_it_was_given(made, path, client, asks, editor, effect):
    extra = {"deferred": {"due_on": (today() + timedelta(days=9)).isoformat()}, "redirected": {"redirected_name": "The Envoy"}}
    client.post(path, form(asks[0], effect, text="In our words.", **extra.get(effect, {})))
    answer = Answer.objects.get()
    answers.decide(
        communication=answer.communication,
        choices=[
            Choice(
                asks[0],
                effect,
                span=(answer.passage.start, answer.passage.end),
                due_on=answer.due_on,
                redirected_name=answer.redirected_name,
            )
        ],
        user=editor,
    )
    asks[0].refresh_from_db()
    assert asks[0].position == effect


@pytest.mark.parametrize(
    ("effect", "fields", "words"),
    [
        ("partly_accepted", {}, "Which part?"),
        ("clarification_asked", {"text": "  "}, "What is the question?"),
        ("redirected", {}, "Who is competent?"),
        ("deferred", {}, "Until when?"),
        ("deferred", {"due_on": "2001-01-01"}, "The date has passed."),
        ("deferred", {"due_on": "no date"}, "Until when?"),
        ("acknowledged", {}, "Choose an answer."),
        ("accepted", {"text": "x" * 10_001}, "longer than"),
    ],
)
def test_what_is_wanting_is_said_at_the_request(path, client, asks, effect, fields, words):
    response = client.post(path, form(asks[0], effect, **fields))
    page = response.content.decode()
    assert response.status_code == 422
    assert f"A-001: {words}" in page or words in page
    assert 'value="O. Orl"' in page and f'value="{effect}" checked' in page or effect == "acknowledged"
    assert not Answer.objects.exists()


def test_a_name_and_an_answer_are_needed(path, client, asks):
    assert client.post(path, form(asks[0], "accepted") | {"name": " "}).status_code == 422
    assert client.post(path, {"name": "O. Orl"}).status_code == 422
    assert not Communication.objects.filter(kind="reply").exists()


def test_an_ask_that_is_not_on_the_link_cannot_be_answered(house, path, client):
    other = house.ask("Come and see", addressee=house.ministry, on=ago(30))
    assert client.post(path, form(other, "accepted")).status_code == 422
    assert not Answer.objects.exists()


def test_a_link_for_reading_takes_no_answer(house, lead, asks, client):
    made = links.make_link(process=house.process, user=lead, party=house.ministry, asks=asks, may_answer=False)
    path = made.url.removeprefix("http://127.0.0.1:8000")
    assert "<form" not in client.get(path).content.decode()
    assert client.post(path, form(asks[0], "accepted")).status_code == 409
    assert not Answer.objects.exists()


def test_a_later_answer_replaces_the_one_that_waits(path, client, asks):
    client.post(path, form(asks[0], "refused"))
    client.post(path, form(asks[0], "accepted"))
    assert [(one.effect, one.state) for one in Answer.objects.order_by("id")] == [("refused", "replaced"), ("accepted", "open")]
    assert [one.state for one in Incoming.objects.order_by("id")] == ["done", "filed"]
    assert "replaced by a later answer" in client.get(path).content.decode()


def test_its_words_are_escaped_everywhere(path, client, asks, as_user, editor, process):
    bad = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    client.post(path, form(asks[0], "redirected", redirected_name=bad, text=bad) | {"name": bad})
    row = Communication.objects.latest("id")
    pages = [client.get(path).content.decode()]
    staff = as_user(editor)
    pages += [
        staff.get(reverse("reply_link", args=[process.slug, row.number])).content.decode(),
        staff.get(reverse("inbox", args=[process.slug])).content.decode(),
    ]
    for page in pages:
        assert "<script>alert" not in page and "<img src=x" not in page
    assert "&lt;script&gt;" in pages[0]
    copy = client.get(path + "copy/")
    assert copy["Content-Type"].startswith("text/plain") and "attachment" in copy["Content-Disposition"]
    assert "sandbox" in copy["Content-Security-Policy"]


def test_files_become_enclosures_within_limits(path, client, asks, settings):
    good = SimpleUploadedFile("../<b>list</b>.txt", b"Houses: forty.")
    assert client.post(path, form(asks[0], "accepted") | {"files": [good]}).status_code == 303
    document = Document.objects.get(enclosed_in__origin="outside")
    assert document.origin == "outside" and not set(document.name) & set("<>/\\")
    bad = [
        [SimpleUploadedFile("run.exe", b"MZ")],
        [SimpleUploadedFile("empty.txt", b"")],
        [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(4)],
    ]
    for files in bad:
        assert client.post(path, form(asks[0], "refused") | {"files": files}).status_code in {413, 422}
    settings.UPLOAD_MAX_BYTES = 100
    assert client.post(path, form(asks[0], "refused") | {"files": [SimpleUploadedFile("big.txt", b"x" * 200)]}).status_code == 413
    assert not Answer.objects.filter(effect="refused").exists()


def test_a_huge_request_is_refused_before_it_is_read(path):
    response = Client().generic("POST", path, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(10**10))
    assert response.status_code == 413
    assert "too large" in response.content.decode()


def test_the_text_is_the_same_when_the_engine_has_read_it(path, client, asks):
    client.post(path, form(asks[0], "partly_accepted", text="The lower part.\r\n\r\nThe upper part waits.\x07\u202e"))
    document = Communication.objects.latest("id").document
    passage = Answer.objects.get().passage
    assert read_now(document.pk) == Document.State.READ
    document.refresh_from_db()
    assert document.text[passage.start : passage.end] == passage.exact
    assert "\x07" not in document.text and "\u202e" not in document.text


def test_the_maker_is_told_without_the_words(process, path, client, asks, lead, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client.post(path, form(asks[0], "refused", text="A secret reason."))
    (message,) = mail.outbox
    assert message.to == [lead.email]
    assert "secret reason" not in message.body and f"/p/{process.slug}/dialogue/" in message.body


def test_the_link_is_mailed_in_the_partys_language(house, lead, asks):
    made = links.make_link(process=house.process, user=lead, party=house.ministry, asks=asks, mail_to="roads@velmar.example")
    (message,) = mail.outbox
    assert message.to == ["roads@velmar.example"] and made.url in message.body and made.mailed_to == "roads@velmar.example"
    assert "\n" not in message.subject


def test_a_mail_that_fails_leaves_the_link(house, lead, asks, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    made = links.make_link(process=house.process, user=lead, party=house.ministry, asks=asks, mail_to="roads@velmar.example")
    assert made.mailed_to == "" and made.mail_problem
    assert links.open_link(made.url.rstrip("/").rsplit("/", 1)[1]) == made.link


# Rates and visits


def test_visits_are_written_without_the_address(path, client):
    client.get(path, REMOTE_ADDR="203.0.113.7")
    client.get(path + "copy/", REMOTE_ADDR="203.0.113.7")
    acts = list(OutsideVisit.objects.order_by("id").values_list("act", flat=True))
    assert acts == ["opened", "saved"]
    assert "203.0.113.7" not in repr(list(OutsideVisit.objects.values())) + repr(list(AuditEntry.objects.values()))
    assert len(set(OutsideVisit.objects.values_list("address_hash", flat=True))) == 1


def test_an_address_that_guesses_is_made_to_wait(client, monkeypatch, path):
    monkeypatch.setattr(visits, "UNKNOWN_PER_ADDRESS", visits.Rate(3, 600))
    statuses = [client.get("/answer/a.b/", REMOTE_ADDR="203.0.113.9").status_code for _ in range(5)]
    assert statuses == [404, 404, 404, 429, 429]
    held = client.get(path, REMOTE_ADDR="203.0.113.9")
    assert held.status_code == 429 and 0 < int(held["Retry-After"]) <= 601
    assert client.get(path, REMOTE_ADDR="203.0.113.10").status_code == 200  # others go on
    assert OutsideVisit.objects.filter(act="limited").count() == 1  # a flood fills no table
    OutsideVisit.objects.update(at=timezone.now() - timedelta(minutes=11))
    assert client.get(path, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_a_link_is_limited_whatever_the_address(client, monkeypatch, path, asks):
    monkeypatch.setattr(visits, "ANSWERS_PER_LINK", visits.Rate(2, 3600))
    for n in range(3):
        last = client.post(path, form(asks[0], "refused", text=str(n)), REMOTE_ADDR=f"203.0.113.{n}")
    assert last.status_code == 429 and last["Retry-After"]
    assert client.get(path).status_code == 200
    assert Answer.objects.count() == 2
    monkeypatch.setattr(visits, "PER_LINK", visits.Rate(3, 600))
    assert client.get(path, REMOTE_ADDR="203.0.113.77").status_code == 429


def test_a_proxy_is_believed_only_as_far_as_it_is_trusted(client, settings, path):
    def address_of(**meta):
        OutsideVisit.objects.all().delete()
        client.get(path, **meta)
        return OutsideVisit.objects.latest("id").address_hash

    forged = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "1.1.1.1, 203.0.113.5"}
    assert address_of(**forged) == tokens.address_hash("10.0.0.1")
    settings.TRUSTED_PROXIES = 1
    assert address_of(**forged) == tokens.address_hash("203.0.113.5")
    six = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "2001:db8:1:2:3:4:5:6"}
    assert address_of(**six) == tokens.address_hash("2001:db8:1:2::")
    assert address_of(REMOTE_ADDR="nonsense") == tokens.address_hash("unknown")


def test_old_guesses_are_forgotten(client):
    client.get("/answer/a.b/")
    OutsideVisit.objects.update(at=timezone.now() - timedelta(days=3))
    client.get("/answer/a.c/")
    assert OutsideVisit.objects.count() == 1


def test_the_number_of_queries_does_not_grow_with_the_asks(house, lead, client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for total in (1, 30):
        rows = [house.ask(f"Open road {total} {n}", on=ago(30), with_document=True) for n in range(total)]
        made = links.make_link(process=house.process, user=lead, party=house.ministry, asks=rows)
        path = made.url.removeprefix("http://127.0.0.1:8000")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_what_a_party_gives_is_written_by_its_use_case_alone(house, made, asks):
    row = outside.answer(link=made.link, given=[Given(asks[0], "accepted", "Yes")], name="O. Orl", language="ru")
    assert re.search(r"\bO\. Orl\b", row.document.text)
    assert row.document.restricted is False
    entry = AuditEntry.objects.get(action="link.answered")
    assert (entry.via, entry.actor_id) == ("link", None) and house.ministry.name in entry.actor_label
