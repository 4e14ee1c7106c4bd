"""Who does what where: real tables of three habits, faults by row and field, places by code or decision, taken back whole."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.conftest import SHARED
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import Conflict, Forbidden, InvalidInput
from wayhome.places.actions import matches, works
from wayhome.places.actions.presence import bring_in, undo
from wayhome.places.importing import presence as reading
from wayhome.places.models import Organisation, Presence, PresenceImport
from wayhome.places.queries import presence as queries
from wayhome.places.queries.written import collect

pytestmark = pytest.mark.django_db
REAL = SHARED / "data" / "OCHA-DAP+hdx-scraper-operationalpresence"
NEEDS_SHARED = pytest.mark.skipif(not REAL.is_dir(), reason="the real tables in ../shared/data are not here")
HEAD = "Organisation,Acronyme,TypeOrganisation,Cluster,Province,Departement,DepartementPcode,Activité\n"


def real(name):
    return next(REAL.glob(f"*{name}*"))


def take(process, text, **more):
    return bring_in(process=process, actor=SYSTEM, file_name="3w.csv", data=text.encode(), **more)


@NEEDS_SHARED
@pytest.mark.parametrize(
    ("name", "rows", "organisations", "faults", "sectors"),
    [
        ("august_2025", 3122, 107, 0, {"protection", "health", "nutrition", "water", "education", "food", "camps", "shelter"}),
        ("january_april_2025", 4146, 208, 0, {"mines", "cash", "shelter", "protection", "food", "camps"}),
        ("tcd_avr2025", 1556, 209, 0, {"recovery", "coordination", "logistics", "shelter", "food", "health"}),
    ],
)
def test_real_tables_are_read_whole(name, rows, organisations, faults, sectors):
    path = real(name)
    contents = reading.read(path.name, path.read_bytes())
    assert contents.read == rows
    assert sum(row.rows for row in contents.rows) + len({fault.row for fault in contents.faults}) == rows
    assert len(contents.faults) == faults
    assert len({row.organisation for row in contents.rows}) == organisations
    assert sectors <= {row.sector for row in contents.rows}
    assert not contents.unknown_sectors, contents.unknown_sectors
    assert {"ingo", "nngo", "un", "government"} <= {row.kind for row in contents.rows}


@NEEDS_SHARED
def test_a_real_table_comes_in_once_and_goes_out_whole(process):
    path = real("january_april_2025")
    data = path.read_bytes()
    said = {"process": process, "actor": SYSTEM, "file_name": path.name, "data": data}
    tried = bring_in(**said, dry=True)
    assert (tried.written, PresenceImport.objects.count(), Organisation.objects.count()) == (False, 0, 0)
    report = bring_in(**said)
    assert report.written
    assert Presence.objects.count() == report.presences == tried.presences
    assert Organisation.objects.count() == report.organisations_new
    assert bring_in(**said).known_file
    assert undo(source=report.source, actor=SYSTEM) == report.presences
    assert (Presence.objects.count(), Organisation.objects.count()) == (0, 0)
    with pytest.raises(Conflict):
        undo(source=report.source, actor=SYSTEM)
    assert bring_in(**said).written


def test_tags_go_before_headings_and_spanish_is_read():
    tagged = "Who,What,Where,Code\n#org+name,#sector,#adm2+name,#adm2+code\nA fund,Mine action,Kul,VM01\n"
    [row] = reading.read("t.csv", tagged.encode()).rows
    assert (row.organisation, row.sector, row.place, row.pcode, row.first) == ("A fund", "mines", "Kul", "VM01", 3)
    spanish = "Organización,Tipo de organización,Sector,Departamento,Municipio\nUna,ONG Nacional,Alojamiento,Norte,Kul\n"
    [row] = reading.read("t.csv", spanish.encode()).rows
    assert (row.organisation, row.kind, row.sector, row.place, row.within) == ("Una", "nngo", "shelter", "Kul", "Norte")


def test_faults_name_row_field_and_remedy_and_nothing_is_written(valley):
    text = HEAD + "A fund,AF,ONG Nationale,WASH,Meshul District,Kul,,Puits\n,,,WASH,,Kul,,\nB,B,,,,Kul,,\nC,C,,Santé,,,,\n"
    report = take(valley.process, text)
    assert [(fault.row, fault.field) for fault in report.faults] == [(3, "Organisation"), (4, "Cluster"), (5, "place")]
    assert all(fault.remedy for fault in report.faults)
    assert (report.written, Presence.objects.count(), Organisation.objects.count()) == (False, 0, 0)
    assert take(valley.process, text, good_rows_only=True).written
    assert Presence.objects.get().activities == ["Puits"]


def test_what_is_no_such_table_says_what_one_is(valley):
    with pytest.raises(InvalidInput, match="organisation, one for the sector"):
        take(valley.process, "a,b\n1,2\n")


def test_a_reader_may_not(valley, person):
    with pytest.raises(Forbidden):
        bring_in(process=valley.process, actor=Actor.of(person("reader")), file_name="3w.csv", data=HEAD.encode())


def test_places_are_found_by_code_by_decision_and_follow_later_decisions(valley):
    rows = ["A,A,,WASH,,Somewhere,VM0202,", "A,A,,WASH,Meshul District,Kool,,", "B,B,,WASH,Meshul District,Kool,,"]
    report = take(valley.process, HEAD + "\n".join(rows) + "\n")
    coded = Presence.objects.get(pcode="VM0202")
    assert coded.area == valley.tavrek
    loose = Presence.objects.filter(pcode="")
    assert [row.area for row in loose] == [None, None] or report.placed == 3
    loose.update(area=None)
    assert [(item.text, item.count) for item in collect(valley.process, ["presence"])] == [("Kool", 2)]
    match = matches.remember(
        process=valley.process, actor=SYSTEM, text="Kool", within="Meshul District", area=valley.kul, offered=()
    )
    assert {row.area for row in loose.all()} == {valley.kul}
    later = take(valley.process, HEAD + "C,C,,WASH,Meshul District,Kool,,\n")
    assert (later.placed, Presence.objects.get(organisation__name="C").area) == (1, valley.kul)
    matches.forget(match=match, actor=SYSTEM)
    assert {row.area for row in loose.all()} == {None}
    coded.refresh_from_db()
    assert coded.area == valley.tavrek


def test_organisations_that_others_name_too_stay(valley):
    from wayhome.places.actions.funding import organisation

    kept = organisation(process=valley.process, actor=SYSTEM, name="A fund")
    report = take(valley.process, HEAD + "A FUND,AF,ONG Nationale,WASH,,Kul,,\nB,,,WASH,,Kul,,\n")
    kept.refresh_from_db()
    assert (kept.name, kept.acronym, kept.kind) == ("A fund", "AF", "nngo")
    undo(source=report.source, actor=SYSTEM)
    assert list(Organisation.objects.all()) == [kept]


def test_the_page_shows_who_is_there_and_where_nobody_is(valley, as_user, person, django_assert_num_queries):
    process = valley.process
    said = {"process": process, "actor": SYSTEM, "currency": ""}
    works.add(**said, area=valley.kul, kind="water", title="Intake")
    works.add(**said, area=valley.kul, kind="school", title="School")
    works.add(**said, area=valley.tavrek, kind="water", title="Spring")
    works.add(**said, area=valley.tavrek, kind="road", title="Road")
    take(process, HEAD + "Water people,WP,,WASH,,Meshul District,VM01,Puits\nWhole land,WL,,Education,,Velmar,VM,\n")
    client = as_user(person("reader"))
    url = reverse("presence", args=[process.slug])
    page = client.get(url).content.decode()
    assert "Meshul District" in page
    assert "WP" in page
    found = queries.board(process, client.get(url).wsgi_request.GET)
    assert [(gap.area_id, str(gap.sector), [one.title for one in gap.works]) for gap in found.missing] == [
        (valley.kul.pk, "Education", ["School"]),
        (valley.tavrek.pk, "Water, sanitation, hygiene", ["Spring"]),
    ]
    assert found.covered == 1
    assert "WL" not in client.get(url, {"sector": "water"}).content.decode()


def test_the_page_costs_the_same_however_many(valley, as_user, person):
    from tests.apps.places.test_works_pages import queries_of

    client, url = as_user(person("editor")), reverse("presence", args=[valley.process.slug])
    take(valley.process, HEAD + "A,A,,WASH,,Kul,VM0101,\n")
    few = queries_of(client, url)
    for n in range(30):
        valley.add(f"VM03{n:02}", "settlement", 5, valley.borun_district, (f"Place {n}", "en"))
    rows = [f"Org {n},O{n},,WASH,,Place {n},VM03{n:02},Wells" for n in range(30)]
    take(valley.process, HEAD + "\n".join(rows) + "\n")
    assert queries_of(client, url) == few


def test_bringing_in_and_taking_back_on_the_page(valley, as_user, person):
    client, slug = as_user(person("editor")), valley.process.slug
    url = reverse("presence_bring", args=[slug])
    bad = client.post(url, {"file": SimpleUploadedFile("3w.csv", (HEAD + ",,,WASH,,Kul,,\n").encode())})
    assert bad.status_code == 422
    assert "No organisation is named." in bad.content.decode()
    good = {"file": SimpleUploadedFile("3w.csv", (HEAD + "A,A,,WASH,,Kul,VM0101,\n").encode()), "made_by": "Office"}
    done = client.post(url, good, follow=True)
    assert "1 rows read: 1 organisations (1 new), 1 presences, 1 of them in an area on file." in done.content.decode()
    table = PresenceImport.objects.get()
    back = client.post(reverse("presence_undo", args=[slug, table.number]), follow=True)
    assert "1 presence is taken back." in back.content.decode()
    assert Path(table.file_name).name == "3w.csv"
