"""Make the pictures of docs/guide.md: run the demo, do what the guide tells, and look at each page.

    .venv/bin/python scripts/pictures.py            # all
    .venv/bin/python scripts/pictures.py registry   # those of the registry alone

Needs Chromium. The demo's people, places and letters are invented. Dates in the pictures are those of the day they are made.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import zlib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402
from tests.e2e.running import EDITOR, LEAD, Running  # noqa: E402

from wayhome.engines.population.registry import generate_registry  # noqa: E402

OUT = ROOT / "docs" / "pictures"
WIDE = {"width": 1200, "height": 760}
LETTER = """Office of the Lirva Valley Community
Sarn Ford

To: the Ministry of Roads, Velmar

Dear Minister,

On 30 April 2026 we asked you to open the road to Old Tavrek for the days of the visit. We have received no reply.
The graves have not been tended for nine years, and the families are growing old.

We ask the Ministry to open the road to Old Tavrek on the first Sunday of every month.
We also request that the Ministry name an officer who can be reached by telephone.

With respect,

Tamar Ayvelin
"""


class Studio:
    """One browser at the demo, and the pictures taken in it."""

    def __init__(self, running: Running, browser: Browser) -> None:
        self.running, self.browser = running, browser

    def person(self, email: str | None, **options: Any) -> Page:
        options.setdefault("viewport", WIDE)
        page = self.browser.new_context(base_url=self.running.url, reduced_motion="reduce", **options).new_page()
        page.set_default_timeout(30_000)
        if email:
            page.goto("/account/login/")
            page.get_by_label("E-mail").fill(email)
            page.get_by_label("Password", exact=True).fill(self.running.password)
            page.get_by_role("button", name="Log in").click()
            page.wait_for_url(lambda address: "/account/login/" not in address)
        return page

    def take(self, page: Page, name: str, height: int | None = None) -> None:
        """A picture of what the window shows, its first `height` pixels."""
        page.evaluate("document.activeElement && document.activeElement.blur()")
        page.wait_for_timeout(250)
        size = page.viewport_size or WIDE
        data = page.screenshot(
            clip={"x": 0, "y": 0, "width": size["width"], "height": min(height or size["height"], size["height"])}
        )
        (OUT / f"{name}.png").write_bytes(packed(data))
        print(f"{name}.png  {(OUT / f'{name}.png').stat().st_size // 1024} KB")


def packed(png: bytes) -> bytes:
    """The same picture with its data deflated as hard as zlib can and nothing but the needed chunks."""
    at, kept, data = 8, [], b""
    while at < len(png):
        length, kind = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        body = png[at + 8 : at + 8 + length]
        if kind == b"IDAT":
            data += body
        elif kind in {b"IHDR", b"PLTE", b"tRNS"}:
            kept.append((kind, body))
        at += 12 + length
    kept += [(b"IDAT", zlib.compress(zlib.decompress(data), 9)), (b"IEND", b"")]
    out = png[:8]
    for kind, body in kept:
        out += len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
    return out if len(out) < len(png) else png


def pictures(studio: Studio) -> None:
    lirva = "/p/lirva/"
    door = studio.person(None)
    door.goto("/account/login/")
    studio.take(door, "log-in", 560)

    ilse, maren = studio.person(EDITOR), studio.person(LEAD)
    ilse.goto(lirva)
    studio.take(ilse, "today")
    ilse.goto("/account/mfa/")
    studio.take(ilse, "second-factor", 520)

    ilse.goto(lirva + "dialogue/letters/documents/add/")
    ilse.locator("#files").set_input_files(
        [{"name": "letter-to-the-ministry-of-roads.txt", "mimeType": "text/plain", "buffer": LETTER.encode()}]
    )
    ilse.locator("#uploads a", has_text="to review").wait_for(timeout=120_000)
    studio.take(ilse, "add", 560)
    ilse.locator("#uploads a", has_text="to review").click()
    ilse.locator(".proposal[aria-current]").wait_for()
    studio.take(ilse, "review")
    ilse.locator("h1").click()
    while ilse.locator(".proposal[aria-current] .kind").inner_text() != "Ask":
        ilse.keyboard.press("j")
    ilse.keyboard.press("e")
    ilse.locator("form.correct").wait_for()
    studio.take(ilse, "review-correct")

    ilse.goto(lirva + "dialogue/docket/")
    ilse.keyboard.press("j")
    ilse.keyboard.press("x")
    ilse.keyboard.press("j")
    ilse.keyboard.press("x")
    studio.take(ilse, "docket")
    ilse.goto(lirva + "dialogue/docket/asks/1/")
    studio.take(ilse, "ask")
    phone = studio.person(EDITOR, viewport={"width": 390, "height": 760}, has_touch=True)
    phone.goto(lirva + "dialogue/docket/")
    studio.take(phone, "docket-phone")

    ilse.goto(lirva + "dialogue/inbox/replies/new/?ask=17&ask=18")
    ilse.get_by_label("By telephone").check()
    ilse.locator("[name=text]").fill("The Envoy's secretary rang: an inquiry was opened, its report is due in spring.")
    studio.take(ilse, "reply")
    ilse.goto(lirva + "dialogue/inbox/replies/3/")
    studio.take(ilse, "reply-asks")

    maren.goto(lirva + "dialogue/links/new/?ask=17&ask=18")
    maren.get_by_label("Language").select_option("en")
    maren.get_by_role("button", name="Make the link").click()
    address = maren.locator("#made-url").input_value()
    door.goto(address)
    studio.take(door, "outside")

    ilse.goto(lirva + "outputs/letters/new/?ask=1&ask=2")
    studio.take(ilse, "letter-new")
    ilse.locator("[name=signatory]").fill("Tamar Ayvelin")
    ilse.get_by_role("button", name="Compose the draft").click()
    ilse.get_by_role("button", name="Give to review").click()
    ilse.wait_for_load_state()
    maren.goto(ilse.url)
    maren.get_by_role("button", name="Approve version").click()
    maren.get_by_role("button", name="Send and file").wait_for()
    studio.take(maren, "letter")

    door.goto("/public/lirva/")
    door.locator(".accounts").first.evaluate("box => box.scrollIntoView({block: 'center'})")
    studio.take(door, "timeline")
    ilse.goto(lirva + "dialogue/commitments/")
    studio.take(ilse, "commitments")
    maren.goto(lirva + "outputs/exchange/")
    studio.take(maren, "exchange", 560)


def registry_pictures(studio: Studio) -> None:
    """The chapter on people: a small list brought in, a pair, a household, a survey wave, the claims."""
    registry, ilse = "/p/lirva/registry/", studio.person(EDITOR)
    with tempfile.TemporaryDirectory() as folder:
        generate_registry(folder, 400, 5, scripts=("latin",), bad_rows=0.08)
        ilse.goto(registry + "imports/new/")
        ilse.locator("[name=list_name]").fill("List of the crossing")
        ilse.locator("[name=file]").set_input_files(str(Path(folder) / "aid-list.csv"))
        ilse.get_by_role("button", name="Look at the file").click()
    ilse.wait_for_url("**/columns/")
    studio.take(ilse, "list-columns")
    ilse.get_by_role("button", name="Check the list").click()
    ilse.locator("button[value=commit]").wait_for(timeout=120_000)
    studio.take(ilse, "list-checked")
    ilse.goto(registry + "who/")
    ilse.get_by_role("link", name="Begin to judge").click()
    ilse.locator("table.versus").wait_for()
    studio.take(ilse, "pair")
    shown = studio.running.one(
        "select h.number from registry_claim c join registry_household h on h.id = c.household_id "
        "join registry_consent a on a.person_id = h.head_id join registry_intention i on i.household_id = h.id "
        "where c.state = 'repossessed' or c.state = 'enforced' order by c.number limit 1"
    )
    ilse.goto(f"{registry}households/{shown}/")
    studio.take(ilse, "household")
    ilse.goto(f"{registry}intentions/{studio.running.one('select max(number) from registry_wave')}/")
    ilse.wait_for_timeout(3000)  # the map is drawn
    studio.take(ilse, "wave")
    ilse.goto(registry + "claims/")
    studio.take(ilse, "claims")


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("Chromium is not installed: apt-get install chromium")
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        running = Running(Path(home))
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            studio = Studio(running.start(), browser)
            if "registry" not in sys.argv[1:]:
                pictures(studio)
            registry_pictures(studio)
        finally:
            browser.close()
            running.stop()


if __name__ == "__main__":
    main()
