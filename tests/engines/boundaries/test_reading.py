"""Boundary files of three kinds: what is read, what is repaired and said, what a stranger's file cannot do."""

import sqlite3
import struct

import numpy as np
import pytest
import shapely
from shapely.geometry import Polygon, box
from tests.conftest import SHARED
from tests.engines.boundaries.making import (
    UTM,
    geojson_of,
    geopackage_of,
    polygon,
    shapefile_of,
    square,
    zipped,
)

from wayhome.engines.boundaries import Options, packing, read

ROWS = [
    ([square(-30, 10)], ("VM0101", "Meshul", "VM01")),
    ([square(-29, 10), list(reversed(square(-28.7, 10.3, 0.2)))], ("VM0102", "Tavrek", "VM01")),
]
REAL = SHARED / "data" / "unhcr-iraq+dtm-analysis"


def codes(reading):
    return [one.code for one in reading.problems]


def shape_of(feature):
    return shapely.from_wkb(feature.shape)


def test_a_shapefile_by_its_files_together_or_in_an_archive():
    files = shapefile_of(ROWS)
    [loose] = read(files).layers
    [packed] = read({"cod.zip": zipped(files, folder="data/")}).layers
    assert packed.file == "cod.zip!data/adm2.shp" and loose.file == "adm2.shp"
    for layer in (loose, packed):
        assert layer.fields == ("ADM2_PCODE", "ADM2_EN", "ADM1_PCODE")
        assert [feature.values[0] for feature in layer.features] == ["VM0101", "VM0102"]
        assert shape_of(layer.features[0]).equals(box(-30, 10, -29, 11))
        assert shape_of(layer.features[1]).area == pytest.approx(1 - 0.04), "the hole is a hole"
        west, south = layer.features[0].inside
        assert -30 < west < -29 and 10 < south < 11


def test_what_is_missing_is_named():
    files = shapefile_of(ROWS)
    assert codes(read({name: data for name, data in files.items() if not name.endswith(".dbf")})) == ["no_dbf"]
    assert codes(read({name: data for name, data in files.items() if not name.endswith(".shp")})) == ["no_shp"]
    without = read({name: data for name, data in files.items() if not name.endswith((".prj", ".shx"))})
    assert not without.problems and [one.code for one in without.notes] == ["crs_assumed"]


def test_other_coordinates_are_turned_into_degrees():
    metres = [(square(500_000, 1_105_000, 10_000), ("VM0101", "Meshul", "VM01"))]
    files = shapefile_of([([ring], said) for ring, said in metres], prj=UTM)
    reading = read(files)
    assert [one.code for one in reading.notes] == ["reprojected"] and "32626" in reading.notes[0].said["crs"]
    west, south, east, north = shapely.bounds(shape_of(reading.layers[0].features[0]))
    assert (west, south) == pytest.approx((-27, 9.997), abs=0.002) and (east, north) == pytest.approx(
        (-26.909, 10.087), abs=0.002
    )
    bare = shapefile_of([([ring], said) for ring, said in metres], prj="")
    assert codes(read(bare)) == ["no_crs"]
    told = read(bare, Options(crs="EPSG:32626"))
    assert shapely.bounds(shape_of(told.layers[0].features[0])) == pytest.approx((west, south, east, north), abs=1e-6)


@pytest.mark.parametrize(
    "prj",
    [UTM.replace("Transverse_Mercator", "None_Such"), "nonsense", UTM[:-1] + ',EXTENSION["PROJ4","+nadgrids=/etc/passwd"]]'],
)
def test_a_system_that_is_none_or_names_files_is_refused(prj):
    assert codes(read(shapefile_of(ROWS, prj=prj)))[0] in {"crs_unknown", "crs_refused"}


