"""`wayhome read`, as a person and as a program call it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.engines.reading.extract import samples

from wayhome.commands.sizes import Size, shown_name, visible

WAYHOME = [sys.executable, "-c", "from wayhome.cli import main; main(prog_name='wayhome')"]


def wayhome(*arguments: str | bytes | Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith(("WAYHOME_", "DJANGO_"))}
    return subprocess.run(
        [*WAYHOME, *arguments], cwd=folder, capture_output=True, text=True, env=own | environment, timeout=120, check=False
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("read")
    (folder / "letter.txt").write_text(samples.LETTER + "\u2028A line separator.", encoding="utf-8")
    (folder / "locked.pdf").write_bytes(samples.encrypted_pdf(b"x"))
    (folder / "mail.eml").write_bytes(samples.letter_mail())
    (folder / "evil\x1b]0;owned\x07\u202etxt.<script>.txt").write_text("We ask you to reply.", encoding="utf-8")
    (folder / os.fsdecode(b"latin-\xe9.txt")).write_text("We ask you to reply.\x1b[2J", encoding="utf-8")
    return folder


def test_json_lines_in_order_with_errors_between(folder: Path) -> None:
    evil = next(path.name for path in folder.iterdir() if "script" in path.name)
    odd = os.fsdecode(b"latin-\xe9.txt")
    done = wayhome("read", "--json", "letter.txt", "locked.pdf", "missing.txt", "mail.eml", evil, odd, folder=folder)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert done.stdout.isascii(), "a raw U+2028 breaks line readers"
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["file"] for row in rows] == [
        "letter.txt", "locked.pdf", "missing.txt", "mail.eml", "mail.eml!annexe – été.pdf", "mail.eml!Earlier letter.eml", evil, "latin-\\xe9.txt",
    ]  # fmt: skip
    assert [row.get("code") for row in rows] == [None, "encrypted", "not_found", None, None, None, None, None]
    letter = rows[0]
    assert letter["text"] == samples.LETTER + "\u2028A line separator."
    assert letter["sha256"] == hashlib.sha256((folder / "letter.txt").read_bytes()).hexdigest()
    assert letter["media_type"] == "text/plain" and letter["language"] == "en"
    assert letter["asks"] and all(ask["quote"] == letter["text"][ask["start"] : ask["end"]] for ask in letter["asks"])
    assert set(rows[1]) == {"file", "sha256", "error", "code", "remedy"}
    assert "password" in rows[1]["error"] and rows[1]["remedy"]
    again = wayhome(
        "read", "--json", "--jobs", "2", "letter.txt", "locked.pdf", "missing.txt", "mail.eml", evil, odd, folder=folder
    )
    assert again.stdout == done.stdout, "the same files give the same lines, whatever the number of jobs"


def test_for_a_person(folder: Path) -> None:
    evil = next(path.name for path in folder.iterdir() if "script" in path.name)
    odd = os.fsdecode(b"latin-\xe9.txt")
    done = wayhome("read", "letter.txt", "locked.pdf", evil, odd, folder=folder)
    assert done.returncode == 1
    assert "open the road" in done.stdout and "Not read: The PDF is protected by a password." in done.stdout
    assert "\x1b" not in done.stdout and "\x07" not in done.stdout and "\u202e" not in done.stdout
    assert "\\x1b]0;owned\\x07\\u202etxt" in done.stdout


def test_limits_are_the_callers(folder: Path) -> None:
    assert wayhome("read", "letter.txt", folder=folder).returncode == 0
    done = wayhome("read", "--json", "--max-bytes", "100B", "--time-limit", "30", "letter.txt", folder=folder)
    row = json.loads(done.stdout)
    assert row["code"] == "too_large" and "100 bytes" in row["error"]
    assert wayhome("read", "--max-bytes", "much", "letter.txt", folder=folder).returncode == 2
    assert wayhome("read", folder=folder).returncode == 2


def test_reading_loads_no_web_framework_and_no_model_in_the_caller(folder: Path) -> None:
    code = (
        "import sys\nfrom wayhome.cli import main\n"
        "try:\n    main(['read', '--json', 'locked.pdf'])\nexcept SystemExit as end:\n    assert end.code == 1\n"
        "print([name for name in ('django', 'spacy', 'httpx', 'trafilatura', 'pypdfium2', 'rich') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr.strip() == "[]"


def test_help_names_every_command_without_loading_any() -> None:
    code = (
        "import sys\nfrom wayhome import cli\n"
        "try:\n    cli.main(['--help'])\nexcept SystemExit:\n    pass\n"
        "assert not [name for name in sys.modules if name.startswith(('wayhome.commands', 'django'))]\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    from wayhome.cli import COMMANDS, main

    for name in COMMANDS:
        assert name in done.stdout
        assert main.get_command(None, name) is not None  # type: ignore[arg-type]


@pytest.mark.parametrize(("written", "size"), [("300", 300), ("50MB", 50 * 1024**2), ("1.5 g", 3 * 1024**3 // 2), ("2kb", 2048)])
def test_sizes(written: str, size: int) -> None:
    assert Size().convert(written, None, None) == size


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("letter.txt", "letter.txt"),
        ("é Ж ا .txt", "é Ж ا .txt"),
        ("a\x1b[31m\r\n\t\x9b", "a\\x1b[31m\\r\\n\\t\\x9b"),
        ("a\u202e\u2066\u200b\ufeff", "a\\u202e\\u2066\\u200b\\ufeff"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_names_cannot_steer_the_terminal(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert shown_name(text) == shown
