"""A docket taken out and read back is the same file to the byte; a file that is not whole or not ours leaves nothing behind."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction
from django.urls import reverse
from lxml import etree

from tests.factories import House
from wayhome.accounts.models import Membership, Process, User
from wayhome.core import append_only, files
from wayhome.core.actors import SYSTEM
from wayhome.core.models import AuditEntry
from wayhome.dialogue import models as d
from wayhome.dialogue.actions import proposals
from wayhome.dialogue.actions.moves import move
from wayhome.outputs.actions import timeline
from wayhome.outputs.exchange import derived, reading, writing
from wayhome.outputs.exchange.errors import DocketFileError
from wayhome.outputs.exchange.references import REF, outward
from wayhome.outputs.exchange.schema import JSON_KEYS, LEFT_OUT, TABLES, columns

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(process, lead):
    """A process with something in every kind of corner: decisions, an undone one, answers, escalations, publication."""
    house = House(process)
    d.PartyName.objects.create(party=house.community, text="Լիրվա հովտի գրասենյակ", language="hy")
    ask = house.ask(with_document=True)
    other = house.ask("Give the list", addressee=house.envoy, on=date(2026, 1, 5))
    reply = house.reply(of=house.envoy, text="We cannot do this before spring.")
    passage = house.passage(reply.document)
    move(
        ask=other, position="deferred", actor=SYSTEM, communication=reply, passage=passage, on=reply.day, due_on=date(2027, 5, 1)
    )
    text = "Prime Minister,\n\nWe ask you to open the bridge. We have had no reply.\n"
    document = house.document(text)
    d.Document.objects.filter(pk=document.pk).update(sha256=files.store(text.encode()))
    document.refresh_from_db()
    for kind, words in (("ask", "We ask you to open the bridge"), ("silence", "We have had no reply")):
        start = text.index(words)
        party = {"text": house.ministry.name, "party": house.ministry.pk, "name": ""}
        payload = {"addressees": [party]} if kind == "ask" else {"who": party, "asks": [ask.pk]}
        made = proposals.add(
            user=lead, document=document, kind=kind, start=start, end=start + len(words), quote=words, payload=payload
        )
        proposals.confirm(user=lead, proposal=made)
    proposals.undo(user=lead, document=document)
    d.ReadingRun.objects.create(document=document, engine_version="1", input_sha256="0" * 64, result={"asks": []})
    timeline.edit(subject=reply, user=lead, published=True, passages=[passage])
    timeline.redact(document=reply.document, start=0, end=2, quote="We", reason="", user=lead)
    return process


def taken_out(process) -> bytes:
    handle = io.BytesIO()
    writing.export(process, handle, actor=SYSTEM)
    return handle.getvalue()


def wipe(process) -> None:
    """Take a process away as if it had never been here."""
    append_only.remove(connection)
    with transaction.atomic():
        d.SearchEntry.objects.filter(process=process).delete()
        for table in reversed(TABLES):
            rows = writing.rows_of(table, process)
            for link in table.links:
                rows.update(**{link: None})
        for table in reversed(TABLES):
            for many in table.model._meta.many_to_many:
                many.remote_field.through.objects.all().delete()
        for table in reversed(TABLES):
            writing.rows_of(table, process)._raw_delete(using="default")
        Membership.objects.filter(process=process).delete()
        Process.objects.filter(pk=process.pk)._raw_delete(using="default")


def repacked(data: bytes, change) -> io.BytesIO:
    """The same docket with one thing changed, its hashes made right again."""
    source = zipfile.ZipFile(io.BytesIO(data))
    parts = {name: source.read(name) for name in source.namelist()}
    change(parts)
    manifest = json.loads(parts.pop("manifest.json"))
    manifest["parts"] = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)} for name, content in parts.items()
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
        target.writestr("manifest.json", json.dumps(manifest))
    out.seek(0)
    return out


def test_out_in_out_is_the_same_to_the_byte(full):
    first = taken_out(full)
    before = d.Ask.objects.count(), d.ProposalDecision.objects.count()
    wipe(full)
    assert d.Ask.objects.count() == 0
    again, counts, new = reading.import_docket(io.BytesIO(first), actor=SYSTEM)
    assert new
    assert (d.Ask.objects.count(), d.ProposalDecision.objects.count()) == before
    assert taken_out(again) == first
    assert counts["asks"] == before[0]


def test_twice_out_is_the_same(full):
    assert taken_out(full) == taken_out(full)


def test_the_same_docket_twice_changes_nothing(full):
    data = taken_out(full)
    held, counts, new = reading.import_docket(io.BytesIO(data), actor=SYSTEM)
    assert (held, counts, new) == (full, {}, False)
    assert Process.objects.count() == 1


def test_every_table_of_the_room_is_in_the_file_or_left_out_on_purpose():
    known = {table.model.__name__ for table in TABLES} | set(LEFT_OUT)
    assert {model.__name__ for model in apps.get_app_config("dialogue").get_models()} == known


def test_every_json_field_is_looked_at_for_keys():
    fields = {
        f"{table.name}.{field.name}" for table in TABLES for field in columns(table).plain if isinstance(field, models.JSONField)
    }
    # These hold words, numbers and offsets; a new field is added here or to JSON_KEYS after a look at what it holds.
    without_keys = {
        "documents.warnings",
        "documents.zones",
        "documents.references",
        "reading_runs.params",
        "reading_runs.result",
        "letter_versions.paragraphs",
        "letter_versions.head",
        "letter_versions.enclosure",
    }
    assert fields == without_keys | set(JSON_KEYS)


def test_keys_inside_json_become_names(full):
    proposal = d.Proposal.objects.filter(kind="ask").first()
    pk = proposal.payload["addressees"][0]["party"]
    assert isinstance(pk, int)
    named = outward(proposal.payload, "proposals.payload", writing.Names(full).of)
    assert named["addressees"][0]["party"] == {REF: str(d.Party.objects.get(pk=pk).uid)}
    lines = zipfile.ZipFile(io.BytesIO(taken_out(full))).read("tables/proposal_decisions.jsonl").decode().splitlines()
    made = [json.loads(line)["after"]["made"] for line in lines if "made" in json.loads(line)["after"]]
    assert any(pair[1].get(REF) for pairs in made for pair in pairs)


def test_who_did_what_stays_without_a_way_in(full, lead):
    data = taken_out(full)
    wipe(full)
    email = lead.email
    AuditEntry.objects.all()._raw_delete(using="default")
    User.objects.filter(pk=lead.pk)._raw_delete(using="default")
    process, _counts, _new = reading.import_docket(io.BytesIO(data), actor=SYSTEM)
    kept = User.objects.get(email=email)
    assert not kept.is_active
    assert not kept.has_usable_password()
    assert not Process.objects.visible_to(kept).exists()
    assert d.ProposalDecision.objects.filter(by=kept, proposal__process=process).exists()


def test_a_docket_brought_in_is_not_public(full):
    Process.objects.filter(pk=full.pk).update(public=True)
    full.refresh_from_db()
    data = taken_out(full)
    wipe(full)
    process, _counts, _new = reading.import_docket(io.BytesIO(data), actor=SYSTEM)
    assert not process.public


def _edit(name, change):
    def edit(parts):
        rows = [json.loads(line) for line in parts[name].splitlines()]
        change(rows)
        parts[name] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)

    return edit


HOSTILE = {
    "a row of nothing on file": (
        _edit("tables/asks.jsonl", lambda rows: rows[0].update(addressee="11111111-1111-1111-1111-111111111111")),
        "asks.jsonl, row 1, field “addressee”",
    ),
    "an unknown field": (_edit("tables/asks.jsonl", lambda rows: rows[1].update(colour="red")), "row 2, field “colour”"),
    "a missing field": (_edit("tables/asks.jsonl", lambda rows: rows[0].pop("action")), "row 1, field “action”"),
    "a value that does not fit": (_edit("tables/asks.jsonl", lambda rows: rows[0].update(due_on="soon")), "field “due_on”"),
    "a state that is none": (_edit("tables/asks.jsonl", lambda rows: rows[0].update(position="won")), "field “position”"),
    "a list for a word": (_edit("tables/asks.jsonl", lambda rows: rows[0].update(action=["x"])), "field “action”"),
    "a row twice": (_edit("tables/asks.jsonl", lambda rows: rows.append(rows[0])), "asks.jsonl, row"),
    "words that are no JSON": (lambda parts: parts.update({"tables/asks.jsonl": b"{nonsense\n"}), "row 1"),
    "a file under a wrong name": (lambda parts: parts.update({"files/" + "0" * 64: b"x"}), "files/"),
    "a name that climbs": (lambda parts: parts.update({"files/../../etc/passwd": b"x"}), "not allowed"),
    "a missing table": (lambda parts: parts.pop("tables/asks.jsonl"), "tables/asks.jsonl"),
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_a_bad_file_is_named_and_leaves_nothing(full, what):
    change, words = HOSTILE[what]
    data = taken_out(full)
    wipe(full)
    people = User.objects.count()
    with pytest.raises(DocketFileError, match=".") as error:
        reading.import_docket(repacked(data, change), actor=SYSTEM)
    assert words in str(error.value)
    assert Process.objects.count() == 0
    assert d.Party.objects.count() == 0
    assert User.objects.count() == people


def test_a_part_changed_after_the_export_is_found(full):
    data = bytearray(taken_out(full))
    source = zipfile.ZipFile(io.BytesIO(bytes(data)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(b"bridge", b"BRIDGE") if name.endswith("asks.jsonl") else content)
    wipe(full)
    with pytest.raises(DocketFileError, match="changed after the export"):
        reading.import_docket(io.BytesIO(out.getvalue()), actor=SYSTEM)


@pytest.mark.parametrize("data", [b"", b"no zip at all", b"PK\x03\x04 cut"])
def test_what_is_no_docket_says_so(data):
    with pytest.raises(DocketFileError):
        reading.import_docket(io.BytesIO(data), actor=SYSTEM)


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("tables/asks.jsonl", b"\0" * 30_000_000)
    with pytest.raises(DocketFileError, match="unpack to more"):
        reading.import_docket(io.BytesIO(out.getvalue()), actor=SYSTEM)


def test_the_page_takes_out_and_brings_in(full, as_user, lead, other_process, person):
    client = as_user(lead)
    response = client.post(reverse("exchange_docket", args=[full.slug]))
    data = b"".join(response.streaming_content)
    assert response["Content-Disposition"] == 'attachment; filename="lirva-docket.zip"'
    wipe(full)
    other = person("process_lead", other_process)
    client = as_user(other)
    file = SimpleUploadedFile("docket.zip", data)
    response = client.post(reverse("exchange_import", args=[other_process.slug]), {"file": file})
    assert response.url == reverse("process_home", args=["lirva"])
    assert Membership.objects.get(process__slug="lirva", user=other).role == "process_lead"
    assert AuditEntry.objects.filter(action="exchange.brought_in").exists()


def test_restricted_papers_leave_only_with_who_may_read_them(full, as_user, person):
    d.Document.objects.filter(process=full).update(restricted=True)
    client = as_user(person("administrator"))  # may export, may not read restricted documents
    assert client.post(reverse("exchange_docket", args=[full.slug])).status_code == 403
    assert client.post(reverse("exchange_view", args=[full.slug, "annotations.jsonld"])).status_code == 403
    client = as_user(person("dpo"))
    assert client.post(reverse("exchange_docket", args=[full.slug])).status_code == 200


def view(process, name):
    return b"".join(derived.VIEWS[name][1](process)).decode("utf-8-sig")


def test_annotations_point_at_the_words(full):
    page = json.loads(view(full, "annotations.jsonld"))
    assert page["items"]
    for item in page["items"]:
        document = d.Document.objects.get(uid=item["target"]["source"].removeprefix("urn:uuid:"))
        quote, place = item["target"]["selector"]
        assert document.text[place["start"] : place["end"]] == quote["exact"]
        assert document.text[: place["start"]].endswith(quote["prefix"])


def test_provenance_tells_machine_from_person(full, lead):
    graph = json.loads(view(full, "provenance.jsonld"))["@graph"]
    kinds = {row["@type"] for row in graph}
    assert {"prov:SoftwareAgent", "prov:Person", "prov:Activity", "prov:Entity"} <= kinds
    ids = [row["@id"] for row in graph if row["@type"] == "prov:Person"]
    assert ids == [f"wayhome:person:{lead.email}"]


def test_messages_name_parties_that_are_there(full):
    rows = [json.loads(line) for line in view(full, "followthemoney.jsonl").splitlines()]
    parties = {row["id"] for row in rows if row["schema"] != "Message"}
    messages = [row for row in rows if row["schema"] == "Message"]
    assert messages
    for row in messages:
        named = row["properties"].get("emitters", []) + row["properties"].get("recipients", [])
        assert set(named) <= parties


def test_coded_asks_carry_no_score(full):
    rows = json.loads(view(full, "asks-plover.json"))
    assert len(rows) == d.Ask.objects.filter(process=full).count()
    assert {row["event_type"] for row in rows} == {"REQUEST"}
    assert not any("goldstein" in key.lower() or "score" in key.lower() for row in rows for key in row)


def test_a_document_becomes_well_formed_akoma_ntoso(full):
    d.Document.objects.filter(process=full).update(text="A\x01 line <with> & marks\n\nAnd a second \x0b one.")
    source = zipfile.ZipFile(io.BytesIO(taken_out(full)))
    names = [name for name in source.namelist() if name.startswith("views/akn/")]
    assert names
    root = etree.fromstring(source.read(names[0]))
    assert root.tag == "{http://docs.oasis-open.org/legaldocml/ns/akn/3.0}akomaNtoso"
    paragraphs = root.findall(".//{*}mainBody/{*}p")
    assert len(paragraphs) == 2
    assert "<with> & marks" in paragraphs[0].text


def test_a_table_of_the_docket_is_not_shown_as_the_whole_docket(full, as_user, lead):
    client = as_user(lead)
    client.get(reverse("docket_export", args=[full.slug]))
    assert "Nothing was taken out yet." in client.get(reverse("exchange", args=[full.slug])).content.decode()
