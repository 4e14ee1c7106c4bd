"""Replies and outside links in a real browser: words cited by mouse and key, undo, the page behind a link; axe finds nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.e2e.axe import faults
from tests.factories import House, ago, today
from wayhome.dialogue.actions import links
from wayhome.dialogue.models import Answer, Ask, Communication

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
]
SENTENCE = "The road to Meshul will be opened after the thaw."
# Letters outside the basic plane before the words: offsets count characters, not the browser's halves of them.
TEXT = f"𝔇ear Ms Marr,\n\nThank you for your letter.\n\n{SENTENCE} The list of houses cannot be published."


@pytest.fixture
def house(process):
    house = House(process)
    letter = house.communication(on=ago(40), title="Road and houses", reference="LVC/11")
    house.ask("Open the road to Meshul", communication=letter)
    house.ask("Publish the list of houses", communication=letter)
    return house


def select_words(page, words: str) -> None:
    """Select `words` in the letter as a mouse would: the browser tells the page of it in the same way."""
    page.evaluate(
        """(words) => {
          const walker = document.createTreeWalker(document.getElementById('reply-text'), NodeFilter.SHOW_TEXT);
          let found = null;
          for (let node = walker.nextNode(); node && !found; node = walker.nextNode()) {
            const at = node.data.indexOf(words);
            if (at >= 0) found = [node, at];
          }
          const range = document.createRange();
          range.setStart(found[0], found[1]);
          range.setEnd(found[0], found[1] + words.length);
          const selection = getSelection();
          selection.removeAllRanges();
          selection.addRange(range);
        }""",
        words,
    )


def test_words_are_cited_confirmed_and_taken_back(house, editor, open_window):
    row = house.reply(on=ago(2), text=TEXT)
    page = open_window(editor)
    page.goto(f"/p/lirva/dialogue/inbox/replies/{row.number}/")
    assert page.locator("#r1 .more").is_hidden()
    page.locator("#r1 [name=a1-effect]").select_option("accepted")
    assert page.locator("#r1 .more").is_visible() and page.locator("#r1 .for-redirect").is_hidden()
    page.locator("h1").click()
    page.keyboard.press("j")
    select_words(page, "will be opened after the thaw")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("c")
    assert page.locator("[name=a1-quote]").input_value() == "will be opened after the thaw"
    start = int(page.locator("[name=a1-start]").input_value())
    assert TEXT[start:].startswith("will be opened after the thaw")
    page.locator("#r2 [data-take]").click()  # the suggestion for the other ask goes into its form
    assert page.locator("[name=a2-effect]").input_value() == "refused"
    assert faults(page) == []
    page.locator("form.proposals .btn.main").click()
    page.locator(".messages").wait_for()
    asks = list(Ask.objects.order_by("number"))
    assert [ask.position for ask in asks] == ["accepted", "refused"]
    assert asks[0].passages.get(use="answers").passage.exact == "will be opened after the thaw"
    page.keyboard.press("u")
    page.locator(".messages", has_text="stand where they stood").wait_for()
    assert set(Ask.objects.values_list("position", flat=True)) == {"made"}
    assert page.complaints == []


def test_without_script_the_same_is_done_with_links_and_pasted_words(house, editor, open_window):
    row = house.reply(on=ago(2), text=TEXT)
    page = open_window(editor, java_script_enabled=False)
    page.goto(f"/p/lirva/dialogue/inbox/replies/{row.number}/")
    page.locator("#r2 [data-take]").click()
    assert page.locator("[name=a2-effect]").input_value() == "refused"
    page.locator("[name=a1-effect]").select_option("accepted")
    page.locator("[name=a1-quote]").fill(SENTENCE)
    page.locator("form.proposals .btn.main").click()
    assert [ask.position for ask in Ask.objects.order_by("number")] == ["accepted", "refused"]


@pytest.mark.parametrize("options", [{}, {"viewport": {"width": 320, "height": 700}}, {"color_scheme": "dark"}])
def test_the_page_behind_a_link_takes_an_answer_without_account_cookie_or_script(house, lead, open_window, options):
    asks = list(Ask.objects.order_by("number"))
    made = links.make_link(process=house.process, user=lead, party=house.ministry, asks=asks)
    path = made.url.removeprefix("http://127.0.0.1:8000")
    page = open_window(**options)
    page.goto(path)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("[name=a1-due_on]").is_hidden()
    page.locator("[name=a1-effect][value=deferred]").check()
    page.locator("[name=a1-due_on]").fill((today() + timedelta(days=60)).isoformat())
    page.locator("[name=a1-text]").fill("<b>After</b> the thaw")
    page.locator("#name").fill("O. Orl")
    page.locator("form button[type=submit]").click()
    page.locator("[role=status]").wait_for()
    assert "<b>After</b> the thaw" in page.locator("#a1 .given").inner_text()
    assert page.context.cookies() == []
    assert page.complaints == []
    answer = Answer.objects.get()
    assert (answer.effect, answer.state) == ("deferred", "open")
    assert Communication.objects.filter(document__origin="outside").count() == 1
    page.goto(path + "?lang=ar")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert faults(page) == []