@pytest.mark.parametrize(
    ("cpg", "encoding", "text"),
    [
        ("UTF-8", "utf-8", "الشيخان"),
        ("1256", "cp1256", "الشيخان"),
        ("ANSI 1251", "cp1251", "Мешул"),
        ("88591", "latin-1", "Zürich"),
        ("", "utf-8", "Մեշուլ"),
    ],
)
def test_names_in_the_encoding_that_the_cpg_says(cpg, encoding, text):
    rows = [([square(-30, 10)], ("VM0101", text, "VM01"))]
    [layer] = read(shapefile_of(rows, cpg=cpg, encoding=encoding)).layers
    assert layer.features[0].values[1] == text


def test_letters_that_do_not_fit_the_encoding_are_a_fault_with_feature_and_field():
    rows = [([square(-30, 10)], ("VM0101", "ok", "VM01")), ([square(-29, 10)], ("VM0102", "Мешул", "VM01"))]
    files = shapefile_of(rows, cpg="UTF-8", encoding="cp1251")
    [fault] = read(files).problems
    assert (fault.code, fault.feature, fault.field) == ("encoding", 2, "ADM2_EN")
    assert read(files, Options(encoding="cp1251")).layers[0].features[1].values[1] == "Мешул"
    assert codes(read(files, Options(encoding="klingon"))) == ["unknown_encoding"]


def test_unsound_outlines_are_repaired_and_said():
    bow = [(-30, 10), (-29, 11), (-29, 10), (-30, 11), (-30, 10)]
    reading = read({"adm2.geojson": geojson_of([(polygon(bow), {"pcode": "A"}), (polygon(square(-20, 10)), {"pcode": "B"})])})
    [note] = reading.notes
    assert (note.code, note.feature) == ("repaired", 1) and "Self-intersection" in note.said["why"]
    made = shape_of(reading.layers[0].features[0])
    assert made.is_valid and made.area == pytest.approx(0.5)


def test_features_that_cannot_be_used_are_named_one_by_one():
    features = [
        (None, {"pcode": "A"}),
        ({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}, {"pcode": "B"}),
        (polygon([(0, 0), (200, 0), (1, 1), (0, 0)]), {"pcode": "C"}),
        ({"type": "Polygon", "coordinates": [[[0, 0], ["x", 1], [1, 1], [0, 0]]]}, {"pcode": "D"}),
        (polygon([(0, 0), (1, 1), (2, 2), (0, 0)]), {"pcode": "E"}),
        (polygon(square(0, 0)), {"pcode": "F"}),
    ]
    reading = read({"x.geojson": geojson_of(features)})
    assert {one.feature: one.code for one in reading.problems} == {
        1: "no_geometry", 2: "no_area", 3: "outside", 4: "unreadable", 5: "no_ground",
    }  # fmt: skip
    assert [feature.number for feature in reading.layers[0].features] == [6]


def test_a_layer_of_lines_is_left_aside():
    import shapefile

    lines = shapefile_of([([[(0, 0), (1, 1)]], ("A", "B", "C"))], stem="lines", kind=shapefile.POLYLINE)
    reading = read({"cod.zip": zipped({**shapefile_of(ROWS), **lines, "read me.txt": b"x"})})
    assert not reading.problems and [one.code for one in reading.notes] == ["lines_left"]


def test_neighbours_keep_the_border_they_share_on_maps():
    rng = np.random.default_rng(4)
    shared = [(float(rng.normal(0, 0.0002)), y) for y in np.linspace(0, 1, 400)]
    left = Polygon([*shared, (-1, 1), (-1, 0)])
    right = Polygon([*shared, (1, 1), (1, 0)])
    features = [(polygon(shape.exterior.coords), {"pcode": code}) for shape, code in ((left, "A"), (right, "B"))]
    [layer] = read({"x.geojson": geojson_of(features)}, Options(detail=200)).layers
    one, two = (shapely.from_wkb(feature.display) for feature in layer.features)
    assert len(one.exterior.coords) < 60 < layer.features[0].points
    assert one.intersection(two).area < 1e-9 and one.union(two).area == pytest.approx(2, abs=0.001)


