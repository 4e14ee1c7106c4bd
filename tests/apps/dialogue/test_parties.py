"""Parties: one record for one party whatever it is called; names, merging and parting."""

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.apps.dialogue.letters import letter, proposal
from wayhome.core.errors import Conflict, Forbidden, InvalidInput
from wayhome.core.models import AuditEntry
from wayhome.dialogue.actions import parties as actions
from wayhome.dialogue.actions import proposals
from wayhome.dialogue.models import Ask, CommunicationParty, Party, PartyMerge, PartyName
from wayhome.dialogue.names import analyse, kind_of, plain_name
from wayhome.dialogue.parties import PartyIndex, Setting, setting_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def offices(process):
    """A small cast: two states with their organs and office holders, the world organisation, communities."""
    made = {}

    def add(key, name, kind, of=None, *names):
        made[key] = Party.objects.create(process=process, name=name, kind=kind, of=made.get(of))
        for text, language in [(name, "en"), *names]:
            PartyName.objects.create(party=made[key], text=text, language=language)

    add("velmar", "Velmar", "state")
    add("ostra", "Republic of Ostra", "state", None, ("Ostra", "en"), ("Остра", "ru"))
    add("pm", "Prime Minister Ilan Corvath of Velmar", "person", "velmar")
    add("opm", "Prime Minister of Ostra", "office", "ostra")
    add("gov", "Government of Velmar", "organ", "velmar", ("Gouvernement de Velmar", "fr"))
    add("un", "United Nations", "organisation")
    add("sg", "Secretary-General of the United Nations", "office", "un", ("Secrétaire général de l'ONU", "fr"))
    add("community", "Lirva Valley Community", "community")
    add("envoy", "Regional Envoy", "office")
    return made


SAME = [
    ("Prime Minister Ilan Corvath of Velmar", "pm"),
    ("the Prime Minister of Velmar", "pm"),
    ("H.E. Mr. Ilan Corvath, Prime Minister of Velmar", "pm"),
    ("Ilan Corvath", "pm"),
    ("Prime Minister Corvath", "pm"),
    ("le Premier ministre de Velmar", "pm"),
    ("the Prime Minister of the Republic of Ostra", "opm"),
    ("Премьер-министр Остры", None),
    ("UN Secretary-General", "sg"),
    ("the UN Secretary-General Marta Keil", "sg"),
    ("le Secrétaire général de l'ONU", "sg"),
    ("the Secretary-General", "sg"),
    ("the Government of Velmar", "gov"),
    ("Velmar's Government", "gov"),
    ("le gouvernement de Velmar", "gov"),
    ("Velmar", "velmar"),
    ("the Republic of Ostra", "ostra"),
    ("the United Nations", "un"),
    ("UN", "un"),
    ("LIRVA VALLEY COMMUNITY", "community"),
    ("the Regional Envoy", "envoy"),
    ("the Minister of Foreign Affairs of Velmar", None),
    ("President of Ostra", None),
    ("the Committee of the Families", None),
]


@pytest.mark.parametrize(("mention", "key"), SAME)
def test_a_mention_means_one_record(process, offices, mention, key):
    found = PartyIndex(process).resolve(mention)
    assert (found.party and found.party.name) == (offices[key].name if key else None), [
        (c.party.name, c.score, str(c.reason)) for c in found.candidates
    ]
    if key:
        assert found.reason and found.candidates[0].party == offices[key]
    else:
        assert found.is_new and found.new_name == plain_name(mention)


def test_a_bare_title_is_left_to_a_person_until_the_document_names_one(process, offices):
    index = PartyIndex(process)
    found = index.resolve("the Prime Minister")
    assert found.party is None and found.unclear
    assert {c.party for c in found.candidates} == {offices["pm"], offices["opm"]}
    assert all(c.reason for c in found.candidates)
    found = index.resolve("the PM", Setting(named={offices["pm"].pk}))
    assert found.party == offices["pm"] and "named in this document" in str(found.reason)


