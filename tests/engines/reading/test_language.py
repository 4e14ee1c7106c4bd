from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayhome.engines.reading import language

SAMPLES = [
    ("en", "We are writing to you about the families of the valley, who have been waiting for an answer since the spring."),
    ("fr", "Nous vous écrivons au sujet des familles de la vallée, qui attendent une réponse depuis le printemps."),
    ("fr", "Réponse attendue avant la fin du mois."),
    ("ru", "Мы обращаемся к вам с просьбой о возвращении семей из долины, которые ждут ответа с весны."),
    ("uk", "Ми звертаємося до вас із проханням про повернення родин із долини, які чекають на відповідь."),
    ("az", "Vadinin ailələri yazdan bəri cavab gözləyir və biz sizdən kömək istəyirik."),
    ("az", "Вадинин аиләләри јаздан бәри ҹаваб ҝөзләјир вә биз сиздән көмәк истәјирик."),
    ("hy", "Մենք գրում ենք ձեզ հովտի ընտանիքների մասին, որոնք գարնանից պատասխան են սպասում։"),
    ("ar", "نكتب إليكم بشأن عائلات الوادي التي تنتظر الرد منذ الربيع."),
    ("fa", "ما درباره خانواده‌های دره که از بهار منتظر پاسخ هستند به شما می‌نویسیم."),
    ("es", "Les escribimos sobre las familias del valle, que esperan una respuesta desde la primavera."),
    ("pt", "Escrevemos sobre as famílias do vale, que não receberam uma resposta desde a primavera."),
    ("de", "Wir schreiben Ihnen wegen der Familien des Tals, die seit dem Frühjahr auf eine Antwort warten."),
    ("tr", "Vadideki aileler için yazıyoruz; ilkbahardan beri bir cevap bekliyorlar ve bizim yardıma ihtiyacımız var."),
    ("ka", "ჩვენ გწერთ ხეობის ოჯახების შესახებ, რომლებიც პასუხს ელიან."),
]


@pytest.mark.parametrize(("code", "text"), SAMPLES)
def test_names_the_language(code: str, text: str) -> None:
    assert language.detect(text).code == code


def test_only_english_and_french_are_supported() -> None:
    assert {profile_code for profile_code, _ in SAMPLES if language.supported(profile_code)} == {"en", "fr"}


def test_a_long_quotation_in_another_script_does_not_outweigh_the_document() -> None:
    text = SAMPLES[1][1] * 3 + "\n" + SAMPLES[7][1]
    assert language.detect(text).code == "fr"


@pytest.mark.parametrize("text", ["", "12 345", "???", "https://example.org/the/of/and"])
def test_says_nothing_where_nothing_tells(text: str) -> None:
    guess = language.detect(text)
    assert (guess.code, guess.supported) == (language.UNKNOWN, False)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gets_a_guess(text: str) -> None:
    guess = language.detect(text)
    assert 0 <= guess.confidence <= 1
    assert guess == language.detect(text)