def test_a_geopackage():
    data = geopackage_of([(box(-30, 10, -29, 11), "VM0101", "Meshul"), (box(-29, 10, -28, 11), "VM0102", "Tavrek")])
    [layer] = read({"adm.gpkg": data}).layers
    assert (layer.name, layer.fields, layer.crs[:9]) == ("adm2", ("fid", "pcode", "name_en"), "EPSG:4326")
    assert layer.features[1].values == ("2", "VM0102", "Tavrek") and shape_of(layer.features[1]).equals(box(-29, 10, -28, 11))


def test_nothing_that_the_maker_of_a_geopackage_wrote_is_run(tmp_path):
    target = tmp_path / "written.db"
    spy = f"""
        CREATE VIEW v AS SELECT fid, geom, pcode, writefile('{target}', 'x') AS name_en FROM adm2;
        INSERT INTO gpkg_geometry_columns VALUES ('v', 'geom', 'POLYGON', 4326, 0, 0);
        CREATE VIRTUAL TABLE t USING fts5(geom, pcode);
        INSERT INTO gpkg_geometry_columns VALUES ('t', 'geom', 'POLYGON', 4326, 0, 0);
        INSERT INTO gpkg_geometry_columns VALUES ('adm2" UNION SELECT 1,2,3,4 --', 'geom', 'POLYGON', 4326, 0, 0);
    """
    base = sqlite3.connect(":memory:")
    base.create_function("writefile", 2, lambda *said: None)
    reading = read({"x.gpkg": geopackage_of([(box(0, 0, 1, 1), "A", "B")], more=spy)})
    assert [layer.name for layer in reading.layers] == ["adm2"] and not target.exists()


def test_columns_that_work_things_out_are_not_worked_out():
    costly = """
        DROP TABLE adm2;
        CREATE TABLE adm2 (geom BLOB, pcode TEXT GENERATED ALWAYS AS (hex(zeroblob(90000000))) VIRTUAL, name_en TEXT);
        INSERT INTO adm2 (geom, name_en) VALUES (NULL, 'Kul');
    """
    reading = read({"x.gpkg": geopackage_of([], more=costly)})
    assert reading.layers[0].fields == ("name_en",) and codes(reading) == ["no_geometry"]


@pytest.mark.parametrize(
    "blob",
    [b"GP", b"XX" + b"\0" * 40, b"GP\x00\x21" + b"\0" * 40, b"GP\x00\x01" + struct.pack("<i", 1) + b"\x01\x03" + b"\xff" * 30],
)
def test_damaged_geometry_of_a_geopackage_is_a_fault_of_its_feature(blob):
    reading = read({"x.gpkg": geopackage_of([(blob, "A", "B"), (box(0, 0, 1, 1), "C", "D")])})
    assert [(one.feature, one.code) for one in reading.problems] == [(1, "unreadable")]


