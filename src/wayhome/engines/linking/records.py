"""The people table as arrays of numbers: what keys and comparisons are made of."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import duckdb
import numpy as np
import numpy.typing as npt

from wayhome.engines.linking.fold import alphabet, habits, names, scripts, skeleton
from wayhome.engines.linking.places import Places
from wayhome.engines.linking.sounds import Pool, Sounds, number
from wayhome.engines.linking.types import NAMES, Codes, Flags, Floats, Marks

TOKENS = 6
"""Distinct name skeletons of a record that are compared; more than this many are left out (rare)."""

WORDS = 5
"""Words of all names together that are compared each with each."""

_SAMPLE = 2000
_SETTLED_ON = 120_000
_MOST_SAME_DAYS = 100_000
_SEXES = ("", "F", "M", "X")
_HEAPED = 4.0
"""A day of the year with this many times its share is a day people are given who do not know theirs (1 January, 1 July)."""


@dataclass(slots=True)
class Records:
    """Arrays by record number `i`, the rank of its record id.

    Numbers of name strings point into `sounds`; codes are 0 for nothing. `year` 0, `month` 0, `day` 0 mean unknown; `real` says that the
    day is one of the person's own. `written` are codes of the text as written. `tokens` are `class_id`s of all names, -1 beyond the last."""

    count: int
    sounds: Sounds
    name: dict[str, Codes]
    written: dict[str, Codes]
    everything: Codes
    everything_fine: npt.NDArray[np.object_]
    everything_classes: npt.NDArray[np.object_]
    everything_words: Codes
    bigrams: dict[str, Marks]
    tokens: Codes
    token_frequency: Codes
    loose_pairs: tuple[Codes, Codes]
    class_pairs: tuple[Codes, Codes]
    year: Codes
    month: Codes
    day: Codes
    real: Flags
    sex: Codes
    sex_letters: list[str]
    place: Codes
    place_known: Flags
    place_sounds: Codes
    phone: Codes
    document: Codes
    document_text: npt.NDArray[np.object_]
    lists: Codes
    household: Codes
    script: Codes
    list_names: list[str]
    alphabets: dict[str, str]
    focus: Flags | None = None
    frequency: dict[str, Floats] = field(default_factory=dict)


def _distinct(connection: duckdb.DuckDBPyConnection, column: str) -> tuple[Codes, list[tuple[str, str]]]:
    """Each record's code of (text, list's alphabet) in one column, 0 for none; and the distinct ones by code, sorted."""
    connection.execute(
        f"create temp table distinct_values as select row_number() over (order by text, alphabet)::integer as code, text, alphabet from "
        f"(select distinct {column} as text, alphabet from people join list_alphabet using (list_id) where {column} is not null)"
    )
    codes = connection.execute(
        f"select coalesce(d.code, 0)::integer as code from people p join list_alphabet a using (list_id) "
        f"left join distinct_values d on d.text = p.{column} and d.alphabet = a.alphabet order by p.i"
    ).fetchnumpy()["code"]
    texts = connection.execute("select text, alphabet from distinct_values order by code").fetchall()
    connection.execute("drop table distinct_values")
    return np.asarray(codes, dtype=np.int32), texts


def _codes(connection: duckdb.DuckDBPyConnection, expression: str) -> Codes:
    """Numbers for the distinct values of an expression over `people`, by sorted order; 0 for null."""
    found = connection.execute(
        f"with v as (select i, {expression} as v from people), d as (select v, row_number() over (order by v) as code from (select distinct v from v where v is not null)) "
        "select coalesce(d.code, 0)::integer as code from v left join d using (v) order by i"
    ).fetchnumpy()["code"]
    return np.asarray(found, dtype=np.int32)


