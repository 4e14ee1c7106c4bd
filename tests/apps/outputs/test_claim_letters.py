"""The letter of decision: in the claimant's language, with the reasons of the claim, to the one the paper is for."""

import pypdfium2
import pytest
from django.urls import reverse

from tests.apps.registry.land import Land
from wayhome.core.models import AuditEntry
from wayhome.outputs.composing.decision import decision_sheet
from wayhome.outputs.rendering.pdf import pdf
from wayhome.registry.queries.claims import get, settings_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def land(process, person):
    return Land(process, person("case_worker"), person("process_lead"))


def text_of(data):
    document = pypdfium2.PdfDocument(data)
    return "\n".join(document[n].get_textpage().get_text_range() for n in range(len(document)))


def test_the_letter_tells_the_decision_and_its_reasons_to_the_one_it_is_for(land, as_user, person):
    claim = land.decide(land.claim("Tamar Ayvelin", "Heirs of Suren Ayvelin", holding={"address": "Mill Lane 7"}))
    notice = claim.notices.order_by("number").last()
    url = reverse("claim_letter", args=["lirva", claim.number])
    response = as_user(person("case_worker")).get(url, {"notice": notice.pk})
    text = text_of(response.content)
    assert response["Content-Type"] == "application/pdf"
    for words in (claim.ref, notice.ref, "Heirs of Suren", "Mill Lane 7", "The deed names the claimants.", "Granted", "30 days"):
        assert words in text, words
    assert "Tamar Ayvelin" not in text
    assert AuditEntry.objects.get(action="claim.letter_made").detail == {"claim": claim.ref, "notice": notice.ref}


@pytest.mark.parametrize("language", ["en", "fr", "ru", "az", "hy", "ar"])
def test_the_letter_is_set_in_each_language(land, language):
    claim = land.decide(land.claim("Tamar Ayvelin", holding={"address": "Mill Lane 7"}, language=language))
    found = get(land.process, claim.number)
    sheet = decision_sheet(found, found.decisions.get(), None, settings_of(land.process), found.decided_on)
    assert sheet.language == language and sheet.direction == ("rtl" if language == "ar" else "ltr")
    assert pdf(sheet).startswith(b"%PDF")


def test_there_is_no_letter_before_a_decision_and_none_for_another_claims_paper(land, as_user, lead):
    claim, other = land.claim(), land.decide(land.claim())
    client = as_user(lead)
    assert client.get(reverse("claim_letter", args=["lirva", claim.number])).status_code == 404
    land.decide(claim)
    url = reverse("claim_letter", args=["lirva", claim.number])
    assert client.get(url, {"notice": other.notices.first().pk}).status_code == 404
    assert client.get(url, {"notice": "x"}).status_code == 404
    assert client.get(url).status_code == 200
