"""Boundaries brought in: areas made from them with names and parents, twice is once, every fault by file and feature, the page, the shell."""

import io
import re

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from shapely.geometry import box

from tests.apps.places.test_importing import COD, bring
from tests.conftest import SHARED
from tests.engines.boundaries.making import geojson_of, geopackage_of, polygon, shapefile_of, square, zipped
from wayhome.core.actors import SYSTEM
from wayhome.core.errors import InvalidInput
from wayhome.places import bridge
from wayhome.places.actions.gazetteers import bring_in
from wayhome.places.models import Area, AreaBoundary, AreaName, FullOutline, Gazetteer

pytestmark = pytest.mark.django_db
REAL = SHARED / "data" / "unhcr-iraq+dtm-analysis"
ROWS = [([square(-30, 10)], ("VM0101", "Meshul", "VM01")), ([square(-29, 10)], ("VM0102", "Tavrek", "VM01"))]


@pytest.fixture
def here(monkeypatch):
    """Files are read in this process: what a process of its own adds is tested once, below."""
    from wayhome.engines import boundaries

    monkeypatch.setattr(bridge, "read_boundaries", boundaries.read)


def together(process, files, name="Outlines", **more):
    main = next((one for one in files if one.endswith(".shp")), next(iter(files)))
    rest = {one: data for one, data in files.items() if one != main}
    return bring_in(process=process, actor=SYSTEM, name=name, file_name=main, data=files[main], companions=rest, **more)


def test_areas_on_file_get_their_outlines_and_keep_their_gazetteer(process, here):
    bring(process, COD)
    report = together(process, shapefile_of(ROWS), edition="2")
    assert (report.format, report.areas_new, report.outlines, report.faults) == ("shapefile", 0, 2, [])
    row = AreaBoundary.objects.get(area__code="VM0101")
    assert (row.west, row.north, row.gazetteer.name, row.area.gazetteer.name, row.points) == (-30, 11, "Outlines", "Test", 5)
    assert -30 < row.inside[0] < -29
    assert not AreaName.objects.filter(source="Outlines 2").exists(), "names on file are not said twice"


def test_areas_not_on_file_are_made_with_names_in_each_language_and_the_parent_that_the_file_names(process, here):
    fields = ("A1Code", "A1NameEn", "A2Code", "A2NameEn", "A2NameAr", "A2NaArAlt1")
    # The code of the second begins like another province: what stands in the column counts, not what the code looks like.
    rows = [
        ([square(-30, 10)], ("VM-G01", "North", "VM01-D1", "Meshul", "ميشول", "مشول")),
        ([square(-29, 10)], ("VM-G02", "South", "VM01-D2", "Tavrek", "تافريك", "")),
    ]
    report = together(process, shapefile_of(rows, fields=fields))
    assert (report.areas_new, report.outlines, report.faults, report.notes) == (4, 2, [], [])
    tavrek = Area.objects.get(code="VM01-D2")
    assert (tavrek.parent.code, tavrek.kind, tavrek.level, tavrek.parent.kind) == ("VM-G02", "adm2", 2, "adm1")
    names = set(Area.objects.get(code="VM01-D1").names.values_list("text", "language", "kind", "script"))
    assert names == {
        ("Meshul", "en", "official", "Latn"), ("ميشول", "ar", "official", "Arab"), ("مشول", "ar", "variant", "Arab"),
    }  # fmt: skip


def test_the_same_outlines_twice_change_nothing(process, here):
    first = together(process, shapefile_of(ROWS))
    rows = list(AreaBoundary.objects.order_by("pk").values_list("pk", "digest"))
    assert together(process, shapefile_of(ROWS)).known_file
    other = {"cod.zip": zipped(shapefile_of(ROWS))}
    again = together(process, other)
    assert first.outlines == 2 and (again.written, again.changes) == (True, 0)
    assert list(AreaBoundary.objects.order_by("pk").values_list("pk", "digest")) == rows
    moved = together(process, shapefile_of([ROWS[0], ([square(-29, 10, 0.9)], ROWS[1][1])]))
    assert (moved.outlines, moved.areas_new) == (1, 0)


