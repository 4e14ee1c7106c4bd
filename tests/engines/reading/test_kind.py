from __future__ import annotations

import pytest

from wayhome.engines.reading.kind import document_kind
from wayhome.engines.reading.types import Extracted
from wayhome.engines.reading.zones import find_blocks

PROSE = "The families of the upper valley have waited for nine years and would like to see the bridge open again before winter."
CASES = [
    ("letter", f"Dear Minister,\n\n{PROSE}\n\nYours faithfully,\nAnno Drey"),
    ("note verbale", f"The Embassy of Kestria presents its compliments to the Ministry of Velmar. {PROSE}"),
    ("note verbale", "L'Ambassade de Kestria présente ses compliments au Ministère du Velmar et a l'honneur de lui faire savoir ce qui suit."),
    ("cable", f"Cablegram Portavel 41, [3 March 1948]\n\n{PROSE}"),
    ("cable", f"PORT-FERRAND, 7 septembre 1936.\n\nSuite à mon télégramme n° 199. {PROSE}"),
    ("resolution", "The Council of Toll,\n\nRecalls its decision;\n\n1. Urges the Government of Kestria to open the bridge;\n\n2. Requests the Mayor to report."),
    ("minutes", f"Minutes of the meeting of the Camp Committee, 3 May 1999\n\n{PROSE}"),
    ("memorandum", f"Memorandum by Mr. Lowther of a conversation with the Minister\n\n{PROSE}"),
    ("press release", f"PRESS RELEASE\n\n{PROSE}"),
    ("statement", f"Statement by the Foreign Minister of Kestria\n\n{PROSE}"),
    ("petition", f"We, the undersigned inhabitants of Toll, ask.\n\n{PROSE}"),
    ("report", f"MEDICAL AID OVERLAND\n\nSituation report no. 22\n\n{PROSE}"),
    ("e-mail", f"From: Petra Lunn\nTo: Grants Desk\nSubject: Bridge\n\n{PROSE}"),
    ("news", f"Bridge opens\n\n{PROSE}\n\n© Toll Post 2024"),
    (None, PROSE),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)])
def test_says_what_a_document_is(kind: str | None, text: str) -> None:
    language = "fr" if "présente" in text or "télégramme" in text else "en"
    assert document_kind(text, find_blocks(text), language).kind == kind


def test_a_mail_file_is_a_mail() -> None:
    text = f"Hello\n\n{PROSE}"
    assert document_kind(text, find_blocks(text), "en", Extracted(text, "message/rfc822", title="Bridge")).kind == "e-mail"


def test_title_publisher_and_day() -> None:
    text = f"# Bridge of Toll opens\n\n{PROSE}\n\nby Inga Sorell on Thursday 17 October 2024\n\n© Toll Post 2024"
    about = document_kind(text, find_blocks(text), "en")
    assert (about.kind, about.title, about.publisher, about.published_on) == (
        "news",
        "Bridge of Toll opens",
        "Toll Post",
        "2024-10-17",
    )


def test_a_subject_line_is_the_title() -> None:
    text = f"Objet : relance de nos courriers\n\nMonsieur le Préfet,\n\n{PROSE}"
    assert document_kind(text, find_blocks(text), "fr").title == "relance de nos courriers"
