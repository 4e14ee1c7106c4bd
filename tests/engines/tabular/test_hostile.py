"""Broken and harmful files are refused with a clear error, in little time and memory."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.engines.tabular.hostile import HOSTILE

from wayhome.engines.tabular import PeopleList, TabularError


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_each_hostile_file_is_refused_by_name(name: str, tmp_path: Path) -> None:
    make, codes = HOSTILE[name]
    path = make(tmp_path / name)
    began = time.process_time()
    with pytest.raises(TabularError) as caught, PeopleList(path) as people:
        list(people.rows())
    assert caught.value.code in codes
    assert caught.value.problem.endswith(".") and caught.value.remedy.endswith(".")
    assert time.process_time() - began < 10


def test_a_missing_sheet_is_named(tmp_path: Path) -> None:
    from tests.engines.tabular.hostile import GOOD, HEADINGS, workbook

    from wayhome.engines.tabular import Choice

    def another(book, _sheet) -> None:
        book.add_worksheet("Other").write(0, 0, "x")

    path = workbook(tmp_path / "two.xlsx", [HEADINGS, GOOD], then=another)
    with pytest.raises(TabularError) as caught:
        PeopleList(path, Choice(sheet="Third"))
    assert caught.value.code == "no_such_sheet" and "Third" in caught.value.problem
