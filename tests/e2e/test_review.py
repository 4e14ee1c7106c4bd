"""The review in a real browser: keys, the mouse, words selected, no script; upload by the drop zone; the real letter."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.apps.dialogue.letters import letter, proposal
from tests.conftest import SHARED
from wayhome.dialogue.models import Ask, Communication, Document, Proposal

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def document(process, editor):
    return letter(process, editor)


def review(page, document, query=""):
    page.goto(f"/p/lirva/dialogue/review/{document.number}/{query}")


def current(page):
    return page.locator(".proposal[aria-current] h3 .pno").inner_text()


def select(page, words):
    """Select words of the document with the mouse's own means: a range over its text."""
    page.evaluate(
        """words => {
          const spans = Array.from(document.querySelectorAll('#letter [data-s]'));
          const whole = spans.map(s => s.textContent).join('');
          const at = whole.indexOf(words);
          if (at < 0) throw new Error('not in the text: ' + words);
          const spot = n => { let seen = 0; for (const s of spans) { const l = s.textContent.length;
            if (n <= seen + l) return [s.firstChild, n - seen]; seen += l; } };
          const range = document.createRange();
          range.setStart(...spot(at)); range.setEnd(...spot(at + words.length));
          const picked = window.getSelection(); picked.removeAllRanges(); picked.addRange(range);
        }""",
        words,
    )
    page.locator("#picked").wait_for()


def settled(page, words):
    page.locator("#said", has_text=words).wait_for(state="attached")
    page.wait_for_timeout(150)


def test_all_by_keyboard(open_window, document, editor):
    page = open_window(editor)
    review(page, document)
    assert current(page) == "1"
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert current(page) == "3"
    assert page.locator(".passage[aria-current]").first.get_attribute("data-p") == str(
        proposal(document, "On 11 February", "event").pk
    )
    page.keyboard.press("k")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    settled(page, "Confirmed.")
    assert Communication.objects.get().dated == "2026-05-06"
    assert current(page) == "2" and page.locator("text=1 decided, 8 to go").count() == 1
    page.keyboard.press("x")
    settled(page, "Rejected.")
    assert proposal(document, "wrote to the Regional Envoy", "communication").state == "rejected"
    page.keyboard.press("u")
    settled(page, "Undone.")
    assert proposal(document, "wrote to the Regional Envoy", "communication").state == "open"
    # correct
    while current(page) != "6":
        page.keyboard.press("j")
    page.keyboard.press("e")
    page.locator("form.correct").wait_for()
    page.locator("[name=action]").fill("Open a dialogue soon")
    page.locator("button[value=correct]").press("Enter")
    settled(page, "Corrected and confirmed.")
    assert Ask.objects.get().action == "Open a dialogue soon"
    # split the next one at its third word
    page.keyboard.press("s")
    page.locator("[name=second]").fill("Kul and Old Tavrek")
    page.keyboard.press("Enter")
    settled(page, "Split in two.")
    assert Proposal.objects.filter(split_from__isnull=False).count() == 2
    # and merge the halves again
    page.keyboard.press("m")
    page.locator("[name=other]").wait_for()
    page.locator("[name=other]").select_option(label=page.locator("[name=other] option").last.inner_text())
    page.locator("button[value=merge]").click()
    settled(page, "Merged.")
    assert Proposal.objects.filter(state="merged").count() == 1
    page.keyboard.press("?")
    assert page.locator("#keysheet").is_visible()
    assert page.complaints == []


def test_words_selected_with_the_mouse(open_window, document, editor):
    page = open_window(editor)
    review(page, document)
    select(page, "what is said about these villages may be seen")
    page.locator("#picked button[data-kind=ask]").click()
    settled(page, "Added.")
    made = Proposal.objects.get(origin="person")
    assert made.passage.exact == "what is said about these villages may be seen"
    assert page.locator(f"form[data-editing='{made.pk}']").count() == 1
    select(page, "so that what is said about these villages may be seen")
    page.locator("#picked .use").click()
    page.locator("[name=action]").fill("Let it be seen")
    page.locator("button[value=save]").click()
    settled(page, "Corrected.")
    made.refresh_from_db()
    assert made.passage.exact.startswith("so that what is said")
    # across paragraphs and over marks, with letters beyond the first plane before them
    select(page, "without conditions. To this day")
    page.locator("#picked button[data-kind=event]").click()
    page.wait_for_timeout(600)
    assert Proposal.objects.filter(passage__exact="without conditions. To this day").exists()
    assert page.complaints == []


