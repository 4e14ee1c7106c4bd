"""Fetch the fonts of the letters' PDF into src/wayhome/outputs/fonts/, and write their list of SHA-256 sums.

    python scripts/fonts.py            # needs npm; for whoever changes the list below
    python scripts/fonts.py --check    # compare the files with the list; needs nothing

Typst takes TTF and OTF. Where a package carries a script as WOFF alone, the tables are unpacked into a TTF here: WOFF is a TTF
whose tables are compressed one by one, and nothing else changes.
"""

from __future__ import annotations

import hashlib
import struct
import subprocess
import sys
import tarfile
import tempfile
import zlib
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "src" / "wayhome" / "outputs" / "fonts"
SUMS = FOLDER / "SHA256SUMS"
_EXPO = "@expo-google-fonts"
_SOURCE = "@fontsource"
_STYLES = {400: "Regular", 700: "Bold"}
# package, version, file in the package, name here
FONTS: tuple[tuple[str, str, str, str], ...] = (
    (f"{_EXPO}/noto-serif", "0.4.2", "400Regular/NotoSerif_400Regular.ttf", "NotoSerif-Regular.ttf"),
    (f"{_EXPO}/noto-serif", "0.4.2", "700Bold/NotoSerif_700Bold.ttf", "NotoSerif-Bold.ttf"),
    (f"{_EXPO}/noto-sans", "0.4.2", "400Regular/NotoSans_400Regular.ttf", "NotoSans-Regular.ttf"),
    (f"{_EXPO}/noto-sans", "0.4.2", "700Bold/NotoSans_700Bold.ttf", "NotoSans-Bold.ttf"),
    # Amiri has a glyph for each letter, so that the PDF can be searched; Noto's Arabic fonts build letters from strokes and dots,
    # of which readers of PDF make other words. Noto Naskh stands in for the rare letters that Amiri lacks.
    (f"{_EXPO}/amiri", "0.4.1", "400Regular/Amiri_400Regular.ttf", "Amiri-Regular.ttf"),
    (f"{_EXPO}/amiri", "0.4.1", "700Bold/Amiri_700Bold.ttf", "Amiri-Bold.ttf"),
    (f"{_EXPO}/noto-naskh-arabic", "0.4.5", "400Regular/NotoNaskhArabic_400Regular.ttf", "NotoNaskhArabic-Regular.ttf"),
    *(
        (f"{_SOURCE}/{package}", "5.3.0", f"files/{package}-{script}-{weight}-normal.woff", f"{family}-{_STYLES[weight]}.ttf")
        for package, script, family, weights in (
            ("noto-serif-armenian", "armenian", "NotoSerifArmenian", (400, 700)),
            ("noto-sans-armenian", "armenian", "NotoSansArmenian", (400, 700)),
            ("noto-serif-georgian", "georgian", "NotoSerifGeorgian", (400, 700)),
            ("noto-serif-hebrew", "hebrew", "NotoSerifHebrew", (400, 700)),
            # Regular alone for scripts that come in names and quotes rather than in whole letters: the repository stays small.
            ("noto-serif-devanagari", "devanagari", "NotoSerifDevanagari", (400,)),
            ("noto-serif-bengali", "bengali", "NotoSerifBengali", (400,)),
            ("noto-serif-myanmar", "myanmar", "NotoSerifMyanmar", (400,)),
            ("noto-sans-syriac", "syriac", "NotoSansSyriac", (400,)),
            ("noto-sans-ethiopic", "ethiopic", "NotoSansEthiopic", (400,)),
        )
        for weight in weights
    ),
)


def unpack_woff(data: bytes) -> bytes:
    """The TTF in a WOFF 1.0 file: header, table directory in order of tags, tables on four-byte boundaries."""
    signature, flavour, _length, tables = struct.unpack(">4s4sIH", data[:14])
    if signature != b"wOFF":
        raise ValueError("not a WOFF file")
    rows = []
    for n in range(tables):
        tag, offset, packed, size, checksum = struct.unpack(">4sIIII", data[44 + 20 * n : 64 + 20 * n])
        body = data[offset : offset + packed]
        rows.append((tag, zlib.decompress(body) if packed < size else body, checksum))
    rows.sort()
    power = 1 << (tables.bit_length() - 1)
    out = flavour + struct.pack(">HHHH", tables, power * 16, power.bit_length() - 1, tables * 16 - power * 16)
    position = 12 + 16 * tables
    bodies = b""
    for tag, body, checksum in rows:
        out += struct.pack(">4sIII", tag, checksum, position + len(bodies), len(body))
        bodies += body + b"\0" * (-len(body) % 4)
    return out + bodies


def fetch() -> None:
    """Fetch every package once and take its files and its licence."""
    FOLDER.mkdir(exist_ok=True)
    licences: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        packed: dict[str, Path] = {}
        for package, version, inside, name in FONTS:
            if package not in packed:
                said = subprocess.run(
                    ["npm", "pack", "--silent", f"{package}@{version}"], cwd=folder, capture_output=True, text=True, check=True
                )
                packed[package] = Path(folder) / said.stdout.strip().splitlines()[-1]
            with tarfile.open(packed[package]) as archive:
                member = archive.extractfile(f"package/{inside}")
                assert member is not None
                data = member.read()
                licence = "LICENSE_FONT" if package.startswith(_EXPO) else "LICENSE"
                words = archive.extractfile(f"package/{licence}")
                assert words is not None
                licences.setdefault(words.read().decode("utf-8").strip(), name)
            (FOLDER / name).write_bytes(unpack_woff(data) if inside.endswith(".woff") else data)
    whole = max(licences, key=len)
    notices = sorted({line.split(". ")[0] for text in licences for line in text.splitlines() if line.startswith("Copyright 20")})
    body = whole[whole.index("This Font Software is licensed") :]
    (FOLDER / "OFL.txt").write_text("\n".join([*notices, "", body, ""]), encoding="utf-8")
    SUMS.write_text("".join(f"{digest}  {name}\n" for name, digest in sums()), encoding="ascii")


def sums() -> list[tuple[str, str]]:
    return [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in sorted(FOLDER.glob("*.ttf"))]


def differences() -> list[str]:
    """Fonts that are not what the list says, missing, or not on it."""
    listed = {line.split()[1]: line.split()[0] for line in SUMS.read_text(encoding="ascii").splitlines()}
    there = dict(sums())
    return sorted(name for name in listed.keys() | there.keys() if listed.get(name) != there.get(name))


if __name__ == "__main__":
    if "--check" not in sys.argv:
        fetch()
    found = differences()
    print("\n".join(found) or f"{len(sums())} fonts as listed")
    sys.exit(1 if found else 0)
