"""The guide to reading files names every error that a person can meet, every limit option and every setting."""

from __future__ import annotations

import re
from pathlib import Path

import wayhome
from wayhome.commands.read import command

PACKAGE = Path(wayhome.__file__).parent
GUIDE = (PACKAGE.parent.parent / "docs" / "reading-files.md").read_text(encoding="utf-8")


def test_every_error_code_is_explained() -> None:
    sources = [*(PACKAGE / "engines/reading/extract").glob("*.py"), *(PACKAGE / "core/sandbox").glob("*.py")]
    codes = {code for path in sources for code in re.findall(r'ReadingError\(\s*"([a-z_]+)"', path.read_text(encoding="utf-8"))}
    assert len(codes) > 25
    assert {code for code in codes if f"`{code}`" not in GUIDE} == set()
    explained = set(re.findall(r"`([a-z]+_?[a-z_]+)`", GUIDE.partition("## What cannot be read")[2].partition("## Limits")[0]))
    assert explained - codes == set(), "the guide explains codes that nothing raises"


def test_every_option_that_limits_is_named() -> None:
    options = {name for option in command.params for name in option.opts if name.startswith(("--max", "--time", "--memory"))}
    assert len(options) == 6
    assert {name for name in options if f"`{name}`" not in GUIDE} == set()


def test_every_setting_is_named() -> None:
    sources = [PACKAGE / "core/extractor.py", *(PACKAGE / "core/sandbox").glob("*.py")]
    names = {name for path in sources for name in re.findall(r'"(WAYHOME_[A-Z_]+)"', path.read_text(encoding="utf-8"))}
    assert names and {name for name in names if f"`{name}`" not in GUIDE} == set()
