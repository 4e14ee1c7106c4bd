"""Gazetteers from files: each habit, every fault by file, row, field and remedy, twice is once, hands are respected."""

import io
import json
import zipfile

import pytest

from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import Forbidden, InvalidInput, TooLarge
from wayhome.core.models import AuditEntry
from wayhome.places.actions.gazetteers import bring_in
from wayhome.places.models import Area, AreaBoundary, AreaName, Gazetteer
from wayhome.places.queries.matches import resolve
from wayhome.places.shipped import bring_in_lirva_valley

pytestmark = pytest.mark.django_db

PLAIN = """place_id,name,language,script,parent,lat,lon,kind,from,to,name_kind
A,Velmar,en,Latn,,,,country,,,
A1,Meshul District,en,Latn,A,10.5,-30.4,district,,,
V1,Kul,en,Latn,A1,10.548,-30.452,village,,,
V1,Куль,ru,Cyrl,A1,,,village,,,
V1,Oktyabr,ru,Latn,A1,,,village,1931,1974,former
"""
COD = """ADM0_EN,ADM0_PCODE,ADM1_EN,ADM1_AR,ADM1_PCODE,ADM2_EN,ADM2_AR,ADM2_PCODE,ADM2ALT1EN,validOn,validTo
Velmar,VM,North,شمال,VM01,Meshul,ميشول,VM0101,Meshool,2020-01-01,
Velmar,VM,North,شمال,VM01,Tavrek,تافريك,VM0102,,2020-01-01,
"""
HXL = """Country,District code,District,Village code,Village,In Arabic,Lat,Lon,People
#country+code,#adm2+code,#adm2+name+i_en,#loc+code,#loc+name+i_en,#loc+name+i_ar,#geo+lat,#geo+lon,#population
VM,VM0101,Meshul,V1,Kul,كول,"10,548",-30.452,905
VM,VM0101,Meshul,V2,Ilmet,إلميت,10.47,-30.38,388
"""


def bring(process, text, file="file.csv", name="Test", **more):
    data = text.encode() if isinstance(text, str) else text
    return bring_in(process=process, actor=SYSTEM, name=name, file_name=file, data=data, **more)


def names(code):
    return {(n.text, n.language, n.kind) for n in AreaName.objects.filter(area__code=code, retired_at=None)}


def test_a_plain_table(process):
    report = bring(process, PLAIN, licence="CC0", edition="1")
    assert (report.format, report.areas_new, report.names_new, report.faults) == ("plain", 3, 5, [])
    kul = Area.objects.get(code="V1")
    assert kul.parent.code == "A1" and kul.parent.parent.code == "A"
    assert (kul.kind, kul.level, kul.latitude, kul.longitude) == ("settlement", 5, 10.548, -30.452)
    assert names("V1") == {("Kul", "en", "official"), ("Куль", "ru", "official"), ("Oktyabr", "ru", "former")}
    former = AreaName.objects.get(kind="former")
    assert (former.valid_from, former.valid_to, former.source) == ("1931", "1974", "Test 1")
    [entry] = AuditEntry.objects.filter(action="gazetteer.imported")
    assert entry.detail["areas_new"] == 3 and len(entry.detail["sha256"]) == 64


def test_cod_ab_gives_each_level_once_with_its_parent(process):
    report = bring(process, COD)
    assert (report.format, report.areas_new) == ("cod_ab", 4)
    assert Area.objects.get(code="VM0102").parent.code == "VM01"
    assert Area.objects.get(code="VM01").parent.code == "VM"
    assert names("VM0101") == {("Meshul", "en", "official"), ("ميشول", "ar", "official"), ("Meshool", "en", "variant")}
    assert Area.objects.get(code="VM0101").valid_from == "2020-01-01" and Area.objects.get(code="VM01").valid_from == ""


@pytest.mark.parametrize(
    "head", ["admin1Name_en,admin1Pcode,admin2Name_en,admin2Pcode", "adm1_name,adm1_pcode,adm2_name,adm2_pcode"]
)
def test_cod_ab_of_other_years(process, head):
    bring(process, head + "\nNorth,VM01,Meshul,VM0101\n")
    assert Area.objects.get(code="VM0101").parent.code == "VM01"
    assert {name[0] for name in names("VM0101")} == {"Meshul"}


