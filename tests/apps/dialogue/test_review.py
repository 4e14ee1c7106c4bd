"""The review page: what it shows, what its forms do with and without HTMX, who may, and that it stays fast."""

import re

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.apps.dialogue.letters import LETTER, letter, proposal, result
from wayhome.core.models import AuditEntry
from wayhome.dialogue.actions import documents, proposals, reading
from wayhome.dialogue.models import Ask, Communication, Document, Proposal

pytestmark = pytest.mark.django_db
HX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def document(process, editor):
    return letter(process, editor)


@pytest.fixture
def web(as_user, editor):
    return as_user(editor)


def url(name, document, **query):
    address = reverse(name, args=[document.process.slug, document.number])
    return f"{address}?{'&'.join(f'{k}={v}' for k, v in query.items())}" if query else address


def test_the_page_shows_text_passages_and_cards(web, document):
    html = web.get(url("review", document)).content.decode()
    for words in (
        "we have received",
        "Meshul, Kul and Old Tavrek",
        "9 proposals",
        "0 decided, 9 to go",
        "no reply on file as of",
    ):
        assert words in html or words == "we have received"
    assert html.count('class="passage ask"') >= 3 and 'class="passage silence"' in html and 'class="passage promise"' in html
    assert html.count('<li class="proposal') == 9
    assert "“We”" in html and "new record" in html
    assert "likely" in html and "sure" in html


def test_numbers_follow_the_text_and_lead_both_ways(web, document):
    html = web.get(url("review", document)).content.decode()
    in_text = re.findall(r'<a class="pno[^>]*id="p(\d+)"[^>]*>(\d+)<', html)
    in_list = re.findall(r'href="#p(\d+)"[^>]*>(\d+)<', html)
    assert in_text and sorted(in_text) == sorted(in_list)
    assert [int(n) for _pk, n in in_text] == list(range(1, 10))


def test_confirm_without_script_leads_to_the_next(web, document):
    own = proposal(document, "To: the Prime Minister")
    answer = web.post(url("review_decide", document), {"proposal": own.pk, "seen": 0, "act": "confirm"})
    assert answer.status_code == 302
    following = proposal(document, "wrote to the Regional Envoy", "communication")
    assert answer.url.endswith(f"?at={following.pk}#r{following.pk}") or "at=" in answer.url
    html = web.get(answer.url).content.decode()
    assert "Confirmed." in html and "confirmed by A editor" in html and "1 decided, 8 to go" in html


def test_reject_with_htmx_returns_the_panel_and_the_text(web, document):
    ask = proposal(document, "We therefore ask")
    html = web.post(url("review_decide", document), {"proposal": ask.pk, "seen": 0, "act": "reject"}, **HX).content.decode()
    assert html.lstrip().startswith("<section") and "<html" not in html
    assert 'hx-swap-oob="outerHTML"' in html and f'id="p{ask.pk}"' not in html
    assert "rejected by A editor" in html and 'data-said="Rejected."' in html


def test_a_stale_page_is_told_who_was_first(web, document, lead):
    ask = proposal(document, "We therefore ask")
    proposals.reject(user=lead, proposal=ask)
    answer = web.post(url("review_decide", document), {"proposal": ask.pk, "seen": 0, "act": "confirm"}, **HX)
    assert answer.status_code == 409
    assert "A process_lead decided about this proposal first" in answer.content.decode()
    plain = web.post(url("review_decide", document), {"proposal": ask.pk, "seen": 0, "act": "confirm"})
    assert plain.status_code == 409 and "decided about this proposal first" in plain.content.decode()
    assert not Ask.objects.exists()