@pytest.mark.parametrize(
    "words", ["Your Excellency", "you", "Votre Excellence", "Ваше Превосходительство", "your Government", "Zati-aliləri"]
)
def test_forms_of_address_mean_the_addressee(process, offices, words):
    index = PartyIndex(process)
    assert index.resolve(words, setting_of([], [offices["sg"]])).party == offices["sg"]
    alone = index.resolve(words)
    assert alone.party is None and alone.unclear and not alone.new_name
    two = index.resolve(words, setting_of([], [offices["sg"], offices["pm"]]))
    assert two.party is None and len(two.candidates) == 2


@pytest.mark.parametrize("words", ["we", "We", "nous", "мы", "our community", "our elected office"])
def test_we_means_the_author(process, offices, words):
    assert PartyIndex(process).resolve(words, setting_of([offices["community"]], [])).party == offices["community"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Prime Minister Ilan Corvath", "person"),
        ("the Prime Minister of Velmar", "office"),
        ("Government of Velmar", "organ"),
        ("Ministry of Roads", "organ"),
        ("Lirva Valley Community", "community"),
        ("Switzerland", "state"),
        ("République française", "organisation"),
        ("Greenland Society", "organisation"),
        ("Association of the Families of Kul", "community"),
    ],
)
def test_the_kind_of_a_new_record(name, kind):
    assert kind_of(name) == kind


@given(st.text(max_size=120))
def test_any_words_can_be_taken_apart(words):
    found = analyse(words)
    assert found.text == words and not (found.title and found.deictic)
    assert len(plain_name(words)) <= 250


def test_what_a_person_chose_is_remembered_for_the_next_document(process, editor, offices):
    words = "the Good Offices Bureau"
    text = f"We ask {words} to reply."
    first = letter(process, editor, text=text, rows=[("ask", text, {"addressees": [words], "action": "reply"}, 0.9)])
    ask = first.proposals.get()
    chosen = {"text": words, "party": offices["envoy"].pk, "name": ""}
    proposals.correct(user=editor, proposal=ask, payload={"addressees": [chosen]})
    proposals.confirm(user=editor, proposal=ask)
    assert Ask.objects.get().addressee == offices["envoy"]
    name = PartyName.objects.get(text=words)
    assert (name.party, name.use) == (offices["envoy"], "mention")
    found = PartyIndex(process).resolve("The good offices bureau")
    assert found.party == offices["envoy"] and "chosen before" in str(found.reason)


def test_forms_of_address_are_never_remembered(process, editor, offices):
    text = "We ask Your Excellency to reply."
    document = letter(
        process, editor, text=text, rows=[("ask", text, {"addressees": ["Your Excellency"], "action": "reply"}, 0.9)]
    )
    chosen = {"text": "Your Excellency", "party": offices["envoy"].pk, "name": ""}
    proposals.correct(user=editor, proposal=document.proposals.get(), payload={"addressees": [chosen]})
    proposals.confirm(user=editor, proposal=document.proposals.get())
    assert not PartyName.objects.filter(text="Your Excellency").exists()


def test_merge_and_unmerge_leave_everything_as_it_was(process, editor, offices):
    document = letter(process, editor)
    proposals.confirm_likely(user=editor, document=document, least=0)
    kept, gone = offices["velmar"], Party.objects.get(name="Prime Minister Ilan Corvath of Velmar")
    both = gone.parts.first().communication
    CommunicationParty.objects.create(communication=both, party=kept, part=gone.parts.first().part)

    def everything():
        return {
            "asks": sorted(Ask.objects.values_list("pk", "addressee", "asker")),
            "parts": sorted(CommunicationParty.objects.values_list("communication", "party", "part")),
            "of": sorted(Party.objects.values_list("pk", "of", "merged_into")),
            "names": sorted(PartyName.objects.values_list("party", "text")),
        }

    # The office belongs to the state in this cast; merging the two must not make a ring.
    before = everything()
    record = actions.merge(user=editor, kept=kept, gone=gone)
    gone.refresh_from_db()
    assert gone.merged_into == kept and not gone.asks_received.exists() and not gone.parts.exists()
    assert Ask.objects.filter(addressee=kept).exists()
    assert PartyIndex(process).resolve("Prime Minister Ilan Corvath of Velmar").party == kept
    assert AuditEntry.objects.filter(action="party.merged").count() == 1
    with pytest.raises(Conflict):
        actions.merge(user=editor, kept=kept, gone=gone)
    actions.unmerge(user=editor, merge=record)
    assert everything() == before
    with pytest.raises(Conflict):
        actions.unmerge(user=editor, merge=record)
    assert PartyMerge.objects.get().undone_by == editor
    assert AuditEntry.objects.filter(action="party.unmerged").count() == 1


