"""The documents name every setting and every command."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_setting_is_documented():
    found = set()
    for path in (ROOT / "src").rglob("*.py"):
        found |= set(re.findall(r"[\"'](WAYHOME_[A-Z_]+)[\"']", path.read_text(encoding="utf-8")))
    words = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    assert sorted(name for name in found if name not in words) == []


def test_every_command_is_documented():
    from wayhome.cli import COMMANDS

    words = "".join(path.read_text(encoding="utf-8") for path in [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"])
    assert sorted(name for name in COMMANDS if f"wayhome {name}" not in words) == []