def test_the_form_corrects_and_confirms(web, document):
    proposals.confirm(user=web.user if hasattr(web, "user") else document.added_by, proposal=proposal(document, "To: the Prime"))
    ask = proposal(document, "to let a joint mission")
    form = web.get(url("review", document, at=ask.pk, edit=ask.pk)).content.decode()
    assert 'name="action"' in form and "Regional Envoy" in form or 'name="addressees"' in form
    start = LETTER.index("let a joint mission of agencies visit Meshul")
    quote = "let a joint mission of agencies visit Meshul"
    answer = web.post(
        url("review_decide", document),
        {
            "proposal": ask.pk,
            "seen": 0,
            "act": "correct",
            "quote": quote,
            "start": start,
            "end": start + len(quote),
            "action": "Let a mission visit Meshul",
            "asker": "Office of the Lirva Valley Community",
            "asker_text": "We",
            "asker_was": "Office of the Lirva Valley Community",
            "addressees": ["Prime Minister of Velmar", "Ministry of Roads of Velmar"],
            "addressees_text": ["the Prime Minister", ""],
            "addressees_was": ["Prime Minister of Velmar", ""],
            "place": "Meshul",
            "due": "2026-06-30",
            "due_basis": "promise",
            "communication": "",
            "same_as": "",
            "beneficiary": "",
        },
    )
    assert answer.status_code == 302
    made = Ask.objects.get()
    assert (made.action, made.addressee.name, made.place) == ("Let a mission visit Meshul", "Prime Minister of Velmar", "Meshul")
    assert [party.name for party in made.also_addressed.all()] == ["Ministry of Roads of Velmar"]
    assert (made.due_on.isoformat(), made.due_basis) == ("2026-06-30", "promise")
    assert made.passages.get().passage.exact == quote
    ask.refresh_from_db()
    assert [d.act for d in ask.decisions.all()] == ["correct", "confirm"]
    assert ask.payload["asker"]["party"] is None  # unchanged words stay the machine's suggestion


def test_a_wrong_date_is_named_at_its_field_and_nothing_typed_is_lost(web, document):
    ask = proposal(document, "We therefore ask")
    sent = {"proposal": ask.pk, "seen": 0, "act": "save", "action": "my own words", "due": "31.12.26", "due_basis": "request"}
    answer = web.post(url("review_decide", document), sent, **HX)
    html = answer.content.decode()
    assert answer.status_code == 422 and "is no date" in html and "my own words" in html
    plain = web.post(url("review_decide", document), sent)
    assert plain.status_code == 422 and "my own words" in plain.content.decode() and "<html" in plain.content.decode()
    assert not ask.decisions.exists()


def test_a_confirmation_that_needs_a_person_opens_the_form(web, process, editor):
    text = "We ask Your Excellency to reply."
    document = letter(
        process, editor, text=text, rows=[("ask", text, {"addressees": ["Your Excellency"], "action": "reply"}, 0.9)]
    )
    ask = document.proposals.get()
    answer = web.post(url("review_decide", document), {"proposal": ask.pk, "seen": 0, "act": "confirm"}, **HX)
    html = answer.content.decode()
    assert answer.status_code == 422 and "not clear who is meant" in html and 'name="addressees"' in html


def test_add_by_selection_and_by_words(web, document):
    words = "what is said about these villages may be seen"
    start = LETTER.index(words)
    answer = web.post(
        url("review_add", document), {"kind": "ask", "quote": words, "start": start, "end": start + len(words)}, **HX
    )
    html = answer.content.decode()
    made = Proposal.objects.get(origin="person")
    assert made.passage.exact == words and f'data-editing="{made.pk}"' in html
    plain = web.post(url("review_add", document), {"kind": "event", "quote": "the snow has left", "start": "", "end": ""})
    assert plain.status_code == 422 and "do not stand in the document" in plain.content.decode()
    typed = web.post(url("review_add", document), {"kind": "statement", "quote": "We welcome this.", "start": "", "end": ""})
    assert typed.status_code == 302 and proposal(document, "We welcome this.").kind == "statement"


def test_offsets_are_checked_against_the_words(web, document):
    answer = web.post(url("review_add", document), {"kind": "ask", "quote": "entirely other words", "start": 3, "end": 9}, **HX)
    assert answer.status_code == 422 and "not the ones that stand there" in answer.content.decode()
    assert not Proposal.objects.filter(origin="person").exists()


def test_merge_split_and_undo_by_their_forms(web, document):
    one, two = proposal(document, "We therefore ask"), proposal(document, "to let a joint mission")
    form = web.get(url("review", document, at=one.pk, merge=one.pk)).content.decode()
    assert f'<option value="{two.pk}"' in form
    web.post(url("review_decide", document), {"proposal": one.pk, "seen": 0, "act": "merge", "other": two.pk}, **HX)
    two.refresh_from_db()
    assert two.state == "merged"
    web.post(url("review_undo", document), {"at": one.pk}, **HX)
    two.refresh_from_db()
    assert two.state == "open"
    form = web.get(url("review", document, at=two.pk, split=two.pk)).content.decode()
    assert "and Old Tavrek" in form
    seen = proposals.last_decision(two)
    answer = web.post(
        url("review_decide", document), {"proposal": two.pk, "seen": seen, "act": "split", "second": "and Old Tavrek", "cut": ""}
    )
    assert answer.status_code == 302
    assert [p.passage.exact for p in two.parts.order_by("passage__start")][1] == "and Old Tavrek"


