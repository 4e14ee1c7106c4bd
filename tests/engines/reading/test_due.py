from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayhome.engines.reading import calendar
from wayhome.engines.reading.due import due_within

# text with the clause in brackets, language, the document's date, expected ISO, expected words
CASES = [
    ("We ask you [to reopen the bridge by 1 June].", "en", "2021-03-10", "2021-06-01", "by 1 June"),
    ("We ask you [to reopen the bridge] before the end of this month.", "en", "2021-02-10", "2021-02-28", "before the end of this month"),
    ("[The Embassy requests a reply within 30 days].", "en", "2021-03-10", "2021-04-09", "within 30 days"),
    ("[Kindly answer within two weeks].", "en", "2021-03-10", "2021-03-24", "within two weeks"),
    ("[Answer within six months of receipt].", "en", "2021-03-31", "2021-09-30", "within six months"),
    ("[Answer within 48 hours].", "en", "2021-03-31", "2021-04-02", "within 48 hours"),
    ("[to publish the list] no later than 15 October 1999", "en", "1999-05-05", "1999-10-15", "no later than 15 October 1999"),
    ("[If he is sent, let him come before the month of October].", "en", "1949-06-01", "1949-10", "before the month of October"),
    ("By 1 June 2020 at the latest, [we request the list].", "en", "2020-01-01", "2020-06-01", "By 1 June 2020"),
    ("[to mend the roof before the winter].", "en", "2020-01-01", None, "before the winter"),
    ("[to reply without further delay].", "en", "2020-01-01", None, "without further delay"),
    ("[to reply within 30 days].", "en", None, None, "within 30 days"),
    ("[to reply by the end of the year].", "en", "1974", "1974-12-31", "by the end of the year"),
    ("[de communiquer la liste avant le 1er juin].", "fr", "2021-03-10", "2021-06-01", "avant le 1er juin"),
    ("[de répondre dans un délai de trente jours].", "fr", "2021-03-10", "2021-04-09", "dans un délai de trente jours"),
    ("[de rouvrir le pont au plus tard le 15 mai 1998].", "fr", "1998-03-10", "1998-05-15", "au plus tard le 15 mai 1998"),
    ("[de répondre sous quinzaine].", "fr", "1998-03-10", "1998-03-25", "sous quinzaine"),
    ("[de répondre] d’ici la fin du mois.", "fr", "1998-02-10", "1998-02-28", "d’ici la fin du mois"),
    ("[à regagner leurs fermes avant les semailles].", "fr", "1974-02-10", None, "avant les semailles"),
    ("[de répondre dans les meilleurs délais].", "fr", "1974-02-10", None, "dans les meilleurs délais"),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "language", "today", "iso", "phrase"), CASES, ids=[case[0][:44] for case in CASES])
def test_finds_the_deadline(marked: str, language: str, today: str | None, iso: str | None, phrase: str) -> None:
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    found = due_within(text, start, end, today, language)
    assert found is not None
    assert (found.iso, found.phrase) == (iso, phrase)
    assert text[found.start : found.end] == found.phrase


@pytest.mark.parametrize(
    "text", ["We ask you to open the bridge. By 1 June we shall be gone.", "The bridge was mended by the army."]
)
def test_another_sentence_sets_no_deadline(text: str) -> None:
    assert due_within(text, 0, text.index("bridge") + 6, "2021-03-10") is None


@settings(max_examples=80, deadline=None)
@given(
    st.text(max_size=120) | st.lists(st.sampled_from(["by", "within", "before", "1", "June", "2020", "30", "days", "the", "end", "of", "month", "year", ".", "two", "weeks"])).map(" ".join),
    st.integers(0, 120),
    st.integers(0, 120),
    st.sampled_from([None, "1975", "1975-02", "1975-02-28", "2199-12-31"]),
)  # fmt: skip
def test_any_text_is_read(text: str, one: int, other: int, today: str | None) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    found = due_within(text, start, end, today)
    if found is not None:
        assert text[found.start : found.end] == found.phrase
        assert found.iso is None or calendar.last_day(found.iso)