def test_nothing_belongs_to_itself(process, editor, offices):
    with pytest.raises(InvalidInput, match="belong to itself"):
        actions.change(user=editor, party=offices["velmar"], of=offices["pm"])


def test_a_renamed_record_keeps_its_former_name(process, editor, offices):
    actions.change(user=editor, party=offices["envoy"], name="Special Envoy for the Valley")
    names = dict(offices["envoy"].names.values_list("text", "use"))
    assert names == {"Regional Envoy": "former", "Special Envoy for the Valley": "full"}
    assert PartyIndex(process).resolve("the Regional Envoy").party == offices["envoy"]


@pytest.fixture
def web(as_user, editor):
    return as_user(editor)


def test_pages(web, process, offices, editor):
    html = web.get(reverse("parties", args=[process.slug])).content.decode()
    assert "9 parties" in html and "Prime Minister Ilan Corvath of Velmar" in html
    html = web.get(reverse("parties", args=[process.slug]), {"q": "остра"}).content.decode()
    assert "Republic of Ostra" in html and "Regional Envoy" not in html
    letter_document = letter(process, editor)
    proposals.confirm_likely(user=editor, document=letter_document, least=0)
    html = web.get(reverse("party", args=[process.slug, offices["pm"].pk])).content.decode()
    assert "open a dialogue" in html and "L-001" in html and "returns proceed in stages" in html


def test_forms(web, process, offices):
    made = web.post(reverse("party_add", args=[process.slug]), {"name": "  Bridge   Fund ", "kind": "organisation"})
    party = Party.objects.get(name="Bridge Fund")
    assert made.status_code == 302 and party.names.get().text == "Bridge Fund"
    bad = web.post(reverse("party_edit", args=[process.slug, party.pk]), {"name": "", "kind": "organisation"})
    assert bad.status_code == 422 and Party.objects.get(pk=party.pk).name == "Bridge Fund"
    web.post(
        reverse("party_edit", args=[process.slug, party.pk]),
        {"name": "Bridge Fund", "kind": "organ", "of": offices["velmar"].pk, "ours": "on"},
    )
    party.refresh_from_db()
    assert (party.kind, party.of, party.ours) == ("organ", offices["velmar"], True)
    web.post(reverse("party_add_name", args=[process.slug, party.pk]), {"text": "Фонд моста", "language": "ru", "use": "full"})
    again = web.post(
        reverse("party_add_name", args=[process.slug, party.pk]), {"text": "Фонд моста", "language": "ru", "use": "full"}
    )
    assert again.status_code == 409
    name = party.names.get(language="ru")
    web.post(reverse("party_remove_name", args=[process.slug, party.pk, name.pk]))
    assert not party.names.filter(language="ru").exists()
    web.post(reverse("party_merge", args=[process.slug, offices["un"].pk]), {"gone": party.pk})
    assert web.get(reverse("party", args=[process.slug, party.pk])).url.endswith(f"/parties/{offices['un'].pk}/")
    merge = PartyMerge.objects.get()
    web.post(reverse("party_unmerge", args=[process.slug, offices["un"].pk, merge.pk]))
    assert web.get(reverse("party", args=[process.slug, party.pk])).status_code == 200


