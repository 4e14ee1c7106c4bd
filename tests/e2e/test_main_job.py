"""The main job on a real letter, from an empty process to the clock of the next letter, as two people do it in a real browser."""

from __future__ import annotations

import io
import re
import secrets
from datetime import date

import docx
import pypdfium2
import pytest

from tests.conftest import SHARED
from tests.e2e.running import EDITOR, LEAD

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/letters, which is not part of the repository"),
]
GUTERRES, PASHINYAN = "Secretary-General", "Pashinyan"
COMMUNITY = "Western Azerbaijan Community"


@pytest.fixture(scope="module")
def slug(running):
    """A process without a document, led by Maren, edited by Ilse."""
    slug = f"office-{secrets.token_hex(3)}"
    running.command("process", "add", slug, "--name", "Return with dignity", "--lead", LEAD)
    return slug


def said(page, words):
    page.locator("#said", has_text=words).wait_for(state="attached")


def come_to(page, words, kind):
    """Press j or k until the proposal of that kind that speaks of these words is the open one."""
    cards = page.locator(".proposal").evaluate_all(
        "cards => cards.map(c => [c.querySelector('.kind').innerText, c.innerText, c.hasAttribute('aria-current'), c.dataset.p])"
    )
    wanted = [n for n, card in enumerate(cards) if card[0] == kind and re.search(words, card[1], re.S)]
    assert wanted, f"no {kind} proposal speaks of {words}: {[card[1] for card in cards]}"
    here = next(n for n, card in enumerate(cards) if card[2])
    for _ in range(abs(wanted[0] - here)):
        page.keyboard.press("j" if wanted[0] > here else "k")
    assert page.locator(".proposal[aria-current]").get_attribute("data-p") == cards[wanted[0]][3]


def asked_of(card):
    """The addressee that a proposal of an ask names."""
    return card.locator("dt", has_text="Asked of").locator("xpath=following-sibling::dd[1]").inner_text()


PLACES = """words => {
  const walker = document.createTreeWalker(document.getElementById('letter'), NodeFilter.SHOW_TEXT);
  const nodes = []; let whole = '';
  for (let n = walker.nextNode(); n; n = walker.nextNode()) {
    if (!n.parentElement.closest('.pno')) { nodes.push([n, whole.length]); whole += n.data; }
  }
  const at = whole.indexOf(words);
  if (at < 0) throw new Error('not in the text: ' + words);
  const box = i => {
    const [n, s] = nodes.find(([n, s]) => s <= i && i < s + n.data.length);
    const range = document.createRange(); range.setStart(n, i - s); range.setEnd(n, i - s + 1);
    return range;
  };
  box(at).startContainer.parentElement.scrollIntoView({block: 'center', behavior: 'instant'});
  const a = box(at).getBoundingClientRect(), b = box(at + words.length - 1).getBoundingClientRect();
  return [a.left + 1, a.top + a.height / 2, b.right, b.top + b.height / 2];
}"""


def drag_over(page, words):
    """Select the words as a hand does: press before the first letter, move, let go after the last."""
    page.evaluate(PLACES, words)
    page.wait_for_timeout(300)  # the page comes to rest
    left, top, right, bottom = page.evaluate(PLACES, words)
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move((left + right) / 2, (top + bottom) / 2, steps=5)
    page.mouse.move(right, bottom, steps=5)
    page.mouse.up()
    page.locator("#picked").wait_for()


def put_party(page, legend, name):
    """Write who asks, or of whom, in the open form."""
    page.get_by_role("group", name=legend).get_by_role("combobox").first.fill(name)