def test_hxl_tags_say_what_the_columns_are(process):
    report = bring(process, HXL)
    assert (report.format, report.areas_new, report.faults) == ("hxl", 3, [])
    kul = Area.objects.get(code="V1")
    assert (kul.parent.code, kul.latitude, kul.population, kul.kind) == ("VM0101", 10.548, 905, "settlement")
    assert names("V1") == {("Kul", "en", "official"), ("كول", "ar", "official")}


def geonames_row(number, name, kind, code, lat="10", lon="-30", a1="", a2="", alternates="", people="0"):
    return "\t".join(
        [number, name, name, alternates, lat, lon, kind, code, "VM", "", a1, a2, "", "", people, "", "5", "Etc/UTC", "2020-01-01"]
    )


def test_geonames_with_its_alternate_names(process):
    places = "\n".join(
        [
            geonames_row("1", "Velmar", "A", "PCLI", a1="00"),
            geonames_row("2", "North", "A", "ADM1", a1="01"),
            geonames_row("3", "Meshul District", "A", "ADM2", a1="01", a2="0101"),
            geonames_row("4", "Kul", "P", "PPL", a1="01", a2="0101", alternates="Kull,Куль", people="905"),
            geonames_row("5", "A hill", "T", "HLL", a1="01"),
        ]
    )
    more = "10\t4\tru\tКуль\t1\t\t\t\t\t\n11\t4\tlink\thttps\n12\t4\tru\tОктябрь\t\t\t\t1\t1931\t1974\n13\t99\ten\tElse\n"
    report = bring(process, places, "VM.txt", more_names=("alternateNamesV2.txt", more.encode()))
    assert (report.format, report.areas_new, report.faults) == ("geonames", 4, [])
    assert Area.objects.get(code="4").parent.code == "3" and Area.objects.get(code="4").population == 905
    assert names("4") == {
        ("Kul", "", "official"), ("Kull", "", "variant"), ("Куль", "ru", "official"), ("Октябрь", "ru", "former"),
    }  # fmt: skip
    assert resolve(process, "Октябрь").best_id == Area.objects.get(code="4").pk


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_delimiter_and_encoding(process, delimiter, encoding):
    rows = "".join(f"V{n},Верхняя Деревня {n},ru\n" for n in range(30))
    bring(process, ("place_id,name,language\n" + rows).replace(",", delimiter).encode(encoding))
    assert names("V7") == {("Верхняя Деревня 7", "ru", "official")}


def test_the_same_file_twice_changes_nothing(process):
    bring(process, PLAIN)
    before = list(AreaName.objects.order_by("pk").values_list("pk", "changed_at"))
    again = bring(process, PLAIN)
    assert again.known_file and again.changes == 0
    assert list(AreaName.objects.order_by("pk").values_list("pk", "changed_at")) == before
    assert AuditEntry.objects.filter(action="gazetteer.imported").count() == 1
    almost = bring(process, PLAIN + "\n")
    assert almost.written and almost.changes == 0


def test_a_new_edition_changes_what_it_says_and_keeps_what_people_did(process, editor):
    bring(process, PLAIN, edition="1")
    kul = Area.objects.get(code="V1")
    by_hand = AreaName.objects.create(area=kul, process=process, text="Gullen", by_hand=True, added_by=editor)
    russian = AreaName.objects.get(text="Куль")
    russian.retired_at, russian.retired_by = kul.changed_at, editor
    russian.save()
    report = bring(process, PLAIN.replace("V1,Oktyabr", "V2,Dorvi").replace("10.548", "10.55"), edition="2")
    assert (report.areas_new, report.areas_changed, report.names_new, report.names_retired) == (1, 1, 1, 1)
    kul.refresh_from_db()
    assert kul.latitude == 10.55
    assert names("V1") == {("Kul", "en", "official"), ("Gullen", "", "official")}
    by_hand.refresh_from_db()
    russian.refresh_from_db()
    assert by_hand.retired_at is None and russian.retired_by == editor
    bring(process, PLAIN, edition="3")
    assert ("Oktyabr", "ru", "former") in names("V1"), "what a later edition gives again is in use again"
    assert ("Куль", "ru", "official") not in names("V1"), "what somebody retired stays so"
    assert Area.objects.filter(code="V2").exists()


