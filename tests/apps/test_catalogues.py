"""Every word of the interface is in every catalogue; what a machine translated says so; nothing is stale."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from wayhome.site import catalogues

ROOT = Path(__file__).resolve().parents[2]


def test_five_languages_beside_english_are_complete():
    rows = {row.language: row for row in catalogues.completeness()}
    assert set(rows) == {"fr", "ru", "az", "hy", "ar"}
    assert {row.language: row.messages - row.translated for row in rows.values()} == dict.fromkeys(rows, 0)
    assert min(row.messages for row in rows.values()) > 1500


@pytest.mark.parametrize("path", catalogues.catalogues(), ids=lambda path: path.parent.parent.name)
def test_placeholders_stand_in_every_translation(path):
    sys.path.insert(0, str(ROOT / "scripts"))
    from translations import faults

    with path.open("rb") as handle:
        catalogue = read_po(handle, locale=path.parent.parent.name)
    found = []
    for message in catalogue:
        if not message.id:
            continue
        source, plural = message.id if isinstance(message.id, (tuple, list)) else (message.id, None)
        forms = message.string if isinstance(message.string, (tuple, list)) else [message.string]
        found += [f"{source!r}: {problem}" for form in forms for problem in faults(source, plural, form)]
    assert found == []


def test_no_catalogue_is_stale(tmp_path):
    if shutil.which("xgettext") is None:
        pytest.skip("GNU gettext is not on this machine: install it (Debian: gettext) to see whether a catalogue is stale")
    import os

    environment = {**os.environ, "WAYHOME_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "wayhome.site.settings"}
    command = [sys.executable, "-m", "wayhome.cli", "messages", "--check"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("word", ["Any", "Split", "Standing"])
def test_a_word_with_several_meanings_says_which(word):
    """One English word, several in other languages: each place in the dialogue room and the accounts names its own."""
    bare = re.compile(rf"""(?:translate\s+|[^p]gettext(?:_lazy)?\(|\b_\()["']{word}["'](?!\s+context)""")
    places = [ROOT / "src" / "wayhome" / room for room in ("accounts", "dialogue", "outputs", "site")]
    files = [path for place in places for kind in ("*.py", "*.html") for path in place.rglob(kind)]
    assert [path.name for path in files if bare.search(path.read_text(encoding="utf-8"))] == []
