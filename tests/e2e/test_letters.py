"""The next letter in a real browser: picked, composed, edited with its paper beside it, approved by another, sent, opened as PDF."""

from __future__ import annotations

import pypdfium2
import pytest

from tests.e2e.axe import faults
from tests.factories import House, ago, today
from wayhome.dialogue.models import Ask, Letter
from wayhome.dialogue.states import Position

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def house(process):
    house = House(process)
    house.ask("Open the road to Meshul", on=ago(40), with_document=True)
    house.ask("Հանձնել տների ցանկը", drafted=True)
    return house


def sound(page, where):
    """Nothing that axe finds, nothing that scrolls the page sideways, nothing in the console."""
    assert faults(page) == [], where
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), where
    assert page.complaints == [], where


def test_from_the_docket_to_the_pdf(house, editor, lead, open_window):
    page = open_window(editor)
    page.goto("/p/lirva/dialogue/docket/?view=all")
    for number in (1, 2):
        page.locator(f"input[name=ask][value='{number}']").check()
    page.get_by_role("button", name="Put in next letter").click()
    page.wait_for_load_state()
    sound(page, "new")
    page.locator("[name=signatory]").fill("Թամար Այվելյան")
    page.locator("[name=reference]").fill("LVC/40")
    page.get_by_role("button", name="Compose the draft").click()
    page.wait_for_load_state()
    sound(page, "letter")
    address = page.url

    page.get_by_role("link", name="Edit the words").click()
    page.wait_for_load_state()
    words = page.locator("[name=body]")
    with page.expect_response(lambda answer: answer.url.endswith("/preview/")):
        words.fill("The ploughs are standing ready.\n\n" + words.input_value())
        words.press("End")
    page.locator("#paper p", has_text="The ploughs are standing ready.").wait_for()
    sound(page, "edit")
    page.get_by_role("button", name="Save as a new version").click()
    page.wait_for_load_state()
    page.get_by_role("link", name="What changed last").click()
    page.wait_for_load_state()
    sound(page, "compare")
    page.goto(address)
    page.get_by_role("button", name="Give to review").click()
    page.wait_for_load_state()
    assert page.get_by_role("button", name="Approve version 2").count() == 0

    second = open_window(lead)
    second.goto(address)
    second.get_by_role("button", name="Approve version 2").click()
    second.wait_for_load_state()
    sound(second, "approved")
    second.get_by_label("By post").check()
    second.locator("[name=proof]").fill("registered RR 204 118")
    second.get_by_role("button", name="Send and file").click()
    second.wait_for_load_state()
    sound(second, "sent")
    answer = second.request.get(address + "letter.pdf")
    text = "".join(sheet.get_textpage().get_text_range() for sheet in pypdfium2.PdfDocument(answer.body()))
    assert "The ploughs are standing ready." in text and "Թամար Այվելյան" in text and "Draft" not in text
    assert set(Ask.objects.values_list("position", "delivery")) >= {(Position.MADE, "sent")}
    second.goto("/p/lirva/outputs/letters/")
    sound(second, "list")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_on_a_phone_and_from_right_to_left(house, editor, open_window, language):
    editor.language = language
    editor.save()
    from wayhome.core.actors import Actor
    from wayhome.outputs.actions.letters import Particulars, start

    given = Particulars(sender=house.community, addressee=house.ministry, language="ar", signatory="Tamar Ayvelin", dated=today())
    start(process=house.process, actor=Actor.of(editor), asks=Ask.objects.all(), given=given)
    page = open_window(editor, viewport={"width": 360, "height": 740}, has_touch=True)
    number = Letter.objects.get().number
    for path in ("", "new/", "new/?ask=1", f"{number}/", f"{number}/edit/", f"{number}/compare/"):
        page.goto(f"/p/lirva/outputs/letters/{path}")
        sound(page, path)
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")


def test_without_script_the_words_are_saved_all_the_same(house, editor, open_window):
    page = open_window(editor, java_script_enabled=False)
    page.goto("/p/lirva/outputs/letters/new/?ask=1")
    page.get_by_role("button", name="Compose the draft").click()
    page.get_by_role("link", name="Edit the words").click()
    page.locator("[name=subject]").fill("About the road")
    page.get_by_role("button", name="Save as a new version").click()
    assert page.locator("h1").inner_text() == "About the road"
