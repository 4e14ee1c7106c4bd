"""A real letter through the real engine: its three communications are found and confirmed, its asks reach their addressees."""

import pytest

from tests.conftest import SHARED
from wayhome.dialogue.actions import documents, proposals, reading
from wayhome.dialogue.models import Ask, Communication, Party

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/letters, which is not part of the repository"),
]


@pytest.fixture
def document(process, editor):
    path = next(SHARED.glob("letters/00-*.txt"))
    added = documents.add_file(process=process, name=path.name, data=path.read_bytes(), user=editor, read=False)
    assert reading.read_now(added.document.pk) == "read"
    added.document.refresh_from_db()
    return added.document


def test_three_communications_are_found_and_confirmed(document, editor):
    found = {p.payload["date"]: p for p in document.proposals.filter(kind="communication")}
    own = document.proposals.get(kind="communication", payload__this_document=True)
    assert {"2023-04-07", "2023-03-11"} <= set(found)
    for row in (own, found["2023-04-07"], found["2023-03-11"]):
        proposals.confirm(user=editor, proposal=row, seen=0)
    first = Communication.objects.get(dated="2023-03-11")
    second = Communication.objects.get(dated="2023-04-07")
    letter = Communication.objects.get(document=document)
    assert len({first.pk, second.pk, letter.pk}) == 3

    def to(row):
        return {part.party.name for part in row.parts.filter(part="to")}

    def by(row):
        return {part.party for part in row.parts.filter(part="from")}

    assert any("Pashinyan" in name for name in to(first))
    assert any("Secretary-General" in name for name in to(second)) and to(second) == to(letter)
    assert by(first) == by(second) == by(letter) and len(by(letter)) == 1
    assert next(iter(by(letter))).kind == Party.Kind.COMMUNITY


def test_what_is_likely_is_confirmed_at_once_and_undone_one_by_one(document, editor):
    words = {p.pk: p.passage.exact for p in document.proposals.select_related("passage")}
    assert all(document.text[p.start : p.end] == p.exact for p in document.passages.all())
    result = proposals.confirm_likely(user=editor, document=document)
    assert result.confirmed >= 10
    asks = list(Ask.objects.select_related("addressee", "communication"))
    assert len(asks) >= 5 and all(ask.addressee and ask.passages.exists() for ask in asks)
    assert all(ask.position == "made" and ask.due_on for ask in asks if ask.communication)
    while proposals.undoable(document, editor):
        proposals.undo(user=editor, document=document)
    assert not Ask.objects.exists() and not Communication.objects.exists() and not Party.objects.exists()
    assert {p.pk: p.passage.exact for p in document.proposals.select_related("passage")} == words


def test_read_again_nothing_is_proposed_twice(document, editor):
    proposals.confirm_likely(user=editor, document=document)
    before = sorted(document.proposals.values_list("pk", "state"))
    assert reading.read_now(document.pk) == "read"
    assert sorted(document.proposals.values_list("pk", "state")) == before
