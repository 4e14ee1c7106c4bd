"""The audit log: an altered, removed or moved entry is found and named."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, connections, transaction

from wayhome.core import append_only, audit
from wayhome.core.actors import SYSTEM
from wayhome.core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def log():
    with transaction.atomic():
        for n in range(10):
            audit.record("test.step", actor=SYSTEM, detail={"n": n})


@pytest.fixture
def open_log(log):
    """The log as somebody finds it who owns the database and has dropped the triggers."""
    append_only.remove(connection)


def test_a_whole_chain_has_no_fault(log):
    assert list(audit.verify()) == []


def test_an_altered_entry_is_named(open_log):
    AuditEntry.objects.filter(seq=4).update(detail={"n": 99})
    assert [(f.seq, f.problem.split(":")[0]) for f in audit.verify()] == [(4, "altered")]


def test_a_removed_entry_is_named(open_log):
    AuditEntry.objects.filter(seq=6).delete()
    assert [(f.seq, f.problem.split(":")[0]) for f in audit.verify()] == [(6, "removed")]


def test_an_entry_cut_off_at_the_end_is_named(open_log):
    AuditEntry.objects.filter(seq=10).delete()
    assert [(f.seq, f.problem.split(":")[0]) for f in audit.verify()] == [(10, "removed")]


def test_two_entries_exchanged_are_named(open_log):
    a, b = AuditEntry.objects.get(seq=3), AuditEntry.objects.get(seq=5)
    AuditEntry.objects.filter(seq__in=[3, 5]).delete()
    a.seq, b.seq = 5, 3
    a.save(force_insert=True)
    b.save(force_insert=True)
    assert {f.seq for f in audit.verify()} >= {3, 5}


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded():
    with pytest.raises(RuntimeError, match="transaction"):
        audit.record("test.step", actor=SYSTEM)


def test_the_database_refuses_to_change_or_delete_an_entry(log):
    assert append_only.installed(connection)
    for step in (
        lambda: AuditEntry.objects.filter(seq=4).update(detail={"n": 99}),
        lambda: AuditEntry.objects.filter(seq=4).delete(),
        lambda: connection.cursor().execute("DELETE FROM core_auditentry"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            step()
    assert list(audit.verify()) == []


def test_the_triggers_come_back_after_a_migration(log):
    from django.core.management import call_command

    append_only.remove(connection)
    assert not append_only.installed(connection)
    call_command("migrate", verbosity=0)
    assert append_only.installed(connection)


@pytest.mark.postgres
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite's turn, on a file as in use, is in tests/apps/test_commands.py"
)
@pytest.mark.django_db(transaction=True)
def test_four_writers_at_once_leave_one_unbroken_chain():
    errors = []

    def write(who):
        try:
            for n in range(25):
                with transaction.atomic():
                    audit.record("test.step", actor=SYSTEM, detail={"who": who, "n": n})
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert list(AuditEntry.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 101))
    assert list(audit.verify()) == []


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_undone_leaves_no_entry():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.record("test.step", actor=SYSTEM)
        _ = 1 / 0
    assert not AuditEntry.objects.exists()
    assert list(audit.verify()) == []
