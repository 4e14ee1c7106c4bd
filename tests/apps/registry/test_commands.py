"""`wayhome keys rewrap` and `wayhome registry retention`."""

from datetime import date

import pytest
from click.testing import CliRunner

from tests.registry_factories import Register
from wayhome.commands import keys, registry
from wayhome.core.actors import SYSTEM
from wayhome.registry.actions import documents, retention
from wayhome.registry.models import Household, Person
from wayhome.registry.sealing import Sealer

pytestmark = pytest.mark.django_db


def run(command, *arguments):
    done = CliRunner().invoke(command, arguments)
    return done.exit_code, done.output


def test_the_keys_move_to_a_new_master_key(process, settings, tmp_path):
    settings.MASTER_KEY_FILE = tmp_path / "old.key"
    tamar = Register(process).person()
    number = documents.add(person=tamar, actor=SYSTEM, number="ZZ 987654").number
    settings.MASTER_KEY_FILE, settings.OLD_MASTER_KEY_FILES = tmp_path / "new.key", []
    code, output = run(keys.command, "rewrap")
    assert code == 1 and "WAYHOME_OLD_MASTER_KEY_FILES" in output
    settings.OLD_MASTER_KEY_FILES = [str(tmp_path / "gone.key")]
    code, output = run(keys.command, "rewrap")
    assert code == 1 and "gone.key" in output and "Nothing was changed" in output
    settings.OLD_MASTER_KEY_FILES = [str(tmp_path / "old.key")]
    code, output = run(keys.command, "rewrap")
    assert code == 0 and output.startswith("1 keys wrapped")
    settings.OLD_MASTER_KEY_FILES = []
    assert Sealer(process).decrypt(number, tamar.uid) == "ZZ 987654"


def test_records_past_their_period_are_listed_or_erased(process):
    Register(process).household()
    Household.objects.update(registered_on=date(2015, 3, 1))
    code, output = run(registry.command, "retention", "--process", "lirva")
    assert code == 0 and "lirva: 4 past their period, 0 erased" in output and "P-001: last confirmed 2015-03-01" in output
    retention.choose(process=process, actor=SYSTEM, retention_deletes=True)
    assert "0 erased" in run(registry.command, "retention", "--dry-run")[1]
    assert "4 erased" in run(registry.command, "retention")[1] and not Person.objects.exists()
    code, output = run(registry.command, "retention", "--process", "nowhere")
    assert code == 1 and "no process" in output
