"""The audit log: an altered, removed or moved entry is found and named."""

from __future__ import annotations

import pytest
from django.db import transaction

from wayhome.core import audit
from wayhome.core.actors import SYSTEM
from wayhome.core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def log():
    with transaction.atomic():
        for n in range(10):
            audit.record("test.step", actor=SYSTEM, detail={"n": n})


def test_a_whole_chain_has_no_fault(log):
    assert list(audit.verify()) == []


def test_an_altered_entry_is_named(log):
    AuditEntry.objects.filter(seq=4).update(detail={"n": 99})
    assert [(f.seq, f.problem.split(":")[0]) for f in audit.verify()] == [(4, "altered")]


def test_a_removed_entry_is_named(log):
    AuditEntry.objects.filter(seq=6).delete()
    assert [(f.seq, f.problem.split(":")[0]) for f in audit.verify()] == [(6, "removed")]


def test_an_entry_cut_off_at_the_end_is_named(log):
    AuditEntry.objects.filter(seq=10).delete()
    assert [(f.seq, f.problem.split(":")[0]) for f in audit.verify()] == [(10, "removed")]


def test_two_entries_exchanged_are_named(log):
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
