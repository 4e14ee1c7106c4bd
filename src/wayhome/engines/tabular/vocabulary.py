"""Words that stand for a value: sexes, relations, yes and no, statuses, in six languages and both Azerbaijani alphabets."""

from __future__ import annotations

from functools import cache

from wayhome.engines.tabular import data
from wayhome.engines.tabular.folding import key


@cache
def words(field: str) -> dict[str, str]:
    """Folded word to value for one field. A word that two languages use for two values is left out."""
    found: dict[str, str] = {}
    unclear: set[str] = set()
    for row in data.table("words.csv"):
        if row["field"] != field:
            continue
        for form in data.forms(row["forms"]):
            folded = key(form)
            if found.setdefault(folded, row["value"]) != row["value"]:
                unclear.add(folded)
    return {word: value for word, value in found.items() if word not in unclear}


@cache
def values(field: str) -> frozenset[str]:
    """All values of a field."""
    return frozenset(row["value"] for row in data.table("words.csv") if row["field"] == field)


def read(field: str, text: str) -> str:
    """The value that `text` stands for, or nothing."""
    folded = key(text)
    if folded in values(field):
        return folded
    return words(field).get(folded) or words(field).get(folded.split(" ")[0] if field == "sex" else folded, "")


def is_empty(text: str) -> bool:
    """Whether the cell says in words that it holds nothing."""
    return key(text) in words("empty")
