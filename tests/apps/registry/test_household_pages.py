"""The pages of households, persons and privacy: what they show, what they log, how many queries they cost."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.registry_factories import Register
from wayhome.core.actors import SYSTEM
from wayhome.core.models import AuditEntry
from wayhome.registry import sections
from wayhome.registry.actions import consents, documents, needs, persons
from wayhome.registry.models import Household, HouseholdEvent, Person

pytestmark = pytest.mark.django_db
ROOM = "/p/lirva/registry/"


@pytest.fixture
def register(process):
    return Register(process)


@pytest.fixture
def client(as_user, person):
    return as_user(person("process_lead"))


def text(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as counted:
        assert client.get(url).status_code == 200
    return len(counted)


def test_the_list_costs_the_same_for_one_and_thirty(register, client):
    register.household()
    one = queries(client, ROOM + "households/")
    for n in range(30):
        register.household([{"given_name": "Anna", "family_name": f"Melkon {n}"}], origin_text="Kul")
    assert queries(client, ROOM + "households/") == one
    assert text(client.get(ROOM + "households/")).count('class="ttl"') == 31


def test_the_list_is_narrowed(register, client, process):
    register.household(list_name="Camp")
    register.household([{"given_name": "Anna", "family_name": "Melkon"}], origin_text="Kul", present_text="Velmar")
    Household.objects.filter(name="Melkon").update(head=None)

    def shown(query):
        page = text(client.get(f"{ROOM}households/?{query}"))
        return {name for name in ("Ayvelin", "Melkon") if f"<bdi>{name}</bdi></a>" in page}

    assert shown("") == {"Ayvelin", "Melkon"}
    assert shown("q=melk") == {"Melkon"} and shown("q=H-001") == {"Ayvelin"}
    assert shown("origin=kul") == {"Melkon"} and shown("present=Velm") == {"Melkon"}
    assert shown("list=Camp") == {"Ayvelin"} and shown("size=2-4") == {"Ayvelin"} and shown("size=1") == {"Melkon"}
    assert shown("view=waits") == {"Melkon"} and shown("view=closed") == set()
    assert shown("q=%00&size=nonsense&view=x") == {"Ayvelin", "Melkon"}


def test_the_household_page_costs_the_same_for_two_and_twenty_people(register, client):
    small = register.household([{"given_name": "Anna"}, {"given_name": "Vahan"}])
    large = register.household([{"given_name": f"Anna{n}"} for n in range(20)])
    for household in (small, large):
        for one in household.persons.all():
            persons.add_name(person=one, actor=SYSTEM, given_name="Աննա")
            needs.record(person=one, actor=SYSTEM, code="ER-NF")
            consents.give(person=one, actor=SYSTEM, purpose="services", given="signed", on=date(2026, 1, 5))
    url = ROOM + "households/{}/"
    assert queries(client, url.format(small.number)) == queries(client, url.format(large.number))


def test_the_household_page_says_what_is_sealed_and_reading_it_is_logged(register, client):
    home = register.household()
    tamar = home.head
    needs.record(person=tamar, actor=SYSTEM, code="ER-NF")
    page = text(client.get(f"{ROOM}households/{home.number}/"))
    assert "sealed" in page and "ER-NF" not in page and "about 1958" in page and "12 Mar 1961" in page and "Not asked" in page
    entry = AuditEntry.objects.get(action="household.read")
    assert entry.detail == {"household": home.ref, "page": "page"} and entry.subject_id == str(home.pk)


def test_a_sealed_value_is_shown_once_for_a_purpose(register, client):
    tamar = register.household().head
    number = documents.add(person=tamar, actor=SYSTEM, kind="passport", number="ZZ 987654").number
    url = f"{ROOM}persons/{tamar.number}/sealed/{number.pk}/"
    assert "987654" not in text(client.get(url))
    assert (
        client.post(url, {"purpose": "x"}).status_code == 422 and not AuditEntry.objects.filter(action="sealed.opened").exists()
    )
    opened = client.post(url, {"purpose": "Referral to the clinic"})
    assert "ZZ 987654" in text(opened) and "no-store" in opened["Cache-Control"]
    assert AuditEntry.objects.get(action="sealed.opened").detail["purpose"] == "Referral to the clinic"
    page = text(client.get(f"{ROOM}persons/{tamar.number}/"))
    assert "sealed, opened 1 time" in page and "987654" not in page
    other = register.person("Lala")
    assert client.post(f"{ROOM}persons/{other.number}/sealed/{number.pk}/", {"purpose": "Curiosity"}).status_code == 404


def test_an_unconfirmed_code_says_so(register, client):
    tamar = register.person()
    need = needs.record(person=tamar, actor=SYSTEM, code="DS-*")
    page = text(client.post(f"{ROOM}persons/{tamar.number}/sealed/{need.code_id}/", {"purpose": "Planning transport"}))
    assert "code not confirmed in its source" in page
    assert "not confirmed in its source" in text(client.get(f"{ROOM}persons/{tamar.number}/add/need/"))


def form(rows, **more):
    data = {"people-TOTAL_FORMS": len(rows), "people-INITIAL_FORMS": 0, **more}
    for n, row in enumerate(rows):
        data |= {f"people-{n}-{name}": value for name, value in row.items()}
    return data


def test_a_household_is_registered_on_a_phone(client):
    rows = [
        {"given_name": "Լալա", "family_name": "Գասանի", "birth": "about 40"},
        {"given_name": "Nare", "birth": "2019", "relation": "child"},
    ]
    more = client.post(ROOM + "households/new/", {**form(rows, origin_text="Meshul"), "more": "1"})
    page = text(more)
    assert (
        "people-2-given_name" in page and 'value="Լալա"' in page and 'value="Meshul"' in page and not Household.objects.exists()
    )
    rows.append({"given_name": ""})
    made = client.post(ROOM + "households/new/", form(rows, origin_text="Meshul"))
    household = Household.objects.get()
    assert made.url == f"{ROOM}households/{household.number}/" and household.name == "Գասանի"
    assert dict(household.persons.values_list("given_name", "relation")) == {"Լալա": "head", "Nare": "child"}


def test_what_is_wrong_in_the_form_is_named_and_what_was_typed_is_kept(client):
    rows = [{"given_name": "Lala", "birth": "31.02.1989"}, {"family_name": "", "sex": "f"}]
    refused = client.post(ROOM + "households/new/", form(rows))
    page = refused.content.decode()
    assert refused.status_code == 422 and "31.02.1989" in page and "Person 1, Born" in page and "Person 2, Given name" in page
    empty = client.post(ROOM + "households/new/", form([{"given_name": ""}]))
    assert empty.status_code == 422 and "at least one" in empty.content.decode()
    assert not Household.objects.exists()


def test_split_and_take_back_on_the_page(register, client):
    home = register.household()
    davit = home.persons.get(given_name="Davit")
    url = f"{ROOM}households/{home.number}/moves/"
    refused = client.post(url, {"act": "split", "split-leaving": [davit.pk], "split-head": home.head.pk})
    assert refused.status_code == 422 and "not among those" in refused.content.decode()
    done = client.post(url, {"act": "split", "split-leaving": [davit.pk], "split-head": davit.pk}, follow=True)
    assert "household of its own now" in text(done) and "Take back" in text(done)
    client.post(f"{ROOM}households/steps/{HouseholdEvent.objects.get().pk}/undo/")
    assert home.persons.count() == 4
    assert client.post(url, {"act": "nonsense"}).status_code == 404
    unknown = client.post(url, {"act": "merge", "merge-other": "H-999"})
    assert unknown.status_code == 422 and "no household with this number" in unknown.content.decode()


def test_parts_are_added_and_withdrawn_on_the_persons_page(register, client):
    tamar = register.household().head
    here = f"{ROOM}persons/{tamar.number}/"
    client.post(here + "add/consent/", {"purpose": "sharing", "on": "2026-01-05", "given": "signed"})
    assert not tamar.consents.exists()
    client.post(here + "add/consent/", {"purpose": "sharing", "partner": "Bridge Fund", "on": "2026-01-05", "given": "signed"})
    page = text(client.get(here))
    assert "Bridge Fund" in page and "Given 5 Jan 2026" in page
    client.post(f"{here}steps/withdraw-consent/{tamar.consents.get().pk}/")
    assert "Withdrawn" in text(client.get(here))
    assert client.post(f"{here}steps/nonsense/1/").status_code == 404 and client.get(here + "add/nonsense/").status_code == 404
    client.post(
        here + "edit/", {"given_name": "Tamara", "family_name": "Ayvelin", "birth": "12.3.1961", "reason": "As in the passport"}
    )
    tamar.refresh_from_db()
    assert tamar.given_name == "Tamara" and tamar.birth_precision == "day"
    page = text(client.get(here))
    assert "As in the passport" in page and "<s><bdi>Tamar</bdi></s>" in page


def test_the_person_page_costs_a_constant_number_of_queries(register, client):
    few, many = register.person("Anna"), register.person("Vahan")
    for one, times in ((few, 1), (many, 15)):
        for n in range(times):
            persons.add_name(person=one, actor=SYSTEM, given_name=f"Name {n}")
            documents.add(person=one, actor=SYSTEM, kind="paper", number=f"{one.pk}-{n}")
            consents.give(
                person=one, actor=SYSTEM, purpose="sharing", partner=f"Partner {n}", given="signed", on=date(2026, 1, 5)
            )
            persons.change(person=one, actor=SYSTEM, phone=f"09112345{n}")
    url = ROOM + "persons/{}/"
    assert queries(client, url.format(few.number)) == queries(client, url.format(many.number))


def test_finding_a_person_on_the_page_in_another_script(register, client):
    register.person("Թամար", "Այվելին")
    page = text(client.get(ROOM + "persons/?q=Tamar+Ayvelin"))
    assert "Թամար Այվելին" in page and "<html" in page
    part = text(client.get(ROOM + "persons/?q=Tamar+Ayvelin", headers={"HX-Request": "true"}))
    assert "Թամար Այվելին" in part and "<html" not in part
    assert "Nobody found" in text(client.get(ROOM + "persons/?q=Zzxyq"))


def test_a_found_document_is_logged_without_its_number(register, client):
    documents.add(person=register.person(), actor=SYSTEM, kind="passport", number="ZZ 987654")
    assert "by document number" in text(client.get(ROOM + "persons/?q=zz987654"))
    entry = AuditEntry.objects.get(action="sealed.found")
    assert "987654" not in str(entry.detail)


def test_the_report_shows_everything_and_is_not_stored(register, client):
    tamar = register.household().head
    documents.add(person=tamar, actor=SYSTEM, kind="passport", number="ZZ 987654")
    needs.record(person=tamar, actor=SYSTEM, code="ER-NF")
    answer = client.post(f"{ROOM}persons/{tamar.number}/report/", {"purpose": "She asked for it"})
    page = text(answer)
    assert "ZZ 987654" in page and "ER-NF Unaccompanied older person" in page and "no-store" in answer["Cache-Control"]
    assert "she" not in str(AuditEntry.objects.get(action="person.reported").detail["person"])


def test_erasing_asks_for_the_number(register, client):
    tamar = register.person()
    url = f"{ROOM}persons/{tamar.number}/erase/"
    assert client.post(url, {"ground": "request", "number": "P-999"}).status_code == 422 and Person.objects.exists()
    assert "is erased" in text(client.post(url, {"ground": "request", "number": tamar.ref}, follow=True))
    assert client.get(f"{ROOM}persons/{tamar.number}/").status_code == 404


def test_the_privacy_page(register, client, process):
    home = register.household()
    Household.objects.update(registered_on=date(2015, 3, 1))
    page = text(client.get(ROOM + "privacy/"))
    assert "4 records past their period" in page and "not recorded" in page
    client.post(ROOM + "privacy/purposes/statistics/", {"legal_basis": "public", "notice": "Counted, never named."})
    assert "Counted, never named." in text(client.get(ROOM + "privacy/"))
    assert "4 records erased" in text(client.post(ROOM + "privacy/retention/", follow=True))
    assert not Household.objects.filter(pk=home.pk).exists()
    assert client.get(ROOM + "privacy/purposes/nonsense/").status_code == 404


def test_other_parts_of_the_room_fill_sections(register, client, monkeypatch):
    home = register.household()
    monkeypatch.setattr(sections, "_sections", [])
    monkeypatch.setattr(sections, "_wishes", [])
    sections.register("household", "side", "registry/parts/lines.html", lambda record, access: None)
    sections.register_wishes(lambda household: {household.head_id: "return to Meshul"})
    assert "return to Meshul" in text(client.get(f"{ROOM}households/{home.number}/"))
