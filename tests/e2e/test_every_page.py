"""Every page of the demo: WCAG 2.2 A and AA by axe, one h1, a language and a title, nothing sideways, nothing in the console.

Wide and on a phone, light and dark, from left and from right, in six languages, on paper.
"""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e import pages
from tests.e2e.running import EDITOR, LEAD

pytestmark = pytest.mark.e2e
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
LANGUAGES = {"en": "Docket of asks", "fr": None, "ru": None, "az": None, "hy": None, "ar": None}
HEAD = """() => ({h1: document.querySelectorAll('h1').length, lang: document.documentElement.lang,
  dir: document.documentElement.dir, title: document.title,
  over: document.documentElement.scrollWidth - document.documentElement.clientWidth})"""


@pytest.fixture(scope="session")
def furnished(running, chromium):
    """What some pages show and the demo does not hold from the start: a letter of two versions, a link. Gives the link's token."""
    context = chromium.new_context(base_url=running.url)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto("/account/login/")
    page.get_by_label("E-mail").fill(LEAD)
    page.get_by_label("Password", exact=True).fill(running.password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda address: "/account/login/" not in address)
    page.goto("/p/lirva/outputs/letters/new/?ask=4&ask=5")
    page.locator("[name=signatory]").fill("Tamar Ayvelin")
    page.get_by_role("button", name="Compose the draft").click()
    page.get_by_role("link", name="Edit the words").click()
    page.locator("[name=subject]").fill("Transport and return: our letter of March")
    page.get_by_role("button", name="Save as a new version").click()
    page.wait_for_load_state()
    page.goto("/p/lirva/dialogue/links/new/?ask=7&ask=10")
    page.get_by_label("Language").select_option("en")
    page.get_by_role("button", name="Make the link").click()
    token = page.locator("#made-url").input_value().rstrip("/").rsplit("/", 1)[1]
    context.close()
    return token


@pytest.fixture
def walked(running, furnished):
    return pages.addresses(running, furnished)


def go(page, running, path):
    answer = page.goto(path)
    if "reauthenticate" in page.url and "reauthenticate" not in path:
        page.locator("#id_password").fill(running.password)
        page.locator("main button.main").first.click()
        page.wait_for_url(lambda address: "reauthenticate" not in address)
    return answer


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1440, "light", "en"), (390, "dark", "en"), (1440, "dark", "ar"), (320, "light", "ar")],
    ids=str,
)
def test_axe_and_frame(running, window, walked, width, scheme, language):
    """Each of the four ways of looking has a width, a colour scheme and a direction; together every pair of them is seen."""
    options = {"viewport": {"width": width, "height": 850}, "color_scheme": scheme, "locale": language, "has_touch": width < 500}
    inside, open_to_all = walked
    wrong = {}
    for addresses, email in ((inside, LEAD), (open_to_all, None)):
        page = window(email, **options)
        paths = [*addresses.values(), *(pages.MORE if email else [])]
        for path in paths:
            answer = go(page, running, path)
            head = page.evaluate(HEAD)
            found = Axe().run(page, options=RULES).response
            faults = [f"{fault['id']}: {fault['nodes'][0]['html'][:140]}" for fault in found["violations"]]
            if not found["passes"]:
                faults.append("axe looked at nothing")
            if answer is not None and not answer.ok:
                faults.append(f"status {answer.status}")
            if head["h1"] != 1:
                faults.append(f"{head['h1']} h1")
            if not head["title"].strip() or not re.fullmatch(r"[a-z]{2}(-\w+)?", head["lang"]):
                faults.append(f"title {head['title']!r}, lang {head['lang']!r}")
            if not path.startswith("/answer/") and head["dir"] != ("rtl" if language == "ar" else "ltr"):
                faults.append(f"dir {head['dir']}")
            if head["over"] > 0:
                faults.append(f"{head['over']} px too wide")
            if faults:
                wrong[path] = faults
        if page.complaints:
            wrong[f"console of {email}"] = page.complaints
    assert wrong == {}


def test_nothing_scrolls_sideways_at_390_and_320(running, window, walked):
    inside, open_to_all = walked
    wrong = {}
    for addresses, email in ((inside, LEAD), (open_to_all, None)):
        page = window(email, viewport={"width": 390, "height": 800}, has_touch=True)
        for path in addresses.values():
            go(page, running, path)
            for width in (390, 320):
                page.set_viewport_size({"width": width, "height": 800})
                over = page.evaluate(HEAD)["over"]
                if over > 0:
                    wrong[f"{path} at {width}"] = over
    assert wrong == {}


def test_the_language_is_switched_to_each_of_six_and_back(window):
    page = window(EDITOR)
    seen = {}
    for language in (*LANGUAGES, "en"):
        page.goto("/account/preferences/")
        page.locator("[name=language]").first.select_option(language) if page.locator(
            "select[name=language]"
        ).count() else page.locator(f"[name=language][value={language}]").check()
        page.locator("main form button[type=submit], main form button.main").first.click()
        page.locator(".messages").wait_for()
        page.goto("/p/lirva/dialogue/docket/")
        head = page.evaluate(HEAD)
        assert head["lang"] == language and head["dir"] == ("rtl" if language == "ar" else "ltr")
        seen[language] = page.locator("h1").inner_text()
    assert len(set(seen.values())) == 6, seen
    assert page.complaints == []


def test_the_theme_is_chosen_and_dark_is_dark(window):
    page = window(EDITOR, color_scheme="light")
    brightness = "() => getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0) / 3"
    for theme in ("dark", "auto"):
        page.goto("/account/preferences/")
        page.locator(f"[name=theme][value={theme}], select[name=theme]").first.evaluate(
            "(field, theme) => { if (field.tagName === 'SELECT') field.value = theme; else field.checked = true; }", theme
        )
        page.locator("main form button[type=submit], main form button.main").first.click()
        page.locator(".messages").wait_for()
        page.goto("/p/lirva/dialogue/docket/asks/1/")
        assert (page.evaluate(brightness) < 80) == (theme == "dark")


@pytest.mark.parametrize("path", ["dialogue/docket/", "dialogue/docket/asks/1/", "dialogue/commitments/"])
def test_on_paper_the_page_is_its_content(window, path):
    page = window(LEAD, color_scheme="dark")
    page.goto(f"/p/lirva/{path}")
    page.emulate_media(media="print")
    for hidden in (".topbar", ".rooms", "form.filters", ".pagehead .actions"):
        for part in page.locator(hidden).all():
            assert not part.is_visible(), hidden
    assert page.locator("h1").is_visible() and page.locator(".dateline").first.is_visible()
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)")
    assert min(ground) > 240, "light on paper, whatever the theme"
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("language", ["ar", "hy", "ru"])
def test_no_name_of_a_room_and_no_month_is_cut_on_a_phone(window, language):
    page = window(LEAD, viewport={"width": 390, "height": 800}, has_touch=True, locale=language)
    page.goto("/p/lirva/")
    cut = page.evaluate("""() => Array.from(document.querySelectorAll('.rooms > ul > li > a, .events time'))
      .filter(one => { const at = one.getBoundingClientRect();
        return one.scrollWidth > one.clientWidth + 1 || at.left < -1 || at.right > innerWidth + 1; }).map(one => one.textContent.trim())""")
    assert cut == []
    assert page.evaluate(HEAD)["over"] <= 0
