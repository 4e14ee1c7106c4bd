"""Fetch the map library and the base map into static/wayhome/vendor/, and write their list of SHA-256 sums.

    python scripts/vendor.py            # needs npm; for whoever changes a version below
    python scripts/vendor.py --check    # compare the files with the list; needs nothing

The base map is the land of Natural Earth at 1:110 million (public domain), taken from the package world-atlas: coasts alone,
no border, so that no border on a page is ours.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "src" / "wayhome" / "site" / "static" / "wayhome" / "vendor"
SUMS = FOLDER / "SHA256SUMS"
MAPLIBRE = "6.17.0"
ATLAS = "2.0.2"
_FILES = {
    "dist/maplibre-gl.mjs": "maplibre-gl.mjs",
    "dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.mjs",
    "dist/maplibre-gl.css": "maplibre-gl.css",
    "LICENSE.txt": "LICENSE.txt",
}


def packed(package: str, folder: str) -> tarfile.TarFile:
    """The package as npm publishes it."""
    said = subprocess.run(["npm", "pack", "--silent", package], cwd=folder, capture_output=True, text=True, check=True)
    return tarfile.open(Path(folder) / said.stdout.strip().splitlines()[-1])


def inside(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(f"package/{name}")
    assert member is not None
    return member.read()


def land(topology: dict[str, Any]) -> dict[str, Any]:
    """The land of a TopoJSON as one GeoJSON multipolygon, degrees to two places (about a kilometre)."""
    scale, move = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            line.append([round(x * scale[0] + move[0], 2), round(y * scale[1] + move[1], 2)])
        arcs.append(line)

    def ring(numbers: list[int]) -> list[list[float]]:
        points: list[list[float]] = []
        for number in numbers:
            line = arcs[number] if number >= 0 else arcs[~number][::-1]
            points.extend(line[1:] if points else line)
        return points

    polygons = []
    for geometry in topology["objects"]["land"]["geometries"]:
        rings = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        polygons.extend([[ring(numbers) for numbers in polygon] for polygon in rings])
    return {"type": "MultiPolygon", "coordinates": polygons}


def fetch() -> None:
    """Take the files of both packages, each in a folder with its version in the name."""
    with tempfile.TemporaryDirectory() as folder:
        archive = packed(f"maplibre-gl@{MAPLIBRE}", folder)
        target = FOLDER / f"maplibre-gl-{MAPLIBRE}"
        target.mkdir(parents=True, exist_ok=True)
        for name, here in _FILES.items():
            data = inside(archive, name)
            lines = [line for line in data.split(b"\n") if not line.startswith(b"//# sourceMappingURL")]
            (target / here).write_bytes(b"\n".join(lines))
        topology = json.loads(inside(packed(f"world-atlas@{ATLAS}", folder), "land-110m.json"))
        target = FOLDER / f"natural-earth-land-{ATLAS}"
        target.mkdir(parents=True, exist_ok=True)
        (target / "land.geojson").write_text(json.dumps(land(topology), separators=(",", ":")) + "\n", encoding="ascii")
        (target / "LICENSE.txt").write_text(
            "Made with Natural Earth (naturalearthdata.com), 1:110m land. Public domain; no permission is needed to use it.\n",
            encoding="ascii",
        )
    SUMS.write_text("".join(f"{digest}  {name}\n" for name, digest in sums()), encoding="ascii")


def sums() -> list[tuple[str, str]]:
    found = [path for path in sorted(FOLDER.rglob("*")) if path.is_file() and path != SUMS]
    return [(path.relative_to(FOLDER).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()) for path in found]


def differences() -> list[str]:
    """Files that are not what the list says, missing, or not on it."""
    listed = {line.split()[1]: line.split()[0] for line in SUMS.read_text(encoding="ascii").splitlines()}
    there = dict(sums())
    return sorted(name for name in listed.keys() | there.keys() if listed.get(name) != there.get(name))


if __name__ == "__main__":
    if "--check" not in sys.argv:
        fetch()
    found = differences()
    print("\n".join(found) or f"{len(sums())} files as listed")
    sys.exit(1 if found else 0)