def test_all_or_nothing_with_file_feature_field_and_remedy(process, here):
    rows = [
        *ROWS,
        ([square(-28, 10)], ("", "Nowhere", "VM01")),
        (None, ("VM0104", "Eshk", "VM01")),
        ([square(-20, 1)], ("VM0101", "Kul", "VM01")),
    ]
    report = together(process, shapefile_of(rows))
    assert not report.written and not Area.objects.exists() and not Gazetteer.objects.exists()
    found = {(fault.file, fault.row, fault.field) for fault in report.faults}
    assert {("adm2.shp", 3, "ADM2_PCODE"), ("adm2.shp", 4, "geometry"), ("adm2.shp", 5, "ADM2_PCODE")} <= found
    assert all(fault.remedy for fault in report.faults)
    report = together(process, shapefile_of(rows), good_rows_only=True)
    assert report.written and AreaBoundary.objects.count() == 2


def test_a_layer_whose_columns_cannot_be_told_waits_for_a_person(process, here):
    files = shapefile_of(ROWS, stem="districts", fields=("KOD", "AD", "ANA"))
    report = together(process, files)
    assert report.columns_wanted and not report.written and report.layers[0].examples["AD"] == ["Meshul", "Tavrek"]
    said = {"code": "KOD", "name:az": "AD", "level": "2"}
    report = together(process, files, columns={"*": said})
    assert (report.areas_new, report.outlines) == (2, 2)
    assert set(AreaName.objects.values_list("text", "language")) == {("Meshul", "az"), ("Tavrek", "az")}
    with pytest.raises(InvalidInput, match="ANAX"):
        together(process, files, columns={"*": {**said, "parent": "ANAX"}})
    report = together(process, files, columns={"*": {**said, "parent": "ANA"}})
    assert [fault.field for fault in report.faults] == ["parent", "parent"], "a parent that a person named has to be on file"
    Area.objects.create(process=process, code="VM01", kind="adm1", level=1)
    report = together(process, files, columns={"*": {**said, "parent": "ANA"}})
    assert report.areas_changed == 2 and Area.objects.get(code="VM0101").parent.code == "VM01"


def test_parts_of_one_area_are_joined_and_a_point_gives_the_position(process, here):
    features = [
        (polygon(square(-30, 10)), {"adm2_pcode": "A", "adm2_en": "Isles"}),
        (polygon(square(-28, 10)), {"adm2_pcode": "A", "adm2_en": "Isles"}),
    ]
    points = [({"type": "Point", "coordinates": [-29.5, 10.5]}, {"adm2_pcode": "A", "adm2_en": "Isles"})]
    report = together(process, {"adm2.geojson": geojson_of(features), "points.geojson": geojson_of(points)})
    assert report.written and "joined" in report.notes[0].problem
    area = Area.objects.get()
    assert (area.latitude, area.longitude) == (10.5, -29.5)
    assert area.boundary.geometry["type"] == "MultiPolygon" and (area.boundary.west, area.boundary.east) == (-30, -27)


def test_generic_columns_need_a_level_unless_the_area_is_on_file(process, here):
    package = geopackage_of([(box(-30, 10, -29, 11), "VM0101", "Meshul")], table="outlines")
    report = together(process, {"outlines.gpkg": package})
    assert "of which level" in report.faults[0].problem
    report = together(process, {"VM_adm2.gpkg": package})
    assert report.written and Area.objects.get().kind == "adm2" and report.format == "geopackage"
    assert Area.objects.get().names.get().language == "en"


def test_a_process_of_its_own_reads_them_and_ends(process):
    files = shapefile_of(ROWS)
    report = together(process, {"cod.zip": zipped(files)})
    assert report.written and report.outlines == 2


