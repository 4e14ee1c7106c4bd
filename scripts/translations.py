"""Hand the interface's words to a translator as one JSON file, and take the translations back with every placeholder checked.

    python scripts/translations.py out hy FILE.json [--part 1/2]   # what is not translated yet
    python scripts/translations.py in hy FILE.json [--reviewed]    # what came back; unreviewed ones are marked as awaiting review

The file is a list of {"id": n, "text": ..., "plural": ... or null, "context": ..., "to": "" or ["", ...]}: fill "to", with one form for each
plural of the language.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "src" / "wayhome" / "site" / "locale"
AWAITING = "awaiting review"
PLACEHOLDER = re.compile(r"%\([a-zA-Z_]+\)[sd]|%[sd%]|\{[a-z_]*\}|</?[a-z][^>]*>")
FORMS = {"fr": 2, "ru": 3, "az": 2, "hy": 2, "ar": 6}
PLURALS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
    "az": "nplurals=2; plural=(n != 1);",
    "hy": "nplurals=2; plural=(n != 1);",
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;",
}


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"), wrapwidth=120)


def wants(entry: polib.POEntry) -> bool:
    return not entry.obsolete and (not entry.translated() or entry.fuzzy)


def out(language: str, file: Path, part: str) -> None:
    entries = [entry for entry in catalogue(language) if wants(entry)]
    which, _, of = (part or "1/1").partition("/")
    size = -(-len(entries) // int(of))
    rows = [
        {
            "id": number,
            "text": entry.msgid,
            "plural": entry.msgid_plural or None,
            "context": entry.msgctxt or "",
            "to": [""] * FORMS[language] if entry.msgid_plural else "",
        }
        for number, entry in list(enumerate(entries))[(int(which) - 1) * size : int(which) * size]
    ]
    file.write_text(json.dumps(rows, ensure_ascii=False, indent=0), encoding="utf-8")
    print(f"{len(rows)} of {len(entries)} messages to translate into {language}: {file}")


def faults(source: str, plural: str | None, to: str, first: bool = True) -> list[str]:
    """Placeholders lost or invented. A form of one or two may leave its number out."""
    want = sorted(PLACEHOLDER.findall(source))
    other = sorted(PLACEHOLDER.findall(plural)) if plural else want
    got = sorted(PLACEHOLDER.findall(to))
    number = {"%(n)d", "%(n)s", "%(count)s", "%(count)d"}
    if got in (want, other) or (
        plural and sorted(set(other) - set(got)) and set(other) - set(got) <= number and set(got) <= set(other)
    ):
        return []
    return [f"placeholders {got} where {other if plural else want} is needed"]


def back(language: str, file: Path, reviewed: bool) -> int:
    po = catalogue(language)
    known = {(entry.msgctxt or "", entry.msgid): entry for entry in po}
    bad = 0
    for row in json.loads(file.read_text(encoding="utf-8")):
        entry = known.get((row["context"], row["text"]))
        forms = row["to"] if isinstance(row["to"], list) else [row["to"]]
        if entry is None or not all(forms):
            continue
        problems = [problem for form in forms for problem in faults(row["text"], row["plural"], form)]
        if row["plural"] and len(forms) != FORMS[language]:
            problems.append(f"{len(forms)} forms where {FORMS[language]} are needed")
        if problems:
            bad += 1
            print(f"{row['id']}: {row['text'][:60]!r}: {problems[0]}")
            continue
        for mark in ("\n",):
            forms = [
                (mark if row["text"].startswith(mark) else "") + form.strip(mark) + (mark if row["text"].endswith(mark) else "")
                for form in forms
            ]
        if row["plural"]:
            entry.msgstr_plural = dict(enumerate(forms))
        else:
            entry.msgstr = forms[0]
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
        entry.tcomment = "" if reviewed else AWAITING
    po.metadata["Plural-Forms"] = PLURALS[language]
    po.save()
    left = sum(1 for entry in po if wants(entry))
    print(f"{language}: {left} left, {bad} not taken")
    return 1 if bad else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("way", choices=["out", "in"])
    parser.add_argument("language", choices=sorted(FORMS))
    parser.add_argument("file", type=Path)
    parser.add_argument("--part", default="")
    parser.add_argument("--reviewed", action="store_true")
    given = parser.parse_args()
    if given.way == "out":
        out(given.language, given.file, given.part)
        sys.exit(0)
    sys.exit(back(given.language, given.file, given.reviewed))