def test_offsets_count_characters_not_halves_of_them(open_window, process, editor):
    text = "𐎠𐎡𐎢 🕊 Excellency,\n\nWe ask 𐎠 the Ministry to open the road 🕊 soon.\n"
    document = letter(process, editor, text=text, rows=[])
    page = open_window(editor)
    review(page, document)
    select(page, "to open the road 🕊 soon")
    page.locator("#picked button[data-kind=ask]").click()
    page.locator("form[data-editing]").wait_for()
    assert Proposal.objects.get().passage.exact == "to open the road 🕊 soon"


def test_somebody_else_was_first(open_window, document, editor, lead):
    from wayhome.dialogue.actions import proposals

    page = open_window(editor)
    review(page, document)
    proposals.reject(user=lead, proposal=proposal(document, "To: the Prime Minister"))
    page.keyboard.press("Enter")
    page.locator(".proposals .errors", has_text="decided about this proposal first").wait_for()
    assert not Communication.objects.exists()


def test_without_script(open_window, document, editor):
    page = open_window(editor, java_script_enabled=False)
    review(page, document)
    page.locator(".proposal button[value=confirm]").first.click()
    assert page.locator("text=1 decided, 8 to go").count() == 1
    page.locator(".proposal button[value=reject]").nth(2).click()
    assert page.locator("text=2 decided, 7 to go").count() == 1
    page.locator("a:has-text('Correct')").first.click()
    assert page.locator("form.correct [name=quote]").count() == 1


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}, {"locale": "ar"}])
def test_nothing_for_axe_to_find_and_nothing_scrolls_sideways(open_window, document, editor, options):
    from wayhome.dialogue.actions import proposals

    proposals.confirm(user=editor, proposal=proposal(document, "To: the Prime Minister"))
    ask = proposal(document, "We therefore ask")
    number = document.number
    page = open_window(editor, **options)
    party = Communication.objects.get().parts.first().party_id
    for path in (
        f"review/{number}/",
        f"review/{number}/?at={ask.pk}&edit={ask.pk}",
        f"review/{number}/?at={ask.pk}&split={ask.pk}",
        f"review/{number}/?add=1",
        "review/",
        "letters/",
        "letters/1/",
        "letters/1/edit/",
        "letters/documents/",
        "letters/documents/add/",
        "parties/",
        f"parties/{party}/",
        f"parties/{party}/edit/",
    ):
        page.goto(f"/p/lirva/dialogue/{path}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide}px too wide"
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
    assert page.complaints == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/letters, which is not part of the repository")
def test_the_real_letter_from_the_drop_zone_to_its_asks(open_window, process, editor, settings):
    settings.TASKS = {
        "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": ["default", "reading"]}
    }
    path = next(SHARED.glob("letters/00-*.txt"))
    page = open_window(editor)
    page.goto("/p/lirva/dialogue/letters/documents/add/")
    page.locator("#files").set_input_files(str(path))
    link = page.locator("#uploads a", has_text=re.compile("proposals? to review"))
    link.wait_for(timeout=90_000)
    page.locator("#files").set_input_files(str(path))
    page.locator("#uploads", has_text="nothing was changed").wait_for()
    assert Document.objects.count() == 1
    link.first.click()
    page.locator("#letter", has_text="we reached out to Prime Minister Nikol Pashinyan").wait_for()
    for words in ("7 April 2023", "11 March 2023", "This document:"):
        assert page.locator(".proposal", has_text=words).count() >= 1, words
    page.locator("button", has_text="likely").first.click()
    settled(page, "confirmed")
    rows = {row.dated for row in Communication.objects.all()}
    assert {"2023-03-11", "2023-04-07"} <= rows and Communication.objects.filter(document__isnull=False).count() == 1
    assert Ask.objects.filter(passages__passage__document=Document.objects.get()).count() >= 5
    assert page.complaints == []
