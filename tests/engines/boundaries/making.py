"""Boundary files made in memory, as programs that people use make them."""

import io
import json
import sqlite3
import struct
import zipfile

import shapefile
import shapely

WGS84 = (
    'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)
UTM = (
    'PROJCS["WGS_1984_UTM_Zone_26N",' + WGS84 + ',PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],'
    'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",-27.0],PARAMETER["Scale_Factor",0.9996],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


def square(west, south, side=1.0):
    """A ring, clockwise as Shapefiles want it."""
    return [(west, south), (west, south + side), (west + side, south + side), (west + side, south), (west, south)]


def shapefile_of(
    rows, stem="adm2", fields=("ADM2_PCODE", "ADM2_EN", "ADM1_PCODE"), prj=WGS84, cpg="UTF-8", encoding="utf-8", kind=None
):
    """`rows` are (rings, values); a Shapefile's files by name."""
    parts = {suffix: io.BytesIO() for suffix in ("shp", "shx", "dbf")}
    with shapefile.Writer(**parts, shapeType=kind or shapefile.POLYGON, encoding=encoding) as writer:
        for name in fields:
            writer.field(name, "C", size=40)
        for rings, values in rows:
            if rings is None:
                writer.null()
            elif kind == shapefile.POLYLINE:
                writer.line(rings)
            else:
                writer.poly(rings)
            writer.record(*values)
    files = {f"{stem}.{suffix}": part.getvalue() for suffix, part in parts.items()}
    if prj:
        files[f"{stem}.prj"] = prj.encode()
    if cpg:
        files[f"{stem}.cpg"] = cpg.encode()
    return files


def zipped(files, folder="", method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(folder + name, data)
    return out.getvalue()


def geojson_of(features, **more):
    """`features` are (geometry, properties)."""
    made = [{"type": "Feature", "properties": said, "geometry": shape} for shape, said in features]
    return json.dumps({"type": "FeatureCollection", "features": made, **more}).encode()


def polygon(ring):
    return {"type": "Polygon", "coordinates": [[list(point) for point in ring]]}


def geopackage_of(rows, srs=4326, wkt="undefined", owner="EPSG", more="", table="adm2"):
    """A GeoPackage of one layer, `rows` are (shapely geometry or blob, code, name); `more` is SQL that its maker adds."""
    base = sqlite3.connect(":memory:")
    base.executescript(
        f"""CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER,
        definition TEXT, description TEXT);
        CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER, z, m);
        CREATE TABLE "{table}" (fid INTEGER PRIMARY KEY, geom BLOB, pcode TEXT, name_en TEXT);"""
    )
    base.execute("INSERT INTO gpkg_spatial_ref_sys VALUES ('x', ?, ?, ?, ?, '')", (srs, owner, srs, wkt))
    base.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POLYGON', ?, 0, 0)", (table, srs))
    for shape, code, name in rows:
        blob = (
            shape if isinstance(shape, bytes) or shape is None else b"GP\x00\x01" + struct.pack("<i", srs) + shapely.to_wkb(shape)
        )
        base.execute(f'INSERT INTO "{table}" (geom, pcode, name_en) VALUES (?, ?, ?)', (blob, code, name))
    base.executescript(more)
    base.commit()
    return base.serialize()