def test_confirm_all_likely(web, document):
    html = web.post(url("review_likely", document), {}, **HX).content.decode()
    assert "8 proposals confirmed." in html
    assert document.proposals.filter(state="open").count() == 1  # the doubtful one
    assert Communication.objects.count() == 2


def test_nothing_of_a_document_becomes_markup(web, process, editor):
    text = (
        "To: <img src=x onerror=alert(1)> Ministry\n\nWe ask <script>alert('x')</script> the \"Ministry\" & Co to reply."
        "\n\n\u202egnp.exe {{ 7|add:7 }} </article></div>"
    )
    rows = [
        ("ask", "We ask <script>alert('x')</script> the", {"addressees": ["<b>Ministry</b>"], "action": "<i>reply</i>"}, 0.9),
        ("event", "</article></div>", {"date": "2026-01-01", "what": "<svg onload=alert(2)>"}, 0.9),
    ]
    document = letter(
        process,
        editor,
        text=text,
        rows=rows,
        name="<script>alert(3)</script>.txt",
    )
    html = web.get(url("review", document)).content.decode()
    body = html[html.index("<main") :]
    for bad in ("<script>alert", "<img src=x", "<b>Ministry", "<i>reply", "<svg onload"):
        assert bad not in body
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;" in body and "{{ 7|add:7 }}" in body
    for ask in document.proposals.all():
        form = web.get(url("review", document, at=ask.pk, edit=ask.pk)).content.decode()
        assert "<b>Ministry" not in form and "<svg onload" not in form
        proposals.confirm(user=editor, proposal=ask)
    number = Ask.objects.get().communication
    assert number is None
    for name in ("letters", "parties", "documents", "review_queue"):
        listed = web.get(reverse(name, args=[process.slug])).content.decode()
        assert "<script>alert" not in listed and "<b>Ministry" not in listed


def test_every_word_carries_its_offset(web, document):
    html = web.get(url("review", document)).content.decode()
    article = html[html.index('<article class="letter') : html.index("</article>")]
    import html as entities

    pieces = re.findall(r'<span data-s="(\d+)">(.*?)</span>', article, re.DOTALL)
    assert pieces
    for start, words in pieces:
        plain = entities.unescape(words)
        assert LETTER[int(start) : int(start) + len(plain)] == plain
    assert "".join(entities.unescape(w) for _s, w in pieces).replace("\n", "").replace(" ", "") == "".join(LETTER.split())


@pytest.mark.parametrize("role", ["reader", "dpo", "administrator"])
def test_roles_that_do_not_review_are_refused(as_user, person, document, role):
    client = as_user(person(role))
    assert client.get(url("review", document)).status_code == 403
    assert client.post(url("review_decide", document), {}).status_code == 403
    assert client.post(url("review_likely", document), {}).status_code == 403


def test_other_processes_do_not_exist(as_user, person, document, other_process, process):
    stranger = as_user(person("process_lead", other_process))
    for name in ("review", "document_file", "document_status"):
        assert stranger.get(url(name, document)).status_code == 404
    for name in ("review_decide", "review_add", "review_undo", "review_likely", "document_read", "document_restrict"):
        assert stranger.post(url(name, document), {"proposal": 1}).status_code == 404
    theirs = reverse("review", args=[other_process.slug, document.number])
    assert stranger.get(theirs).status_code == 404
    assert stranger.post(reverse("review_decide", args=[other_process.slug, document.number]), {"proposal": 1}).status_code == 404


def test_a_proposal_of_another_document_is_not_found(web, process, editor, document):
    other = letter(process, editor, text=LETTER + "\nP.S.", name="other.txt")
    foreign = other.proposals.first()
    answer = web.post(url("review_decide", document), {"proposal": foreign.pk, "act": "reject"})
    assert answer.status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == "open"


