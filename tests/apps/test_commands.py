"""Commands as an operator runs them: in a process of their own, with a data folder of their own, on an SQLite file."""

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from wayhome.cli import main

WRITERS = """
import threading
from django.db import connections, transaction
from wayhome.core import audit
from wayhome.core.actors import SYSTEM

problems = []

def write(who):
    try:
        for n in range(25):
            with transaction.atomic():
                audit.record("test.step", actor=SYSTEM, detail={"who": who, "n": n})
    except Exception as problem:
        problems.append(repr(problem))
    finally:
        connections.close_all()

threads = [threading.Thread(target=write, args=(who,)) for who in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not problems, problems
"""


class Installation:
    """A data folder and the command line that works on it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "WAYHOME_SECRET_KEY"}}
        self.environment = {**kept, "WAYHOME_HOME": str(home), "DJANGO_SETTINGS_MODULE": "wayhome.site.settings"}

    def python(self, *arguments, text=""):
        return subprocess.run(
            [sys.executable, *arguments],
            check=False,
            env=self.environment,
            input=text,
            capture_output=True,
            text=True,
            timeout=120,
            cwd=self.home,
        )

    def wayhome(self, *arguments, text=""):
        return self.python("-m", "wayhome.cli", *arguments, text=text)

    def sql(self, *statements):
        """Change the database as somebody does who has the file: triggers dropped first."""
        connection = sqlite3.connect(self.home / "wayhome.sqlite3")
        for name in ("no_update", "no_delete", "no_replace"):
            connection.execute(f"DROP TRIGGER IF EXISTS core_auditentry_{name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    home = tmp_path_factory.mktemp("installation")
    place = Installation(home)
    assert place.python("-m", "wayhome.manage", "migrate", "-v0").returncode == 0
    shell = place.python("-c", f"import django; django.setup()\n{WRITERS}")
    assert shell.returncode == 0, shell.stderr
    return place


@pytest.fixture
def installation(migrated, tmp_path):
    """A copy of an installation in whose log four threads have written 25 entries each, at the same time."""
    source = sqlite3.connect(migrated.home / "wayhome.sqlite3")
    target = sqlite3.connect(tmp_path / "wayhome.sqlite3")
    source.backup(target)
    source.close()
    target.close()
    return Installation(tmp_path)


def test_a_log_written_by_four_threads_is_whole(installation):
    done = installation.wayhome("audit", "verify")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("100 entries checked, none altered, removed or moved.")
    noted = done.stdout.strip().splitlines()[-1]
    assert re.fullmatch(r"100:[0-9a-f]{64}", noted)
    assert installation.wayhome("audit", "verify", "--expect", noted).returncode == 0


def test_altered_removed_and_exchanged_entries_are_each_named(installation):
    installation.sql(
        "DELETE FROM core_auditentry WHERE seq = 1",
        "UPDATE core_auditentry SET actor_label = 'somebody else' WHERE seq = 7",
        "UPDATE core_auditentry SET seq = -1 WHERE seq = 30",
        "UPDATE core_auditentry SET seq = 30 WHERE seq = 60",
        "UPDATE core_auditentry SET seq = 60 WHERE seq = -1",
        """UPDATE core_auditentry SET detail = '{"who": 9}' WHERE seq = 40""",
        "DELETE FROM core_auditentry WHERE seq = 80",
        "DELETE FROM core_auditentry WHERE seq = 100",
    )
    done = installation.wayhome("audit", "verify")
    assert done.returncode == 1
    named = dict(re.findall(r"^entry (\d+): (\w+)", done.stdout, re.M))
    assert named["1"] == named["80"] == named["100"] == "removed"
    assert named["7"] == named["40"] == "altered"
    assert {"30", "60"} <= set(named)
    # the neighbours of an exchanged entry may be named too, because they no longer continue it; nothing else is
    assert set(named) <= {"1", "7", "30", "31", "40", "60", "61", "80", "100"}, done.stdout


def test_a_log_rewritten_from_an_entry_on_is_found_by_the_digest_noted_earlier(installation):
    noted = installation.wayhome("audit", "verify").stdout.strip().splitlines()[-1]
    rewrite = installation.python(
        "-c",
        "import django; django.setup()\n"
        "from wayhome.core import append_only, audit\nfrom django.db import connection\n"
        "from wayhome.core.models import AuditEntry, AuditHead\n"
        "append_only.remove(connection)\n"
        "previous = AuditEntry.objects.get(seq=89).digest\n"
        "for entry in AuditEntry.objects.filter(seq__gte=90).order_by('seq'):\n"
        "    entry.detail, entry.previous = {'forged': True}, previous\n"
        "    entry.digest = previous = audit._digest(audit._fields(entry))\n"
        "    entry.save()\n"
        "AuditHead.objects.update(digest=previous)\n",
    )
    assert rewrite.returncode == 0, rewrite.stderr
    assert installation.wayhome("audit", "verify").returncode == 0, "a chain forged to its end is whole in itself"
    done = installation.wayhome("audit", "verify", "--expect", noted)
    assert done.returncode == 1 and "entry 100: replaced" in done.stdout


def test_the_secret_key_is_readable_by_its_owner_alone(installation):
    installation.wayhome("user", "list")
    key = installation.home / "secret.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_text()) > 50


@pytest.fixture
def run(db):
    """`run("user", "list")` is the command in this process, on the database of the test."""

    def invoke(*arguments, text=None):
        return CliRunner().invoke(main, list(arguments), input=text)

    return invoke


def test_accounts_and_processes_from_the_command_line(run):
    made = run("process", "add", "lirva", "--name", "Return to the Lirva Valley", "--calendar", "ch")
    assert made.exit_code == 0, made.output
    assert "It has no lead yet" in made.output
    added = run("user", "add", "Ilse@Example.org", "--name", "Ilse Marr", "--process", "lirva", "--role", "process_lead")
    assert "Account ilse@example.org made. Process lead of Return to the Lirva Valley." in added.output
    assert re.search(r"http://127\.0\.0\.1:8000/account/password/reset/key/\S+/", added.output)
    typed = run("user", "add", "b@example.org", "--name", "B", "--administrator", "--password-stdin", text="a-long-pass-phrase\n")
    assert typed.exit_code == 0 and "reset/key" not in typed.output
    listed = run("user", "list").output.splitlines()
    assert listed[0].split("\t") == ["b@example.org", "B", "open, password only, administrator of the installation", "no process"]
    assert listed[1].split("\t")[2:] == ["open, no password yet", "lirva: process_lead"]
    assert run("process", "list").output.split("\t")[:3] == ["lirva", "Return to the Lirva Valley", "1 members"]
    assert run("user", "password", "ilse@example.org", "--stdin", text="another-long-one-here\n").exit_code == 0
    assert run("user", "close", "b@example.org").exit_code == 0
    assert "closed" in run("user", "list").output
    assert run("user", "unlock", "b@example.org", "--second-factor").output.endswith("0 second factors removed.\n")
    assert run("audit", "verify").exit_code == 0


def test_a_lost_second_factor_is_removed_and_logged(run, lead):
    from allauth.mfa.models import Authenticator

    from wayhome.core.models import AuditEntry

    Authenticator.objects.create(user=lead, type="totp", data={"secret": "x"})
    assert "1 second factors removed." in run("user", "unlock", lead.email, "--second-factor").output
    assert not Authenticator.objects.exists()
    entry = AuditEntry.objects.get(action="account.second_factor_removed")
    assert (entry.via, entry.detail["number"]) == ("cli", 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["user", "add", "no-mail", "--name", "X"], "is not an e-mail address"),
        (["user", "add", "x@example.org", "--name", "X", "--process", "nowhere"], "There is no process nowhere"),
        (["user", "password", "x@example.org"], "No account has the e-mail"),
        (["user", "add", "x@example.org", "--name", "X", "--password-stdin"], "at least 12 characters"),
        (["process", "add", "Two Words", "--name", "X"], "is no short name"),
        (["process", "add", "two", "--name", "X", "--calendar", "QQ"], "No calendar is known for QQ"),
        (["process", "add", "two", "--name", "X", "--language", "xx"], "xx is none of"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_made(run, arguments, words):
    from wayhome.accounts.models import Process, User

    done = run(*arguments, text="short\n")
    assert done.exit_code == 1 and words in done.output and "Traceback" not in done.output
    assert not User.objects.exists() and not Process.objects.exists()
