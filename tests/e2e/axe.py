"""What axe says against a page."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe


def faults(page: Any) -> list[str]:
    """Each rule of axe that the page breaks, with the first element that breaks it."""
    found = Axe().run(page).response
    assert found["passes"], "axe looked at nothing"
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in found["violations"]]