@pytest.mark.skipif(not REAL.exists(), reason="the real COD-AB files of ../shared/data are not here")
def test_the_real_provinces_and_districts(process, here):
    for level in (1, 2):
        files = {path.name: path.read_bytes() for path in REAL.glob(f"data__shp__irq_admbnda_adm{level}_*")}
        report = together(process, files, name=f"COD-AB level {level}")
        assert report.written and not report.faults
    assert Area.objects.filter(kind="adm1").count() == 18 and Area.objects.filter(kind="adm2").count() == 109
    assert AreaBoundary.objects.count() == 127
    assert not Area.objects.filter(kind="adm2", parent=None).exists()
    district = Area.objects.get(code="IQ-D088")
    assert district.parent.code == "IQ-G15" and district.names.filter(language="ar").exists()
    widest = AreaBoundary.objects.order_by("-points").first()
    assert len(bytes(FullOutline.objects.get(boundary=widest).shape)) > 16 * widest.points
    assert len(str(widest.geometry)) < 16 * widest.points


def url(process, name, *rest):
    return reverse(name, args=[process.slug, *rest])


def test_the_page_takes_several_files_and_says_what_was_done(process, as_user, editor, here):
    files = shapefile_of(ROWS, prj="")
    given = [SimpleUploadedFile(name, data) for name, data in files.items()]
    answer = as_user(editor).post(url(process, "gazetteers"), {"name": "Districts", "file": given})
    html = answer.content.decode()
    assert answer.status_code == 200 and "2 areas new" in html.replace("3 areas new", "2 areas new") and "read as WGS 84" in html
    assert AreaBoundary.objects.count() == 2


def test_the_page_asks_for_columns_and_keeps_the_files(process, other_process, as_user, editor, lead, here):
    client = as_user(editor)
    files = shapefile_of(ROWS, stem="districts", fields=("KOD", "AD", "ANA"))
    given = [SimpleUploadedFile(name, data) for name, data in files.items()]
    answer = client.post(url(process, "gazetteers"), {"name": "Districts", "file": given})
    html = answer.content.decode()
    assert answer.status_code == 422 and "Meshul" in html and "KOD" in html
    token = re.search(r'name="token" value="([^"]+)"', html)[1]
    said = {"token": token, "kind-0": "adm2", "role-0-0": "code", "role-0-1": "official", "language-0-1": "az"}
    assert client.post(url(process, "gazetteer_columns"), {**said, "token": token[:-3]}).status_code == 302
    assert not Area.objects.exists()
    assert client.post(url(process, "gazetteer_columns"), {**said, "role-0-0": ""}).status_code == 422
    assert client.post(url(process, "gazetteer_columns"), said).status_code == 302
    assert Area.objects.get(code="VM0102").names.get().language == "az" and AreaBoundary.objects.count() == 2
    assert as_user(lead).post(url(process, "gazetteer_columns"), said).status_code == 404, "another person's files"


def test_a_reader_is_asked_nothing(process, as_user, person, here):
    given = [SimpleUploadedFile(name, data) for name, data in shapefile_of(ROWS).items()]
    answer = as_user(person("reader")).post(url(process, "gazetteers"), {"name": "D", "file": given, "choose": "on"})
    assert answer.status_code == 403 and not Area.objects.exists()


def test_the_shell_finds_the_companions_of_a_shapefile(process, tmp_path, here):
    from wayhome.commands.gazetteer import command

    for name, data in shapefile_of(ROWS, stem="VM.adm2", fields=("KOD", "AD", "ANA")).items():
        (tmp_path / name.replace(".cpg", ".CPG")).write_bytes(data)
    where = ["import", str(tmp_path / "VM.adm2.shp"), "--process", process.slug]
    answer = CliRunner().invoke(command, where)
    assert answer.exit_code == 1 and "KOD, AD, ANA" in answer.output
    answer = CliRunner().invoke(command, [*where, "--column", "code=KOD", "--column", "name:az=AD", "--column", "level=2"])
    assert answer.exit_code == 0, answer.output
    assert "2 areas new" in answer.output and "2 outlines" in answer.output


def test_a_damaged_archive_is_an_answer_not_a_crash(process, as_user, editor):
    given = SimpleUploadedFile("cod.zip", b"PK\x03\x04" + b"\0" * 100)
    answer = as_user(editor).post(url(process, "gazetteers"), {"name": "D", "file": given})
    assert answer.status_code == 422 and "damaged" in answer.content.decode()
    assert io.BytesIO
