"""The same letter says the same thing, whatever file it comes in."""

from __future__ import annotations

import html

import docx
import pytest
from tests.engines.reading.extract import samples

from wayhome.engines.reading.extract import extract
from wayhome.engines.reading.run import run

PARAGRAPHS = {
    "en": [
        "Excellency,",
        "On behalf of the families of Upper Lirva I refer to our letter of 11 March 2023, to which we have received no reply.",
        "We ask the Ministry of Return to open the road to Upper Lirva before the winter. We further request that the list of the houses "
        "that were given to others be made public.",
        "The Government undertook in the agreement of 3 May 2022 to clear the mines within one year. It refused to receive our delegation.",
        "We urge Your Excellency to send a mission to the valley and to inform us of its findings by 1 September 2023.",
        "Respectfully yours,",
        "Sabela Orun",
    ],
    "fr": [
        "Monsieur le Ministre,",
        "Au nom des familles de la haute vallée, nous nous référons à notre lettre du 11 mars 2023, restée sans réponse à ce jour.",
        "Nous demandons au ministère du Retour d'ouvrir la route avant l'hiver. Nous vous prions également de publier la liste des maisons "
        "attribuées à d'autres.",
        "Le Gouvernement s'est engagé, par l'accord du 3 mai 2022, à déminer les champs dans un délai d'un an.",
        "Nous vous prions de bien vouloir envoyer une mission dans la vallée et de nous informer de ses conclusions.",
        "Veuillez agréer, Monsieur le Ministre, l'assurance de notre haute considération.",
        "Sabela Orun",
    ],
}


def as_file(kind: str, paragraphs: list[str]) -> bytes:
    if kind == "docx":
        document = docx.Document()
        for paragraph in paragraphs:
            document.add_paragraph(paragraph)
        return samples.docx_bytes(document)
    if kind == "html":
        return ("<article>" + "".join(f"<p>{html.escape(one)}</p>" for one in paragraphs) + "</article>").encode()
    if kind == "pdf":
        setting = '#set page("a5", numbering: "1")\n#set par(justify: true)\n#set smartquote(enabled: false)\n#set text(hyphenate: true)\n'
        return samples.pdf(setting + "\n\n".join(paragraphs))
    text = "\n\n".join(paragraphs) + "\n"
    if kind == "eml":
        message = samples.mail(subject="A letter")
        message.set_content(text, cte="quoted-printable")
        return message.as_bytes()
    return text.encode("utf-16" if kind == "txt" else "utf-8")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_same_asks_commitments_and_silences_in_every_format(language: str) -> None:
    paragraphs = PARAGRAPHS[language]
    found = {}
    for kind in ("md", "txt", "html", "docx", "pdf", "eml"):
        extracted = extract(f"letter.{kind}", as_file(kind, paragraphs))
        own = extracted.text[extracted.zones[0].end :] if kind == "eml" else extracted.text
        assert [one for one in own.strip().split("\n\n") if one] == paragraphs, kind
        reading = run(extracted)
        assert reading.language == language
        found[kind] = {
            name: [reading.text[one.start : one.end] for one in getattr(reading, name)]
            for name in ("asks", "commitments", "silences")
        }
    assert found["md"]["asks"] and found["md"]["commitments"]
    for kind in ("txt", "html", "docx", "pdf"):
        assert found[kind] == found["md"], kind
    # A mail's headers name the parties, which may shift what is doubtful; most asks stay as they are.
    assert 2 * len(set(found["md"]["asks"]) & set(found["eml"]["asks"])) > len(found["md"]["asks"])
