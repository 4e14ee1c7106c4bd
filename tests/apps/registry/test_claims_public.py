"""What of the claims is public: nothing until it is opened, then a state and days for a code, and figures that hide small counts."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.apps.registry.land import Land
from wayhome.core.models import AuditEntry
from wayhome.registry.actions import claims
from wayhome.registry.models import Claim, ClaimLookup
from wayhome.registry.queries import claims as queries
from wayhome.registry.views import claims_public

pytestmark = pytest.mark.django_db


@pytest.fixture
def land(process, person):
    return Land(process, person("case_worker"), person("process_lead"), person("editor"))


@pytest.fixture
def opened(land):
    claims.set_settings(process=land.process, actor=land.judge, lookup_public=True, figures_public=True)
    return land


def look(number, code, **more):
    return Client().post(reverse("claim_lookup", args=["lirva"]), {"number": number, "code": code}, **more)


def test_both_pages_are_closed_until_they_are_opened(land, opened):
    assert Client().get(reverse("claim_lookup", args=["lirva"])).status_code == 200
    claims.set_settings(process=land.process, actor=land.judge, lookup_public=False)
    assert Client().get(reverse("claim_lookup", args=["lirva"])).status_code == 404
    assert Client().get(reverse("claims_public", args=["lirva"])).status_code == 200
    assert Client().get(reverse("claims_public", args=["nowhere"])).status_code == 404


def test_number_and_code_show_a_state_and_days_and_nothing_else(opened):
    claim = opened.decide(opened.claim(opened.person("Tamar", "Ayvelin"), holding={"address": "Mill Lane 7"}))
    code = claims.give_code(claim=claim, actor=opened.clerk)
    page = look(claim.ref.lower(), code.lower().replace("-", " "))
    text = page.content.decode()
    assert page.status_code == 200 and claim.ref in text and "Decided" in text and "1 September 2025" in text
    for secret in ("Ayvelin", "Tamar", "Mill Lane", "deed"):
        assert secret not in text
    assert page["Cache-Control"] == "no-store" and "noindex" in page["X-Robots-Tag"]
    entry = AuditEntry.objects.get(action="claim.looked_up")
    assert entry.actor_id is None and entry.via == "link"


def test_a_wrong_pair_and_no_claim_get_the_same_answer(opened):
    import re

    claim = opened.claim()
    claims.give_code(claim=claim, actor=opened.clerk)
    pages = [look(claim.ref, "0000-0000-0000"), look("C-9999", "0000-0000-0000"), look("nonsense", ""), look("", "x" * 500)]
    texts = {re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode()) for page in pages}
    assert len(texts) == 1 and {page.status_code for page in pages} == {200}
    assert AuditEntry.objects.filter(action="claim.looked_up").count() == 0


def test_a_claim_of_another_process_is_not_found_here(opened, other_process, person):
    lead = person("process_lead", other_process)
    away = Land(other_process, lead, lead)
    claim = away.claim()
    code = claims.give_code(claim=claim, actor=away.clerk)
    assert "No claim is on file" in look(claim.ref, code).content.decode()


def test_tries_from_one_address_are_limited_and_time_opens_it_again(opened):
    claim = opened.claim()
    code = claims.give_code(claim=claim, actor=opened.clerk)
    for _n in range(claims_public.MOST_WRONG):
        assert look(claim.ref, "0000-0000-0000").status_code == 200
    assert look(claim.ref, code).status_code == 429
    assert look(claim.ref, code, REMOTE_ADDR="203.0.113.9").status_code == 200  # another address may
    ClaimLookup.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert claim.ref in look(claim.ref, code).content.decode()
    ClaimLookup.objects.update(at=timezone.now() - timedelta(days=3))
    look(claim.ref, code)
    assert ClaimLookup.objects.count() == 1  # what is older than two days is forgotten


@pytest.mark.parametrize("language", ["en", "fr", "ru", "az", "hy", "ar"])
def test_the_pages_speak_the_six_languages(opened, language):
    for name in ("claim_lookup", "claims_public"):
        page = Client().get(reverse(name, args=["lirva"]) + f"?lang={language}")
        assert page["Content-Language"] == language
        assert f'lang="{language}"' in page.content.decode()


def test_a_code_shown_on_the_receipt_is_shown_once(land, as_user, person):
    client = as_user(person("case_worker"))
    answer = client.post(
        reverse("claim_new", args=["lirva"]),
        {
            "who-TOTAL_FORMS": 1,
            "who-INITIAL_FORMS": 0,
            "who-0-name": "Heirs of Suren Ayvelin",
            "who-0-kind": "heirs",
            "who-0-capacity": "heir",
            "who-0-share": "1/2",
            "lodged_on": "2026-01-05",
            "lodged_how": "post",
            "language": "hy",
            "right": "inheritance",
            "remedy": "restitution",
            "kind": "house",
            "address": "Mill Lane 7",
            "condition": "unknown",
        },
    )
    claim = Claim.objects.get()
    assert answer.status_code == 302 and claim.claimants.get().denominator == 2 and claim.language == "hy"
    page = client.get(answer.url).content.decode()
    assert 'class="code"' in page
    assert 'class="code"' not in client.get(answer.url).content.decode()


def test_a_form_with_shares_over_the_whole_says_so_and_keeps_what_was_written(land, as_user, person):
    client = as_user(person("case_worker"))
    data = {"who-TOTAL_FORMS": 2, "who-INITIAL_FORMS": 0, "address": "Mill Lane 7", "outline": "{", "right": "ownership"}
    for n in range(2):
        data |= {
            f"who-{n}-name": f"Somebody {n}",
            f"who-{n}-kind": "person",
            f"who-{n}-capacity": "holder",
            f"who-{n}-share": "2/3",
        }
    page = client.post(reverse("claim_new", args=["lirva"]), data)
    text = page.content.decode()
    assert page.status_code == 422 and "4/3" in text and "no GeoJSON" in text and "Mill Lane 7" in text
    assert not Claim.objects.exists()


# --- figures


def test_figures_are_counted_by_municipality_with_the_filing_date_reached(opened):
    town = opened.area("Lirva", level=2)
    village = opened.area("Meshul", parent=town)
    for n in range(3):
        opened.decide(opened.claim(lodged_on=date(2025, 1, 1 + n), holding={"address": f"Upper Street {n}", "area": village}))
    opened.claim(lodged_on=date(2025, 2, 1), holding={"address": "Upper Street 9", "area": village})
    opened.claim(lodged_on=date(2025, 1, 15))
    rows, total = queries.figures(opened.process)
    assert [(row.area, row.lodged, row.decided, row.reached) for row in rows] == [
        (town, 4, 3, date(2025, 2, 1)),
        (None, 1, 0, date(2025, 1, 15)),
    ]
    assert (total.lodged, total.decided, total.repossessed, total.reached) == (5, 3, 0, date(2025, 1, 15))


def row(n, m=0):
    return queries.Row(None, lodged=n, decided=m)


def test_small_figures_are_hidden_and_cannot_be_worked_out_from_the_sum():
    rows, total = [row(20, 3), row(30, 12), row(9, 7)], row(59, 22)
    queries.protect(rows, total, 5)
    assert [one.parts["lodged"] for one in rows] == ["20", "30", "9"] and total.parts["lodged"] == "59"
    # 3 is hidden, and 7 with it: 22 - 12 tells only their sum
    assert [one.parts["decided"] for one in rows] == ["", "12", ""] and total.parts["decided"] == "22"


def test_two_small_figures_whose_sum_is_small_take_a_third_with_them():
    rows, total = [row(1), row(2), row(8), row(40)], row(51)
    queries.protect(rows, total, 5)
    assert [one.parts["lodged"] for one in rows] == ["", "", "", "40"]


def test_a_single_small_figure_hides_its_sum():
    rows, total = [row(3)], row(3)
    queries.protect(rows, total, 5)
    assert (rows[0].parts["lodged"], total.parts["lodged"]) == ("", "")
    rows, total = [row(0), row(0)], row(0)
    queries.protect(rows, total, 5)
    assert [one.parts["lodged"] for one in rows] == ["0", "0"]


def test_the_public_figures_hide_what_the_inside_page_marks(opened, as_user, lead):
    for _n in range(3):
        opened.claim()
    public = Client().get(reverse("claims_public", args=["lirva"])).content.decode()
    inside = as_user(lead).get(reverse("claim_figures", args=["lirva"])).content.decode()
    assert "–" in public and "smallcount" in inside


# --- pages


def count_queries(client, url):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize(
    "url", ["claims/", "claims/?as=table", "claims/delivery/", "claims/figures/", "claims/samples/", "claims/families/"]
)
def test_lists_cost_the_same_for_1_and_30(land, as_user, lead, url):
    client = as_user(lead)
    address = f"/p/lirva/registry/{url}"
    costs = []
    for count in (1, 29):
        for n in range(count):
            claim = land.claim(holding={"address": f"Street of {count} number {n}", "area": land.area(f"Village {n % 3}")})
            land.notify(claim)
            from wayhome.registry.actions import notices

            notices.prepare(claim=claim, kind="lodging", to_text="The elder", actor=land.clerk)
        costs.append(count_queries(client, address))
    assert costs[1] <= costs[0], costs


def test_the_page_of_a_claim_costs_the_same_with_much_on_file(land, as_user, lead):
    from wayhome.registry.actions import claim_evidence

    client = as_user(lead)
    claim = land.claim()
    url = reverse("claim", args=["lirva", claim.number])
    claim_evidence.add(claim=claim, kind="deed", title="Deed", actor=land.clerk)
    claim_evidence.add_occupant(claim=claim, actor=land.clerk, name="A family")
    land.claim(holding=claim.holding)
    before = count_queries(client, url)
    for n in range(12):
        claim_evidence.add(claim=claim, kind="tax", title=f"Receipt {n}", actor=land.clerk)
        claim_evidence.add_occupant(claim=claim, actor=land.clerk, name=f"Family {n}")
        land.claim(holding=claim.holding)
    assert count_queries(client, url) <= before
    assert AuditEntry.objects.filter(action="claim.read").count() == 4


def test_the_board_finds_by_number_name_address_and_cadastral_number(land, as_user, lead):
    claim = land.claim(land.person("Tamar", "Ayvelin"), holding={"address": "Mill Lane 7", "cadastral_number": "AZ-07/112"})
    land.claim()
    client = as_user(lead)
    for words in (claim.ref, "ayvelin tamar", "mill lane 7", "az 07", str(claim.number)):
        found = client.get(reverse("claims", args=["lirva"]), {"q": words, "as": "table"})
        assert [row.pk for row in found.context["page"].rows] == [claim.pk], words
    assert client.get(reverse("claims", args=["lirva"]), {"state": "nothing", "area": "x", "right": "?"}).status_code == 200


def test_a_step_with_concerns_offers_the_box_and_needs_the_reason(land, as_user, person):
    from wayhome.registry.actions import claim_evidence

    claim = land.notify(land.claim())
    claim_evidence.add_occupant(claim=claim, actor=land.clerk, name="A family")
    client = as_user(person("case_worker"))
    url = reverse("claim_step", args=["lirva", claim.number, "review"])
    first = client.post(url, {"on": "2026-01-01", "note": "", "seen": "notified"})
    assert first.status_code == 422 and 'type="checkbox"' in first.content.decode()
    done = client.post(url, {"on": "2026-01-01", "note": "Told by telephone", "despite": "on", "seen": "notified"})
    assert done.status_code == 302 and Claim.objects.get(pk=claim.pk).state == "under_review"


def test_evidence_comes_back_as_a_download_and_the_reading_is_logged(land, as_user, lead):
    from wayhome.registry.actions import claim_evidence

    item = claim_evidence.add(
        claim=land.claim(), kind="deed", title="Deed", actor=land.clerk, file=("deed.html", b"<script>alert(1)</script>")
    )
    response = as_user(lead).get(reverse("claim_evidence_file", args=["lirva", item.pk]))
    assert response["Content-Type"] == "application/octet-stream" and "attachment" in response["Content-Disposition"]
    assert "sandbox" in response["Content-Security-Policy"]
    assert AuditEntry.objects.filter(action="claim.evidence_read").count() == 1
