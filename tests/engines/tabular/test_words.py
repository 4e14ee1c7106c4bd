"""Names, words and telephone numbers: kept as given, made comparable, look-alikes put right and said so."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayhome.engines.tabular import names, vocabulary
from wayhome.engines.tabular.contacts import read_email, read_phones
from wayhome.engines.tabular.headings import read_heading, read_tag
from wayhome.engines.tabular.plan import FIELDS


@pytest.mark.parametrize(
    ("given_name", "kept", "notes"),
    [
        ("Рaшид", "Рашид", ("lookalike",)),  # a Latin a
        ("Мəммəдов", "Мәммәдов", ("lookalike",)),  # the Latin schwa in a Cyrillic word
        ("Әliyev", "Əliyev", ("lookalike",)),
        ("Hүсејн", "Һүсејн", ("lookalike",)),  # Azerbaijani Cyrillic has a letter of its own for h
        ("Գևоրգ", "Գևօրգ", ("lookalike",)),
        ("Məmməd", "Məmməd", ()),
        ("Мәммәд", "Мәммәд", ()),
        ("Արմեն", "Արմեն", ()),
        ("O’Brien", "O'Brien", ()),
        ("Jean\u00a0 Paul", "Jean Paul", ()),
        ("Leyla\u200b", "Leyla", ("invisible",)),
        ("Ivan2", "Ivan2", ("digits",)),
        ("=Ivan", "=Ivan", ("signs",)),
        ("Aրամ", "Aրամ", ("mixed_scripts",)),
    ],
)
def test_names_are_kept_as_given(given_name: str, kept: str, notes: tuple[str, ...]) -> None:
    assert names.clean(given_name) == names.Name(kept, notes)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_cleaning_is_settled_at_once(text: str) -> None:
    once = names.clean(text).text
    assert unicodedata.is_normalized("NFC", once)
    assert names.clean(once).text == once


def test_full_names_are_split_in_the_order_of_the_list() -> None:
    split = names.split("Məmmədov Rəşid Əli oğlu", "family_given_patronymic")
    assert split == {"family_name": "Məmmədov", "given_name": "Rəşid", "patronymic": "Əli oğlu"}
    assert names.split("Armen Sargsyan", "given_family") == {"given_name": "Armen", "family_name": "Sargsyan"}
    assert names.split("محمد أحمد علي", "whole") == {"full_name": "محمد أحمد علي"}
    assert names.guess_order(["Иванов Иван Иванович", "Петрова Анна Павловна"]) == "family_given_patronymic"
    assert names.guess_order(["Armen Sargsyan", "Vardan Petrosyan"]) == "given_family"
    assert names.guess_order(["محمد أحمد", "علي حسن"]) == "whole"


@pytest.mark.parametrize(
    ("field", "value", "spellings"),
    [
        ("sex", "female", ["F", "жен", "Женский", "qadın", "Q", "կին", "իգական", "أنثى", "féminin"]),
        ("sex", "male", ["M", "м", "kişi", "киши", "արական", "ذكر", "Masculin"]),
        (
            "relation",
            "head",
            ["Head of household", "глава семьи", "ailə başçısı", "ընտանիքի գլխավոր", "رب الأسرة", "chef de ménage"],
        ),
        ("relation", "child", ["son", "дочь", "oğlu", "гызы", "որդի", "ابنة", "fille"]),
        ("relation", "child_in_law", ["daughter-in-law", "невестка", "gəlini", "հարս"]),
        ("status", "idp", ["IDP", "ВПЛ", "məcburi köçkün", "տեղահանված", "نازح"]),
    ],
)
def test_words_in_six_languages(field: str, value: str, spellings: list[str]) -> None:
    assert {vocabulary.read(field, word) for word in spellings} == {value}


def test_words_for_nothing() -> None:
    assert all(vocabulary.is_empty(word) for word in ("-", "N/A", "нет данных", "yoxdur", "անհայտ", "غير معروف"))
    assert not vocabulary.is_empty("Mira")


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Family name", "family_name"), ("Nom de famille", "family_name"), ("Фамилия", "family_name"), ("Soyadı", "family_name"),
        ("Сојады", "family_name"), ("Ազգանուն", "family_name"), ("اسم العائلة", "family_name"), ("Date of birth", "birth_date"),
        ("Date de naissance", "birth_date"), ("Дата рождения", "birth_date"), ("Doğum tarixi", "birth_date"),
        ("Ծննդյան ամսաթիվ", "birth_date"), ("تاريخ الميلاد", "birth_date"), ("DOB", "birth_date"), ("Пол", "sex"), ("Cinsi", "sex"),
        ("Սեռ", "sex"), ("الجنس", "sex"), ("№ п/п", "record_id"), ("HH ID", "household_id"), ("group_hh/household_id", "household_id"),
        ("_parent_index", "household_id"), ("Əvvəlki yaşayış yeri", "origin_place"), ("Прежнее место жительства", "origin_place"),
        ("Place of habitual residence", "origin_place"), ("رقم الهاتف", "phone"), ("Hazırkı yaşayış yeri", "present_place"),
        ("Date of brith", "birth_date"), ("Telephon", "phone"), ("Возраст", "age"), ("2. Фамилия (по паспорту)", "family_name"),
    ],
)  # fmt: skip
def test_headings_in_six_languages(heading: str, field: str) -> None:
    assert read_heading(heading)[0].field == field


def test_hxl_tags() -> None:
    assert read_tag("#affected+name+family").field == "family_name"
    assert read_tag("#affected +f +children") is None
    assert read_tag("#loc+origin").field == "origin_place"


def test_every_heading_and_tag_leads_to_a_field_that_exists() -> None:
    from wayhome.engines.tabular.data import table

    assert {row["field"] for row in table("headings.csv")} <= set(FIELDS)
    assert {row["field"] for row in table("hxl_tags.csv")} <= set(FIELDS)


def test_telephone_numbers() -> None:
    assert [phone.number for phone in read_phones("+374 91 12-34-56")] == ["+37491123456"]
    assert [phone.number for phone in read_phones("055 123 45 67; 050 111 22 33")] == ["0551234567", "0501112233"]
    assert [phone.number for phone in read_phones("٠٩٩١٢٣٤٥٦")] == ["099123456"]
    assert [phone.number for phone in read_phones("00 33 1 22 33 44 55")] == ["+33122334455"]
    assert [phone.number for phone in read_phones(77123456.0)] == ["77123456"]
    assert read_phones("none") == []
    assert read_email("Mira <Mira.D@example.org>") == "mira.d@example.org"