def test_from_the_letter_to_the_next_letter(running, window, slug):
    lead = window(LEAD)
    # the second person
    lead.goto(f"/p/{slug}/members/")
    lead.get_by_label("E-mail").fill(EDITOR)
    lead.get_by_label("Name").fill("Ilse Marr")
    lead.get_by_label("Role").select_option("editor")
    lead.get_by_role("button", name="Add", exact=True).click()
    if "reauthenticate" in lead.url:
        lead.get_by_label("Password").fill(running.password)
        lead.get_by_role("button", name="Confirm").click()
    lead.get_by_role("rowheader", name=re.compile("Ilse Marr")).wait_for()

    # a letter into an empty docket, read by the worker while the page tells how far it is
    page = window(EDITOR)
    page.goto(f"/p/{slug}/dialogue/docket/")
    page.get_by_role("heading", name="No asks yet").wait_for()
    page.get_by_role("main").get_by_role("link", name="Add a letter").click()
    page.locator("#files").set_input_files(str(next(SHARED.glob("letters/00-*.txt"))))
    page.locator("#uploads .chip").wait_for()
    first = page.locator("#uploads .chip").inner_text()
    link = page.locator("#uploads a", has_text=re.compile("proposals? to review"))
    link.wait_for(timeout=120_000)
    assert first in {"Waiting to be read", "Being read"} or "read" in first.lower(), first
    link.click()

    # its three communications
    page.locator("#letter", has_text="we reached out to Prime Minister Nikol Pashinyan").wait_for()
    cards = page.locator(".proposal")
    communications = [text for text in cards.all_inner_texts() if re.match(r"\d+\s*Communication", text)]
    assert len(communications) == 3, communications
    earlier = next(text for text in communications if "11 March 2023" in text)
    assert "Prime Minister" in earlier and "Pashinyan" in earlier
    assert "Secretary-General" in next(text for text in communications if "7 April 2023" in text)
    assert any("This document" in text and "Secretary-General" in text for text in communications)

    # its asks, each with its sentence marked in the document
    asked = {"Secretary-General": 0, "Armenia": 0}
    for card in cards.all():
        if card.locator(".kind").inner_text() != "Ask":
            continue
        mark = page.locator(f"#letter [data-p~='{card.get_attribute('data-p')}']")
        assert mark.count() and mark.first.inner_text().strip(), card.inner_text()
        of = asked_of(card)
        asked["Secretary-General"] += "Secretary-General" in of
        asked["Armenia"] += bool(re.search(r"Armenia", of))
    assert asked["Secretary-General"] >= 3 and asked["Armenia"] >= 1, asked

    # by keyboard: step, reject, take it back, confirm
    page.locator("h1").click()
    to_go = page.locator(".progress label")
    come_to(page, "11 March 2023", "Communication")
    page.keyboard.press("x")
    said(page, "Rejected.")
    page.keyboard.press("u")
    said(page, "Undone.")
    come_to(page, "11 March 2023", "Communication")
    page.keyboard.press("Enter")
    said(page, "Confirmed.")
    assert "1 decided" in to_go.inner_text()
    come_to(page, "7 April 2023", "Communication")
    page.keyboard.press("Enter")
    page.locator("text=2 decided").wait_for()
    come_to(page, "This document", "Communication")
    page.keyboard.press("Enter")
    page.locator("text=3 decided").wait_for()

    # correct one: its words are selected anew with the mouse
    come_to(page, "send.*mission|mission", "Ask")
    page.keyboard.press("e")
    page.locator("form.correct").wait_for()
    drag_over(page, "to consider taking concrete steps, such as sending a UN interagency mission to Armenia")
    page.locator("#picked .use").click()
    assert page.locator("#quote").input_value().startswith("to consider taking concrete steps")
    page.locator("[name=action]").fill("Send a UN interagency mission to Armenia")
    put_party(page, "Asked by", COMMUNITY)
    put_party(page, "Asked of", "UN Secretary-General Antonio Guterres")
    page.locator("button[value=correct]").click()
    said(page, "Corrected and confirmed.")

    # add what is asked of the government: words drawn with the mouse, the keys do the rest
    drag_over(page, "engage in dialogue in good faith")
    page.locator("#picked button[data-kind=ask]").click()
    page.locator("form.correct").wait_for()
    page.locator("[name=action]").fill("Engage in dialogue in good faith with the Community")
    put_party(page, "Asked by", COMMUNITY)
    put_party(page, "Asked of", "Prime Minister Nikol Pashinyan of Armenia")
    page.locator("button[value=correct]").click()
    page.locator("#said", has_text=re.compile("onfirmed")).wait_for(state="attached")

    # split one in two, then join the halves again
    come_to(page, "rehabilitation|promote reconciliation|render support", "Ask")
    before = cards.count()
    page.keyboard.press("s")
    page.locator("[name=second]").wait_for()
    page.locator("[name=second]").fill(page.locator("#cuts option").last.get_attribute("value"))
    page.keyboard.press("Enter")
    said(page, "Split in two.")
    assert cards.count() > before
    page.keyboard.press("m")
    page.locator("[name=other]").wait_for()
    page.locator("button[value=merge]").click()
    said(page, "Merged.")

    # the rest that the machine is sure of, at once
    likely = page.locator("button", has_text=re.compile("likely"))
    if likely.count():
        likely.first.click()
        said(page, "confirmed")
    assert page.complaints == []

    # the docket
    page.goto(f"/p/{slug}/dialogue/docket/")
    rows = page.locator("tbody tr")
    words = rows.all_inner_texts()
    assert any("Send a UN interagency mission to Armenia" in row for row in words), words
    assert sum("Secretary-General" in row for row in words) >= 2, words
    dialogue = rows.filter(has_text="Engage in dialogue in good faith")
    assert PASHINYAN in dialogue.inner_text()
    dialogue.locator("a.ttl").click()

    # the ask for dialogue: its sentence, and that there is no reply on file
    page.get_by_role("heading", level=1, name="Engage in dialogue in good faith with the Community").wait_for()
    shown = page.locator("main").inner_text()
    assert "engage in dialogue in good faith" in shown
    today = date.today()
    gap = page.locator(".gap").inner_text()
    assert re.search(rf"No reply on file as of {today.day} \w+ {today.year}; \d+ communications searched", gap), gap
    for word in ("ignored", "failed to answer", "failed to respond"):
        assert word not in shown.lower()

    # escalate it to the Secretary-General
    page.get_by_role("link", name="Escalate").first.click()
    party = page.locator("main form select").first
    names = party.locator("option").all_inner_texts()
    party.select_option(label=next(name for name in names if GUTERRES in name or "Guterres" in name))
    page.locator("main form button[type=submit]").click()
    page.locator(".messages, .ladder").first.wait_for()
    ladder = page.locator(".ladder").inner_text()
    assert "Secretary-General" in ladder or "Guterres" in ladder, ladder

    # the next letter from it
    page.goto(f"/p/{slug}/dialogue/docket/")
    page.locator("tbody tr", has_text="Drafted").first.locator("input[name=ask]").check()
    page.get_by_role("button", name="Put in next letter").click()
    page.locator("[name=signatory]").fill("A. Member")
    page.get_by_role("button", name="Compose the draft").click()
    page.get_by_role("link", name="Edit the words").wait_for()
    address = page.url
    assert "Engage in dialogue in good faith" in page.locator("main").inner_text()
    page.get_by_role("button", name="Give to review").click()
    page.wait_for_load_state()
    assert page.get_by_role("button", name=re.compile("Approve")).count() == 0, "nobody approves their own words"

    # approved by the second person
    lead.goto(address)
    lead.get_by_role("button", name=re.compile("Approve version")).click()
    lead.get_by_role("button", name="Send and file").wait_for()

    # the PDF and the Word document, downloaded as a person does
    with lead.expect_download() as download:
        lead.evaluate("""() => { const a = document.querySelector("a[href$='letter.pdf']"); a.download = ''; a.click(); }""")
    paper = pypdfium2.PdfDocument(download.value.path().read_bytes())
    text = " ".join(" ".join(sheet.get_textpage().get_text_range() for sheet in paper).split())
    with lead.expect_download() as download:
        lead.get_by_role("link", name="Word document").click()
    word = docx.Document(io.BytesIO(download.value.path().read_bytes()))
    written = " ".join([p.text for p in word.paragraphs] + [c.text for t in word.tables for r in t.rows for c in r.cells])
    for found in (text, written):
        assert "dialogue in good faith" in found.lower()
        assert "Pashinyan" in found and ("Secretary-General" in found or "Guterres" in found) and "A. Member" in found
        assert "11 March 2023" in found or "7 April 2023" in found, found[:3000]

    # sent: it is a communication now and the clock runs
    lead.get_by_label("By post").check()
    lead.locator("[name=proof]").fill("registered, RR 204 118")
    lead.get_by_role("button", name="Send and file").click()
    lead.locator(".dateline", has_text="filed as").wait_for()
    lead.goto(f"/p/{slug}/dialogue/docket/?view=all")
    row = lead.locator("tbody tr", has_text=re.compile("Engage in dialogue.*(Secretary-General|Guterres)", re.S)).first
    assert "Made" in row.inner_text() and re.search(r"days left|due \d", row.inner_text()), row.inner_text()
    assert page.complaints == [] and lead.complaints == []