def guess_alphabets(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Table `list_alphabet`, and the same as a dictionary: how each list's Latin letters are read."""
    connection.execute("create or replace table list_alphabet (list_id varchar, alphabet varchar)")
    guessed = {}
    for (name,) in connection.execute("select distinct list_id from people order by 1").fetchall():
        sample: list[str] = []
        for column in NAMES:
            # By hash: a fixed sample that does not lean to one end of the alphabet.
            rows = connection.execute(
                f"select {column} from (select distinct {column} from people where list_id = ? and {column} is not null) "
                f"order by md5({column}) limit {_SAMPLE}",
                [name],
            ).fetchall()
            sample += [row[0] for row in rows]
        guessed[name] = alphabet.guess(sample)
    found = habits.settle(guessed, _same_days(connection))
    for item in sorted(found.items()):
        connection.execute("insert into list_alphabet values (?, ?)", item)
    return found


def _same_days(connection: duckdb.DuckDBPyConnection) -> list[habits.Pair]:
    """Names of records of one sex and birth day on two lists; from a sample of days when there are many people."""
    count = connection.execute("select count(*) from people").fetchall()[0][0]
    share = max(1, round(count / _SETTLED_ON))
    rows = connection.execute(
        f"with p as (select * from people where sex is not null and birth_date is not null and birth_date not like '%-01-01' "
        f"and md5_number_lower(birth_date) % {share} = 0) "
        "select x.list_id, y.list_id, x.given_name, x.family_name, y.given_name, y.family_name from p x join p y "
        "on x.birth_date = y.birth_date and x.sex = y.sex and x.i < y.i and x.list_id <> y.list_id "
        f"order by md5(x.record_id || y.record_id) limit {_MOST_SAME_DAYS}"
    ).fetchall()
    return [(row[0], row[1], (row[2] or "", row[3] or ""), (row[4] or "", row[5] or "")) for row in rows]


def prepare(connection: duckdb.DuckDBPyConnection) -> Records:
    """Tables `people` and `gazetteer` to arrays; the tables stay."""
    alphabets = guess_alphabets(connection)
    count = connection.execute("select count(*) from people").fetchall()[0][0]
    pool = Pool()
    name: dict[str, Codes] = {}
    written: dict[str, Codes] = {}
    tokens_of: list[tuple[Codes, list[tuple[int, ...]]]] = []
    words: dict[int, tuple[int, ...]] = {}
    script_votes = np.zeros((count, len(scripts.SCRIPTS)), dtype=np.int16)
    for column in NAMES:
        codes, texts = _distinct(connection, column)
        joined = np.zeros(len(texts) + 1, dtype=np.int32)
        written[column] = number(np.array(["", *(text.casefold() for text, _ in texts)], dtype=object))[0][codes]
        tokens: list[tuple[int, ...]] = [()]
        votes = np.zeros((len(texts) + 1, len(scripts.SCRIPTS)), dtype=np.int16)
        for at, (text, code) in enumerate(texts, 1):
            folded = names.fold(text, code, patronymic=column == "patronymic")
            joined[at] = pool.add(folded.joined)
            parts = [pool.add(token) for token in folded.tokens]
            words.setdefault(int(joined[at]), tuple(parts[: len(folded.words)]))
            tokens.append(tuple(parts) if len(folded.words) < 2 else (*parts, int(joined[at])))
            votes[at, scripts.SCRIPTS.index(scripts.of_word(text))] = len(text)
        name[column] = joined[codes]
        tokens_of.append((codes, tokens))
        script_votes += votes[codes]
    place, known, place_sounds = _places(connection, pool)
    sounds = pool.freeze()
    for column in NAMES:
        name[column] = name[column].astype(np.int32)
    everything, everything_fine, everything_classes, everything_words = _everything(sounds, name, words)
    class_pairs = _token_pairs(tokens_of, sounds.class_id)
    tokens_array, frequency = _token_array(class_pairs, count, len(sounds.class_names))
    year, month, day, real = _dates(connection)
    documents = connection.execute(
        "select coalesce(translate(regexp_replace(upper(document_number), '[^0-9A-ZА-Я]', '', 'g'), 'АВЕКМНОРСТУХ', 'ABEKMHOPCTYX'), '') as d from people order by i"
    ).fetchnumpy()["d"]
    documents = np.array([text if len(text) >= 5 else "" for text in np.asarray(documents, dtype=object).tolist()], dtype=object)
    sexes = np.asarray(
        connection.execute(
            "select case when upper(sex[1]) in ('F', 'M', 'X') then upper(sex[1]) else '' end as s from people order by i"
        ).fetchnumpy()["s"],
        dtype=str,
    )
    records = Records(
        count=count,
        sounds=sounds,
        name=name,
        written=written,
        everything=everything,
        everything_fine=everything_fine,
        everything_classes=everything_classes,
        everything_words=everything_words,
        bigrams={
            "classes": _bigrams(everything_classes)[everything],
            "consonants": _bigrams(_consonants(sounds, everything_words))[everything],
            "place": _bigrams(sounds.consonants)[place_sounds],
        },
        tokens=tokens_array,
        token_frequency=frequency,
        loose_pairs=_token_pairs(tokens_of, sounds.loose_id),
        class_pairs=class_pairs,
        year=year,
        month=month,
        day=day,
        real=real,
        sex=np.searchsorted(_SEXES, sexes).astype(np.int32),
        sex_letters=list(_SEXES),
        place=place,
        place_known=known,
        place_sounds=place_sounds,
        phone=_codes(
            connection,
            "case when length(regexp_replace(phone, '[^0-9]', '', 'g')) >= 6 then right(regexp_replace(phone, '[^0-9]', '', 'g'), 7) end",
        ),
        document=number(documents)[0],
        document_text=documents,
        lists=_codes(connection, "list_id"),
        household=_codes(connection, "case when household_id is not null then list_id || chr(31) || household_id end"),
        script=np.argmax(script_votes, axis=1).astype(np.int32),
        list_names=["", *sorted(alphabets)],
        alphabets=alphabets,
    )
    for column in NAMES:
        records.frequency[column] = _frequency(sounds.class_id[name[column]], count)
    records.frequency["place"] = _frequency(place, count)
    return records


def _frequency(codes: Codes, count: int) -> Floats:
    """Log of the share of records with the same code as this one; nan for none."""
    shares = np.bincount(codes) / max(count, 1)
    out = np.log(np.maximum(shares, 1e-12))[codes].astype(np.float32)
    out[codes == 0] = np.nan
    return out


def _token_pairs(tokens_of: list[tuple[Codes, list[tuple[int, ...]]]], ids: Codes) -> tuple[Codes, Codes]:
    """(record, skeleton id) of every name token of every record, each once, sorted; skeletons of nothing left out."""
    found = []
    width = int(ids.max()) + 1 if len(ids) else 1
    for codes, tokens in tokens_of:
        lengths = np.array([len(parts) for parts in tokens], dtype=np.int64)
        flat = np.array([part for parts in tokens for part in parts], dtype=np.int64)
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        own = lengths[codes]
        record = np.repeat(np.arange(len(codes), dtype=np.int64), own)
        offset = np.arange(len(record)) - np.repeat(np.cumsum(own) - own, own)
        if len(record):
            found.append(record * width + ids[flat[np.repeat(starts[codes], own) + offset]])
    if not found:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    both = np.unique(np.concatenate(found))
    record, skeleton_id = both // width, both % width
    keep = skeleton_id > 0
    return record[keep].astype(np.int32), skeleton_id[keep].astype(np.int32)


def _token_array(pairs: tuple[Codes, Codes], count: int, width: int) -> tuple[Codes, Codes]:
    """The rarest `TOKENS` skeletons of each record in one row; and how many records have each skeleton."""
    record, token = pairs
    frequency = np.bincount(token, minlength=width).astype(np.int32)
    order = np.lexsort((token, frequency[token], record))
    record, token = record[order], token[order]
    first = np.searchsorted(record, np.arange(count))
    place = np.arange(len(record)) - first[record]
    out = np.full((count, TOKENS), -1, dtype=np.int32)
    keep = place < TOKENS
    out[record[keep], place[keep]] = token[keep]
    return out, frequency


def _everything(
    sounds: Sounds, name: dict[str, Codes], words: dict[int, tuple[int, ...]]
) -> tuple[Codes, npt.NDArray[np.object_], npt.NDArray[np.object_], Codes]:
    """Distinct combinations of the three names: each record's number; and by number all words' sounds, sorted and joined, the same of
    their classes, and the first `WORDS` of them as numbers into `sounds`, 0 beyond the last."""
    width = len(sounds.fine)
    inverse = name[NAMES[0]].astype(np.int64)
    distinct = np.arange(width, dtype=np.int64)[:, None]
    for column in NAMES[1:]:
        keys, inverse = np.unique(inverse * width + name[column], return_inverse=True)
        distinct = np.concatenate([distinct[keys // width], (keys % width)[:, None]], axis=1)
    fine = np.empty(len(distinct), dtype=object)
    classes = np.empty(len(distinct), dtype=object)
    numbers = np.zeros((len(distinct), WORDS), dtype=np.int32)
    heard, reduced = sounds.fine, sounds.classes
    for at, row in enumerate(distinct.tolist()):
        parts = [word for string in row if string for word in words[string]]
        fine[at] = " ".join(sorted([heard[word] for word in parts]))
        classes[at] = " ".join(sorted([reduced[word] for word in parts]))
        numbers[at, : len(parts)] = parts[:WORDS]
    return inverse.reshape(-1).astype(np.int32), fine, classes, numbers


def _consonants(sounds: Sounds, words: Codes) -> npt.NDArray[np.object_]:
    out = np.empty(len(words), dtype=object)
    bare = sounds.consonants
    out[:] = [" ".join([bare[word] for word in row if word]) for row in words.tolist()]
    return out


def _bigrams(texts: npt.NDArray[np.object_]) -> Marks:
    """Each text's pairs of neighbouring signs as marks in 64 bits; a word's first sign counts with the space before it."""
    place: dict[str, int] = {}
    out = np.zeros(len(texts), dtype=np.uint64)
    for at, text in enumerate(texts.tolist()):
        marks = 0
        padded = " " + text
        for start in range(len(text)):
            pair = padded[start : start + 2]
            bit = place.get(pair)
            if bit is None:
                bit = place[pair] = 1 << (zlib.crc32(pair.encode()) & 63)
            marks |= bit
        out[at] = marks
    return out


def _places(connection: duckdb.DuckDBPyConnection, pool: Pool) -> tuple[Codes, Flags, Codes]:
    """Place code, whether it is one of the gazetteer, and the sounds of what was written."""
    index = Places(connection.execute("select place_id, name from gazetteer").fetchall())
    codes, texts = _distinct(connection, "origin_place")
    keys, known, sounds_of = [""], [False], [0]
    for text, code in texts:
        place, sounds = index.find(text, code)
        bare = skeleton.consonants(sounds)
        # A place the gazetteer does not have is known by its consonants.
        keys.append("=" + place if place else "~" + (bare if len(bare) >= 3 else sounds) if sounds else "")
        known.append(place is not None)
        sounds_of.append(pool.add(sounds))
    ids, _ = number(np.array(keys, dtype=object))
    return ids[codes], np.array(known)[codes], np.array(sounds_of, dtype=np.int32)[codes]


def _dates(connection: duckdb.DuckDBPyConnection) -> tuple[Codes, Codes, Codes, Flags]:
    found = connection.execute(
        "select coalesce(year(d), y, 0)::integer as year, coalesce(month(d), 0)::integer as month, coalesce(day(d), 0)::integer as day from "
        "(select i, try_cast(birth_date as date) as d, try_cast(birth_year as integer) as y from people) order by i"
    ).fetchnumpy()
    year, month, day = (np.asarray(found[part], dtype=np.int32) for part in ("year", "month", "day"))
    of_year = month * 32 + day
    counts = np.bincount(of_year, minlength=13 * 32)
    dated = max(int((month > 0).sum()), 1)
    heaped = counts > np.maximum(_HEAPED * dated / 365, 10)
    heaped[33] = True
    real: Flags = (month > 0) & ~heaped[of_year]
    return year, month, day, real
