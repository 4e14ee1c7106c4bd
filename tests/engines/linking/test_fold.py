"""Names of one sound in several scripts meet."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayhome.engines.linking.fold import alphabet, letters, names, romanise, scripts, skeleton

SAME_CLASSES = [
    ("Mammadov", "Məmmədov", "Мамедов", "Мəммəдов", "Մամմադով", "ممدوف", "მამედოვი"),
    ("Khachatryan", "Хачатрян", "Խաչատրյան", "Խաչատրեան", "Xačatryan", "ხაჩატრიან"),
    ("Dawit", "ዳዊት", "داويت", "Давит", "Դավիթ"),
    ("Gebremedin", "ገብረመዲን", "Gäbrä-Mädin"),
    ("Zhvania", "ჟვანია", "Жвания", "Ժվանիա"),
    ("Abdulrahman", "Abdul-Rahman", "Abd al-Rahman"),
    ("Karim", "كريم", "کریم", "Кәрім", "ካሪም"),
]


@pytest.mark.parametrize("spellings", SAME_CLASSES, ids=lambda spellings: spellings[0])
def test_spellings_of_one_name_share_a_skeleton(spellings):
    found = {
        spelling: skeleton.classes(names.fold(spelling, "az" if "ə" in spelling and spelling.isalpha() else "en").joined)
        for spelling in spellings
    }
    loose = {skeleton.loose(names.fold(spelling).joined) for spelling in spellings}
    assert len(set(found.values())) == 1 or len(loose) == 1, found


def test_both_azerbaijani_alphabets_are_heard_alike():
    pairs = [
        ("Cəfər", "Ҹәфәр"),
        ("Qəzənfər", "Гәзәнфәр"),
        ("Xəlil", "Хәлил"),
        ("Çingiz", "Чинҝиз"),
        ("Yaşar", "Јашар"),
        ("Hüseyn", "Һүсејн"),
        ("Ağa", "Аға"),
    ]
    assert [romanise.word(latin, "az") for latin, _ in pairs] == [romanise.word(cyrillic) for _, cyrillic in pairs]


def test_both_armenian_orthographies_are_heard_alike():
    assert romanise.word("Հարությունյան")[:5] == romanise.word("Յարութիւնեան")[:5].replace("y", "h", 1)
    assert skeleton.classes(romanise.word("Խաչատրեան")) == skeleton.classes(romanise.word("Խաչատրյան"))


@pytest.mark.parametrize(
    ("written", "father"),
    [
        ("Məmməd oğlu", "mamad"),
        ("Мамедович", "mamed"),
        ("Мамед-оглы", "mamed"),
        ("Суреновна", "suren"),
        ("ივანოვიჩი", "ivan"),
        ("bin Karim", "karim"),
        ("ኢቫኖቪች", "ivan"),
    ],
)
def test_a_patronymic_is_the_fathers_name(written, father):
    assert names.fold(written, "az" if "ə" in written else "en", patronymic=True).joined == father


def test_look_alike_letters_go_to_the_words_own_script():
    assert scripts.of_word("Мamедов") == scripts.CYRILLIC
    assert romanise.word("Маmедов") == romanise.word("Мамедов")
    assert romanise.word("Pеtrоv") == romanise.word("Petrov")


def test_the_alphabet_of_a_list_is_found_from_its_letters():
    assert alphabet.guess(["Əliyev", "Həsənov", "Cəfərov"]) == "az"
    assert alphabet.guess(["Petrović", "Jovanović", "Matić"]) == "sl"
    assert alphabet.guess(["Sokolov", "Khan", "Aliev"]) == alphabet.DEFAULT
    assert romanise.word("Cavid", "az") == "Javid"
    assert romanise.word("Cvetić", "sl") == "cvetiC"


def test_every_letter_of_the_tables_has_a_sound_of_the_inventory():
    known = set("abcdefghiklmnoprstuvyz") | set("SZCJXGpq")
    for script in ("cyrillic", "armenian", "georgian", "arabic", "ethiopic"):
        assert {sign for sound in letters.table(script).sounds.values() for sign in sound} <= known, script
    for code in letters.latin_alphabets():
        assert {sign for sound in letters.latin(code).sounds.values() for sign in sound} <= known, code


def test_every_ethiopic_syllable_of_the_main_block_is_heard():
    table = letters.table("ethiopic").sounds
    missing = [
        chr(code)
        for code in range(0x1200, 0x1358)
        if unicodedata.name(chr(code), "").startswith("ETHIOPIC SYLLABLE") and chr(code) not in table
    ]
    assert [unicodedata.name(letter) for letter in missing if "GLOTTAL" not in unicodedata.name(letter)] == []


@given(st.text(max_size=30))
def test_any_text_folds_to_known_sounds(text):
    folded = names.fold(text)
    assert len(folded.tokens) <= 2 * names.MOST_TOKENS
    assert set(skeleton.classes(folded.joined)) <= set("aktpsmnlr")
