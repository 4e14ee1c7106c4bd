"""Take the guide's pictures from the demo process, in a real browser.

WAYHOME_HOME=/tmp/pictures .venv/bin/wayhome demo --load-only
WAYHOME_HOME=/tmp/pictures .venv/bin/wayhome serve --port 8765 &
.venv/bin/python scripts/pictures.py http://127.0.0.1:8765 /tmp/pictures/demo-password
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
LEAD = "maren.odal@lirva.example"
WIDE = {"width": 1200, "height": 800}
PHONE = {"width": 390, "height": 780}
# name, address, what to do before the picture is taken
SHOTS: tuple[tuple[str, str, str], ...] = (
    ("today", "/p/lirva/", ""),
    ("letters", "/p/lirva/dialogue/letters/", ""),
    ("add", "/p/lirva/dialogue/letters/documents/add/", ""),
    ("review", "/p/lirva/dialogue/review/15/", ""),
    ("docket", "/p/lirva/dialogue/docket/", "pick"),
    ("ask", "/p/lirva/dialogue/docket/asks/1/", ""),
    ("commitments", "/p/lirva/dialogue/commitments/", ""),
    ("reply", "/p/lirva/dialogue/inbox/replies/new/?ask=1", ""),
    ("link", "/p/lirva/dialogue/links/new/?ask=7", ""),
    ("letter", "/p/lirva/outputs/letters/new/?ask=1&ask=2", "letter"),
    ("timeline", "/public/lirva/", ""),
    ("exchange", "/p/lirva/outputs/exchange/", ""),
)


def prepare(page: Page, what: str) -> None:
    if what == "pick":
        for box in page.locator("tbody input[type=checkbox]").all()[:2]:
            box.check()
    if what == "letter":
        page.locator("main form button.main").first.click()
        page.wait_for_load_state("networkidle")


def main(base: str, password_file: str) -> int:
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser_path is None:
        print("Chromium is not on this machine (Debian: apt-get install chromium).")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page(viewport=WIDE)
        page.goto(f"{base}/account/login/")
        page.screenshot(path=FOLDER / "log-in.png")
        page.fill("input[name=login]", LEAD)
        page.fill("input[name=password]", Path(password_file).read_text(encoding="ascii").strip())
        page.press("input[name=password]", "Enter")
        page.wait_for_load_state("networkidle")
        for name, address, what in SHOTS:
            page.goto(base + address)
            page.wait_for_load_state("networkidle")
            prepare(page, what)
            page.screenshot(path=FOLDER / f"{name}.png")
            print(name, page.title())
        page.set_viewport_size(PHONE)
        page.goto(f"{base}/p/lirva/dialogue/docket/")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=FOLDER / "docket-phone.png")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