FAULTS = [
    ("A2,,en,,,,,village,,,", 4, "name", "no name"),
    (",Kul,en,,,,,village,,,", 4, "place_id", "no number"),
    ("A2,Kul,en,,A9,,,village,,,", 4, "parent", "A9"),
    ("A2,Kul,en,,A,91,0,village,,,", 4, "lat", "91"),
    ("A2,Kul,en,,A,10,,village,,,", 4, "lon", "no position"),
    ("A2,Kul,en,,A,x,0,village,,,", 4, "lat", "x"),
    ("A2,Kul,en,,A,,,moon,,,", 4, "kind", "moon"),
    ("A2,Kul,en,,A,,,village,1974-13,,", 4, "from", "1974-13"),
    ("A2,Kul,en,,A,,,village,1980,1974,", 4, "to", "before"),
    ("A2,Kul,en,,A,,,village,,,nick", 4, "name_kind", "nick"),
    ("A2,Kul,en,,A2,,,village,,,", 4, "parent", "circle"),
    ("A1,Meshul,ru,,Q,,,village,,,", 4, "parent", "earlier row"),
]


@pytest.mark.parametrize(("row", "number", "field", "says"), FAULTS)
def test_each_fault_has_file_row_field_and_remedy_and_nothing_is_written(process, row, number, field, says):
    report = bring(process, "\n".join([*PLAIN.splitlines()[:3], row, ""]), "villages.csv")
    [fault] = report.faults
    assert (fault.file, fault.row, fault.field) == ("villages.csv", number, field)
    assert says in fault.problem and fault.remedy
    assert not report.written and Area.objects.count() == Gazetteer.objects.count() == 0


def test_good_rows_alone_on_request_and_nothing_below_what_is_left_out(process):
    text = PLAIN + "B,Bad,en,,NOWHERE,,,district,,,\nB1,Below,en,,B,,,village,,,\nV1,Q,en,,A1,,,village,13,,\n"
    report = bring(process, text, good_rows_only=True)
    assert report.written and {area.code for area in Area.objects.all()} == {"A", "A1", "V1"}
    assert [(fault.row, fault.field) for fault in report.faults] == [(7, "parent"), (9, "from"), (8, "parent")]


def test_a_trial_says_what_would_change_and_changes_nothing(process):
    report = bring(process, PLAIN, dry=True)
    assert (report.areas_new, report.written) == (3, False)
    assert Area.objects.count() == Gazetteer.objects.count() == 0


def test_settlements_may_hang_below_another_gazetteers_areas(process):
    bring(process, COD, name="COD-AB")
    bring(process, "place_id,name,parent\nV1,Kul,VM0101\n", name="Villages")
    assert Area.objects.get(code="V1").parent == Area.objects.get(code="VM0101")


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"", "empty"), (b"hello\nworld\n", "no gazetteer"), (b"PK\x03\x04rubbish", "damaged"), (b"\x00\x01" * 50, "no table"),
     (b"{}", "no features"), (b'{"features": [', "no GeoJSON"), (b"\xd0\xcf\x11\xe0old", "old kind")],
)  # fmt: skip
def test_what_is_no_gazetteer_is_said(process, data, says):
    with pytest.raises(InvalidInput, match=says) as caught:
        bring(process, data)
    assert caught.value.remedy


def test_a_table_as_wide_as_a_trap_is_refused(process):
    with pytest.raises(TooLarge):
        bring(process, "place_id,name" + ",x" * 100_000 + "\n")