def test_damaged_files_are_refused_and_nothing_is_raised():
    shp = shapefile_of(ROWS)
    rng = np.random.default_rng(1)
    for suffix in (".shp", ".dbf"):
        whole = shp["adm2" + suffix]
        for cut in (0, 20, 90, len(whole) // 2, len(whole) - 3):
            read({**shp, "adm2" + suffix: whole[:cut]})
        for _ in range(25):
            bent = bytearray(whole)
            for at in rng.integers(0, len(whole), 6):
                bent[at] = int(rng.integers(0, 256))
            read({**shp, "adm2" + suffix: bytes(bent)})
    package = geopackage_of([(box(0, 0, 1, 1), "A", "B")])
    for _ in range(25):
        bent = bytearray(package)
        for at in rng.integers(16, len(package), 12):
            bent[at] = int(rng.integers(0, 256))
        read({"x.gpkg": bytes(bent)})
    assert codes(read({"x.zip": zipped(shp)[:200]})) == ["broken_archive"]
    assert codes(read({"x.gpkg": b"SQLite format 3\x00" + b"\0" * 200})) == ["broken_geopackage"]


def test_archives_that_grow_or_hide_are_refused(monkeypatch):
    files = shapefile_of(ROWS)
    assert codes(read({"x.zip": zipped({"inner.zip": zipped(files)})})) == ["archive_in_archive"]
    assert codes(read({"x.zip": zipped({"a.gdb/a00000001.gdbtable": b"x"})})) == ["foreign"]
    assert codes(read({"x.zip": zipped({"notes.txt": b"x"})})) == ["empty_archive"]
    assert codes(
        read({"x.vrt": b"<OGRVRTDataset><SrcDataSource>/vsicurl/http://example.org/x</SrcDataSource></OGRVRTDataset>"})
    ) == ["foreign"]
    [layer] = read({"x.zip": zipped({"../../etc/" + name: data for name, data in files.items()})}).layers
    assert len(layer.features) == 2, "names in an archive are labels, no path is opened"
    monkeypatch.setattr(packing, "MOST_UNPACKED", 1_000_000)
    assert codes(read({"x.zip": zipped({"adm2.dbf": b"\0" * 3_000_000})})) == ["too_large"]


def test_an_old_geojson_says_its_system_and_a_link_is_not_followed():
    features = [(polygon(square(500_000, 1_105_000, 10_000)), {"pcode": "A"})]
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32626"}}
    [layer] = read({"x.geojson": geojson_of(features, crs=named)}).layers
    assert shapely.bounds(shape_of(layer.features[0]))[0] == pytest.approx(-27, abs=0.001)
    link = {"type": "link", "properties": {"href": "http://example.org/crs", "type": "proj4"}}
    assert codes(read({"x.geojson": geojson_of(features, crs=link)})) == ["crs_elsewhere"]


@pytest.mark.skipif(not REAL.exists(), reason="the real COD-AB files of ../shared/data are not here")
def test_real_districts_are_read_as_gdal_reads_them(tmp_path):
    """The COD-AB Shapefile against GDAL, and a GeoPackage that GDAL makes of it in UTM."""
    import pyogrio
    from pyproj import Transformer

    stem = "data__shp__irq_admbnda_adm2_ocha_20140717"
    files = {path.name: path.read_bytes() for path in REAL.glob(stem + ".*")}
    reading = read(files)
    [layer] = reading.layers
    assert not reading.problems and len(layer.features) == 109
    meta, _ids, shapes, columns = pyogrio.raw.read(REAL / f"{stem}.shp")
    theirs = dict(zip(columns[list(meta["fields"]).index("A2Code")], shapely.from_wkb(shapes), strict=True))
    at = layer.fields.index("A2Code")
    for feature in layer.features:
        assert shape_of(feature).symmetric_difference(theirs[feature.values[at]]).area < 1e-9
    arabic = columns[list(meta["fields"]).index("A2NameAr")]
    assert [feature.values[layer.fields.index("A2NameAr")] for feature in layer.features] == [
        " ".join(one.split()) for one in arabic
    ]
    turn = Transformer.from_crs(4326, 32638, always_xy=True)
    metres = shapely.transform(
        shapely.from_wkb(shapes), lambda points: np.column_stack(turn.transform(points[:, 0], points[:, 1]))
    )
    target = tmp_path / "adm2.gpkg"
    pyogrio.raw.write(
        target, shapely.to_wkb(shapely.multipolygons([[one] if one.geom_type == "Polygon" else list(one.geoms) for one in metres])),
        columns, meta["fields"], geometry_type="MultiPolygon", crs="EPSG:32638", layer="districts", driver="GPKG",
    )  # fmt: skip
    again = read({"adm2.gpkg": target.read_bytes()})
    assert [one.code for one in again.notes] == ["reprojected"] and not again.problems
    at = again.layers[0].fields.index("A2Code")
    for feature in again.layers[0].features:
        assert shape_of(feature).symmetric_difference(theirs[feature.values[at]]).area < 1e-6
