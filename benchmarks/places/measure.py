"""How well and how fast words for places find their area, on invented gazetteers; writes benchmarks/places.md.

    .venv/bin/python benchmarks/places/measure.py [--texts 10000] [--names 50000] [--seed 5]

The gazetteer is made of syllables, so densely that many names lie one letter apart: harder than a real one. Names are written in
Latin, Cyrillic, Armenian and Arabic letters by tables of this file, which are not those of the engine, and then spelt as people
spell: misheard, mistyped, shortened, with a word for the kind and with the district beside, before or after it.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections import Counter
from pathlib import Path

from wayhome.engines.gazetteer import VERSION, Index, Matcher, Name, Place

LATIN = "b d f g k l m n r s t v z sh ch kh gh zh p".split()
VOWELS = "a e i o u a i".split()
CYRILLIC = dict(zip(LATIN, "б д ф г к л м н р с т в з ш ч х г ж п".split(), strict=True)) | dict(
    zip("aeiou", "аеиоу", strict=True)
)
ARMENIAN = dict(zip(LATIN, "բ դ ֆ գ կ լ մ ն ր ս տ վ զ շ չ խ ղ ժ պ".split(), strict=True)) | dict(
    zip("aeiou", ["ա", "ե", "ի", "ո", "ու"], strict=True)
)
ARABIC = dict(zip(LATIN, "ب د ف غ ك ل م ن ر س ت ف ز ش تش خ غ ج ب".split(), strict=True)) | dict(
    zip("aeiou", ["ا", "ي", "ي", "و", "و"], strict=True)
)
AZERBAIJANI = (
    {letter: letter for letter in LATIN} | {"sh": "ş", "ch": "ç", "kh": "x", "gh": "ğ", "zh": "j"} | {v: v for v in "aeiou"}
)
KINDS = {
    "plain": (lambda s, d: s),
    "kind": (lambda s, d: f"village of {s}"),
    "beside": (lambda s, d: f"{s}, {d} district"),
    "before": (lambda s, d: f"{d} rayonu {s} kəndi"),
    "brackets": (lambda s, d: f"{s} ({d})"),
}


def word(r: random.Random) -> list[str]:
    sounds = []
    for _ in range(r.choice([1, 2, 2, 3, 3])):
        sounds += [r.choice(LATIN), r.choice(VOWELS)]
    return [*sounds, r.choice(["", "k", "n", "r", "l", "t"])]


def written(sounds: list[str], table: dict[str, str]) -> str:
    return "".join(table[one] if one else "" for one in sounds).title()


def gazetteer(r: random.Random, names: int) -> tuple[list[Place], list[Name], dict[int, list[str]]]:
    """400 districts and their villages; a village has a Latin name, and four of ten a former one too."""
    places, found, sounds = [], [], {}
    plain = {letter: letter for letter in LATIN} | {v: v for v in "aeiou"}
    for number in range(400):
        sounds[number] = word(r)
        places.append(Place(number, None, "district"))
        found.append(Name(number, written(sounds[number], plain), "en"))
    number = 400
    while len(found) < names:
        sounds[number] = word(r)
        places.append(Place(number, r.randrange(400), "settlement", r.randrange(5000)))
        found.append(Name(number, written(sounds[number], plain), "en"))
        if r.random() < 0.4:
            found.append(Name(number, written(word(r), plain), "en", "former", "1970"))
        number += 1
    return places, found, sounds


def misspelt(r: random.Random, text: str) -> str:
    at = r.randrange(1, max(2, len(text)))
    return r.choice(
        [
            text[:at] + r.choice(text.lower()) + text[at + 1 :],
            text[:at] + text[at + 1 :],
            text[:at] + text[at : at + 1] + text[at:],
        ]
    )


def questions(r: random.Random, places: list[Place], sounds: dict[int, list[str]], many: int) -> dict[str, dict[str, int]]:
    """Group -> text -> the place that is meant."""
    tables = {"Latin": {letter: letter for letter in LATIN} | {v: v for v in "aeiou"}, "Azerbaijani": AZERBAIJANI,
              "Cyrillic": CYRILLIC, "Armenian": ARMENIAN, "Arabic": ARABIC}  # fmt: skip
    villages = [place for place in places if place.parent is not None]
    found: dict[str, dict[str, int]] = {}
    asked = 0
    while asked < many:
        place = r.choice(villages)
        script, kind = r.choice(list(tables)), r.choice(list(KINDS))
        text = written(sounds[place.id], tables[script])
        wrong = r.random() < 0.4 and len(text) > 3
        whole = KINDS[kind](misspelt(r, text) if wrong else text, written(sounds[place.parent or 0], tables[script]))
        told = "district named" if kind in {"beside", "before", "brackets"} else "name alone"
        group = f"{script}, {told}, {'one letter wrong' if wrong else 'as it sounds'}"
        if whole not in found.setdefault(group, {}):
            found[group][whole] = place.id
            asked += 1
    return found


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--texts", type=int, default=10_000)
    options.add_argument("--names", type=int, default=50_000)
    options.add_argument("--seed", type=int, default=5)
    given = options.parse_args()
    r = random.Random(given.seed)
    places, names, sounds = gazetteer(r, given.names)
    groups = questions(r, places, sounds, given.texts)
    started, processor = time.perf_counter(), time.process_time()
    matcher = Matcher(Index.build(places, names))
    built = time.process_time() - processor
    processor = time.process_time()
    lines, bands, right_in = [], Counter(), Counter()
    for group, texts in sorted(groups.items()):
        first = among = 0
        for text, meant in texts.items():
            answer = matcher.resolve(text)
            ids = [one.place for one in answer.candidates]
            first += ids[:1] == [meant]
            among += meant in ids
            bands[answer.band] += 1
            right_in[answer.band] += ids[:1] == [meant]
        lines.append(f"| {group} | {len(texts):,} | {first / len(texts):.3f} | {among / len(texts):.3f} |")
    asked = time.process_time() - processor
    total = sum(bands.values())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    page = [
        "# Words for places: figures",
        "",
        f"`.venv/bin/python benchmarks/places/measure.py --texts {given.texts} --names {given.names} --seed {given.seed}`, engine "
        f"version {VERSION}, one core. Everything is invented: {len(places):,} places with {len(names):,} names made of syllables, so",
        "densely that many names lie one letter apart and many are shared: harder than a real gazetteer, where names differ more. The",
        "tables that write a name in another alphabet are the benchmark's own.",
        "",
        f"Index built in **{built:.1f} s**; {total:,} different texts answered in **{asked:.1f} s** ({1000 * asked / total:.2f} ms each), "
        f"{memory:.0f} MiB at the peak; {time.perf_counter() - started:.0f} s by the clock of a busy machine.",
        "",
        "| band | texts | the first is the one meant |",
        "|---|---|---|",
        *(f"| {band} | {bands[band]:,} | {right_in[band] / bands[band]:.3f} |" for band in ("certain", "likely", "ambiguous", "none") if bands[band]),
        "",
        "| how it is written | texts | meant one first | meant one among nine |",
        "|---|---|---|---|",
        *lines,
        "",
        "Without the district, a name of two or three sounds is shared or one letter from others: it stays *ambiguous*, as it should.",
        "Arabic letters write o and u, e and i, v and f, p and b, g and gh, zh and j alike: what is read from them is never *certain*.",
        "",
    ]  # fmt: skip
    (Path(__file__).resolve().parents[1] / "places.md").write_text("\n".join(page), encoding="utf-8")
    print("\n".join(page))


if __name__ == "__main__":
    main()