def workbook(sheets):
    """A small XLSX, written by hand as the format says, so that no writer is needed."""
    buffer = io.BytesIO()
    kinds = "http://schemas.openxmlformats.org"
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{kinds}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{kinds}/package/2006/relationships"><Relationship Id="r1" Type="{kinds}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, 1))
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{kinds}/spreadsheetml/2006/main" xmlns:r="{kinds}/officeDocument/2006/relationships"><sheets>{listed}</sheets></workbook>',
        )
        links = "".join(
            f'<Relationship Id="r{n}" Type="{kinds}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(sheets) + 1)
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{kinds}/package/2006/relationships">{links}</Relationships>'
        )
        for n, rows in enumerate(sheets.values(), 1):
            lines = "".join(
                "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>" for row in rows
            )
            archive.writestr(
                f"xl/worksheets/sheet{n}.xml",
                f'<worksheet xmlns="{kinds}/spreadsheetml/2006/main"><sheetData>{lines}</sheetData></worksheet>',
            )
    return buffer.getvalue()


def test_a_workbook_with_a_sheet_a_level(process):
    rows = [line.split(",") for line in COD.splitlines()]
    data = workbook({"Notes": [["About this file"]], "adm1": [row[:5] for row in rows], "adm2": rows})
    report = bring(process, data, "cod.xlsx")
    assert (report.format, report.areas_new, report.faults) == ("cod_ab", 4, [])


def outline(code, ring=((-30, 10), (-29, 10), (-29, 11), (-30, 10))):
    geometry = {"type": "Polygon", "coordinates": [[list(point) for point in ring]]}
    return {"type": "Feature", "properties": {"ADM2_PCODE": code, "ADM1_PCODE": "VM01"}, "geometry": geometry}


def test_outlines_find_their_areas_and_others_are_named(process):
    bring(process, COD)
    features = [outline("VM0101"), outline("NO"), outline("VM0102", [(0, 0), (200, 0), (1, 1), (0, 0)])]
    data = json.dumps({"type": "FeatureCollection", "features": features})
    report = bring(process, data, "adm2.geojson", name="Outlines")
    assert [(fault.row, fault.field) for fault in report.faults] == [(2, "properties"), (3, "geometry")]
    report = bring(process, data, "adm2.geojson", name="Outlines", good_rows_only=True)
    [row] = AreaBoundary.objects.all()
    assert (row.area.code, row.west, row.north) == ("VM0101", -30, 11) and report.outlines == 1


def test_readers_and_case_workers_bring_nothing_in(process, person):
    for role in ("reader", "case_worker"):
        with pytest.raises(Forbidden):
            bring_in(process=process, actor=Actor.of(person(role)), name="X", file_name="x.csv", data=PLAIN.encode())


def test_the_shipped_valley_is_whole(process):
    bring_in_lirva_valley(process=process, actor=SYSTEM)
    bring_in_lirva_valley(process=process, actor=SYSTEM)
    assert Area.objects.count() == 32 and AreaBoundary.objects.count() == 5
    assert Area.objects.filter(parent=None).count() == 1
    scripts = set(AreaName.objects.values_list("script", flat=True))
    assert scripts == {"Latn", "Cyrl", "Armn", "Arab"}
    assert AreaName.objects.filter(kind="former").count() >= 8
    assert resolve(process, "Oktyabrskoye").best_id == Area.objects.get(code="VM010102").pk


def test_the_command_says_what_it_did(process, tmp_path):
    from click.testing import CliRunner

    from wayhome.cli import main

    (tmp_path / "g.csv").write_text(PLAIN, encoding="utf-8")
    (tmp_path / "bad.csv").write_text(PLAIN + "Z,,en,,,,,,,,\n", encoding="utf-8")
    runner = CliRunner()
    done = runner.invoke(main, ["gazetteer", "import", str(tmp_path / "g.csv"), "--process", "lirva"])
    assert done.exit_code == 0 and "3 areas new" in done.output
    done = runner.invoke(main, ["gazetteer", "import", str(tmp_path / "g.csv"), "--process", "lirva"])
    assert "Nothing was changed" in done.output
    done = runner.invoke(main, ["gazetteer", "import", str(tmp_path / "bad.csv"), "--process", "lirva"])
    assert done.exit_code == 1 and "row 7, name" in done.output
    done = runner.invoke(main, ["gazetteer", "list", "--process", "lirva"])
    assert "3 areas" in done.output