def test_a_restricted_document_is_seen_by_few_and_every_reading_is_logged(as_user, person, process, editor):
    document = letter(process, editor)
    documents.set_restricted(user=editor, document=document, restricted=True)
    proposals.confirm(user=editor, proposal=proposal(document, "To: the Prime Minister"))
    own = Communication.objects.get()
    worker = as_user(person("case_worker"))
    assert worker.get(url("review", document)).status_code == 404
    assert worker.get(url("document_file", document)).status_code == 404
    assert worker.get(reverse("letter", args=[process.slug, own.number])).status_code == 404
    assert own.ref not in worker.get(reverse("letters", args=[process.slug])).content.decode()
    assert AuditEntry.objects.filter(action="document.read").count() == 0
    client = as_user(editor)
    client.get(url("review", document))
    client.get(url("document_file", document))
    client.get(reverse("letter", args=[process.slug, own.number]))
    entries = AuditEntry.objects.filter(action="document.read", subject_id=str(document.pk))
    assert [entry.detail["how"] for entry in entries] == ["review", "download", "page"]


def _queries(client, address, connection):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_number_of_queries_does_not_grow(web, process, editor, django_assert_max_num_queries):
    from django.db import connection

    few = letter(process, editor)
    sentences = [
        f"On 11 January 20{n:02d} we wrote to Ministry {n}. We ask Ministry {n} to answer letter {n}." for n in range(1, 25)
    ]
    text = LETTER + "\n\n" + "\n\n".join(sentences)
    rows = []
    for n in range(1, 25):
        rows.append(
            (
                "ask",
                f"We ask Ministry {n} to answer letter {n}",
                {"addressees": [f"Ministry {n}"], "action": f"answer letter {n} soon"},
                0.9,
            )
        )
        rows.append(
            (
                "communication",
                f"On 11 January 20{n:02d} we wrote to Ministry {n}",
                {"from": ["we"], "to": [f"Ministry {n}"], "date": f"20{n:02d}-01-11", "kind": "letter"},
                0.9,
            )
        )
    from tests.apps.dialogue.letters import ROWS

    many = letter(process, editor, text=text, rows=[*ROWS, *rows], name="many.txt")
    proposals.confirm(user=editor, proposal=proposal(few, "To: the Prime Minister"))
    proposals.confirm(user=editor, proposal=proposal(many, "To: the Prime Minister"))
    one, other = _queries(web, url("review", few), connection), _queries(web, url("review", many), connection)
    assert one == other and one < 45
    for _n in range(12):
        proposals.confirm(user=editor, proposal=many.proposals.filter(state="open").order_by("passage__start", "pk").first())
    assert _queries(web, url("review", many), connection) <= other  # no open event is left to look up


def test_the_queue_lists_the_oldest_first_with_constant_queries(web, process, editor):
    from django.db import connection

    address = reverse("review_queue", args=[process.slug])
    letter(process, editor)
    one = _queries(web, address, connection)
    for n in range(12):
        letter(process, editor, text=LETTER + f"\n{n}", name=f"{n}.txt")
    assert _queries(web, address, connection) == one
    html = web.get(address).content.decode()
    assert "13 documents wait for a person" in html
    assert html.index("D-001") < html.index("D-013")


def test_decisions_of_an_earlier_version_that_found_no_words_are_named(web, process, editor):
    earlier = letter(process, editor)
    proposals.confirm_likely(user=editor, document=earlier, least=0.55)
    added = documents.add_file(process=process, name="new.txt", data=b"Nothing of it.", user=editor, read=False, earlier=earlier)
    reading.record(document=added.document, result=result("Nothing of it.", []))
    html = web.get(url("review", added.document)).content.decode()
    assert "8 decisions of the earlier version D-001 have no words in this one" in html


def test_what_was_not_read_says_why(web, process, editor):
    from wayhome.dialogue.bridge import Failure

    added = documents.add_file(process=process, name="scan.pdf", data=b"%PDF-1.4", user=editor, read=False)
    failure = Failure("no_text", "The PDF has no text layer.", "Run it through text recognition and add it again.")
    reading.record_failure(document=added.document, failure=failure)
    assert Document.objects.get().state == "failed"
    html = web.get(reverse("review_queue", args=[process.slug])).content.decode()
    assert "The PDF has no text layer." in html and "text recognition" in html
    assert web.get(url("review", added.document)).status_code == 404
