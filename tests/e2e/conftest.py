"""Shared by the browser tests: one Chromium, one installation that runs with the demo, windows of the people in it.

Playwright's loop runs in the test's thread; Django's database is asked from it all the same.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.conftest import PASSWORD
from tests.e2e.running import Running

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    """`wayhome demo` in a process of its own: gunicorn, the worker that reads, a data folder that is thrown away.

    While writing tests, WAYHOME_E2E_HOME names a folder that is kept, so that the demo is read once only.
    """
    kept = os.environ.get("WAYHOME_E2E_HOME")
    home = Path(kept) if kept else tmp_path_factory.mktemp("installation")
    home.mkdir(exist_ok=True)
    running = Running(home)
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.fixture(scope="session")
def chromium(playwright):
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def sessions():
    """Cookies of the people who logged in, so that each does it once."""
    return {}


def complains(said):
    """Whether a line of the console is a complaint; how fast a browser without a graphics card draws is none of the page's."""
    return said.type in {"error", "warning"} and "GL Driver Message" not in said.text


@pytest.fixture
def window(request, running, chromium, sessions):
    """`window("maren.odal@lirva.example", **options)`: a page in which she is logged in; without an address, a stranger's.

    `page.complaints` gathers what its console complains of.
    """
    opened = []
    request.node.pages = []

    def make(email=None, **options):
        options.setdefault("viewport", {"width": 1440, "height": 900})
        if email in sessions:
            options["storage_state"] = sessions[email]
        context = chromium.new_context(base_url=running.url, **options)
        opened.append(context)
        page = context.new_page()
        request.node.pages.append(page)
        page.complaints = []
        page.on(
            "console",
            lambda said: page.complaints.append(f"{page.url}: {said.text}") if complains(said) else None,
        )
        page.on("pageerror", lambda error: page.complaints.append(f"{page.url}: {error}"))
        page.set_default_timeout(15_000)
        if email and email not in sessions:
            page.goto("/account/login/")
            page.locator("[name=login]").fill(email)  # by name: the page may speak any language
            page.locator("[name=password]").fill(running.password)
            page.locator("main button[type=submit]").first.click()
            page.wait_for_url(lambda address: "/account/login/" not in address)
            sessions[email] = context.storage_state()
        return page

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def open_window(request, live_server, chromium):
    """`open_window(user, **options)`: a page on the test's own records in which the user is logged in; a stranger's without one.

    `page.complaints` gathers what its console complains of.
    """
    opened = []
    request.node.pages = []

    def make(user=None, **options):
        options.setdefault("viewport", {"width": 1440, "height": 900})
        context = chromium.new_context(base_url=live_server.url, **options)
        opened.append(context)
        page = context.new_page()
        request.node.pages.append(page)
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text) if complains(said) else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.set_default_timeout(15_000)
        if user is not None:
            page.goto("/account/login/")
            page.locator("[name=login]").fill(user.email)
            page.locator("[name=password]").fill(PASSWORD)
            page.locator("main button[type=submit]").first.click()
            page.wait_for_load_state()
        return page

    yield make
    for context in opened:
        context.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A picture of every open page when a test fails, in the folder that WAYHOME_E2E_PICTURES names."""
    outcome = yield
    report = outcome.get_result()
    folder = os.environ.get("WAYHOME_E2E_PICTURES")
    if folder and report.when == "call" and report.failed:
        for n, page in enumerate(getattr(item, "pages", [])):
            page.screenshot(path=str(Path(folder) / f"{item.name}-{n}.png"), full_page=True)
