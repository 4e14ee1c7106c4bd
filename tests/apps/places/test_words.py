"""Words of the room: every reason, band and action has them; the vendored files are those of the list."""

import re
import subprocess
import sys
from pathlib import Path

from wayhome.engines.gazetteer import Reason, explain
from wayhome.places import logged, logged_gates, logged_works, reasons

ROOT = Path(__file__).resolve().parents[3]


def test_every_reason_of_the_engine_has_a_sentence_here_with_the_same_params():
    assert reasons.SENTENCES.keys() == explain.SENTENCES.keys()
    for code, sentence in explain.SENTENCES.items():
        assert set(re.findall(r"{(\w+)}", sentence)) == set(re.findall(r"%\((\w+)\)s", str(reasons.SENTENCES[code]))), code


def test_a_reason_in_words():
    assert reasons.in_words(Reason("former_name", {"name": "Oktyabr", "until": "1974"})) == "former name Oktyabr, until 1974"


def test_every_action_that_is_logged_has_words():
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/wayhome/places").rglob("*.py"))
    used = set(re.findall(r'audit\.record\(\s*"([a-z_.]+)"', source))
    said = logged.ACTIONS.keys() | logged_gates.ACTIONS.keys() | logged_works.ACTIONS.keys()
    assert used and used <= said


def test_vendored_files_are_as_listed():
    done = subprocess.run([sys.executable, "scripts/vendor.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