def test_readers_look_and_others_see_nothing(as_user, person, process, other_process, offices):
    reader = as_user(person("reader"))
    assert reader.get(reverse("party", args=[process.slug, offices["un"].pk])).status_code == 200
    assert reader.get(reverse("party_add", args=[process.slug])).status_code == 403
    assert (
        reader.post(reverse("party_merge", args=[process.slug, offices["un"].pk]), {"gone": offices["sg"].pk}).status_code == 403
    )
    with pytest.raises(Forbidden):
        actions.merge(user=person("reader"), kept=offices["un"], gone=offices["sg"])
    stranger = as_user(person("process_lead", other_process))
    assert stranger.get(reverse("party", args=[process.slug, offices["un"].pk])).status_code == 404
    assert stranger.get(reverse("party", args=[other_process.slug, offices["un"].pk])).status_code == 404
    foreign = Party.objects.create(process=other_process, name="Elsewhere")
    assert (
        stranger.post(reverse("party_merge", args=[other_process.slug, foreign.pk]), {"gone": offices["un"].pk}).status_code
        == 404
    )
    bad = stranger.post(
        reverse("party_edit", args=[other_process.slug, foreign.pk]), {"name": "x", "kind": "state", "of": offices["un"].pk}
    )
    assert bad.status_code == 422


def test_the_list_asks_the_same_number_of_queries(web, process, house):
    from django.db import connection

    address = reverse("parties", args=[process.slug])

    def count():
        web.get(address)
        with CaptureQueriesContext(connection) as captured:
            web.get(address)
        return len(captured)

    house.party("Party 0")
    one = count()
    for n in range(1, 30):
        house.party(f"Party {n}", of=house.party("Party 0"))
    assert count() == one


def test_a_proposal_shows_the_record_and_the_words(web, process, editor, offices):
    document = letter(process, editor)
    html = web.get(reverse("review", args=[process.slug, document.number])).content.decode()
    assert (
        "Prime Minister Ilan Corvath of Velmar" in html and "“the Prime Minister of Velmar”" in html and "the same office" in html
    )
    own = proposal(document, "To: the Prime Minister")
    proposals.confirm(user=editor, proposal=own)
    assert CommunicationParty.objects.filter(party=offices["pm"], part="to").exists()


def test_a_body_made_later_gathers_its_offices(process, editor):
    text = "The Prime Minister of Velmar said no. We ask Velmar to reply."
    rows = [
        ("statement", "said no", {"speaker": "The Prime Minister of Velmar"}, 0.9),
        ("ask", "We ask Velmar to reply", {"asker": "the Families of Kul", "addressees": ["Velmar"], "action": "reply"}, 0.9),
    ]
    Party.objects.create(process=process, name="Velmar State Railways", kind="organisation")
    document = letter(process, editor, text=text, rows=rows)
    for row in document.proposals.order_by("passage__start"):
        proposals.confirm(user=editor, proposal=row)
    office, body = Party.objects.get(name="Prime Minister of Velmar"), Party.objects.get(name="Velmar")
    assert office.of == body
    while proposals.undoable(document, editor):
        proposals.undo(user=editor, document=document)
    assert list(Party.objects.values_list("name", flat=True)) == ["Velmar State Railways"]


def test_nobody_asks_itself(process, editor, offices):
    text = "The Regional Envoy asks to be heard."
    rows = [("ask", text, {"asker": "the Regional Envoy", "addressees": ["The Regional Envoy"], "action": "hear"}, 0.9)]
    document = letter(process, editor, text=text, rows=rows)
    with pytest.raises(InvalidInput, match="would ask itself"):
        proposals.confirm(user=editor, proposal=document.proposals.get())


@pytest.mark.parametrize("name", ["United Nations", "UN", "European Union", "Nations Unies"])
def test_a_world_organisation_is_no_state(name):
    assert kind_of(name) == "organisation"
