"""Spark finds the same candidates as the database in process, so it makes the same clusters."""

from __future__ import annotations

import shutil

import pytest

from wayhome.engines.linking.run import run
from wayhome.engines.linking.types import LinkingData, Params

pytestmark = pytest.mark.slow


def test_both_backends_make_the_same_clusters(rows, places):
    pytest.importorskip("pyspark", reason="needs the extra: pip install 'wayhome[spark]'")
    if shutil.which("java") is None:
        pytest.skip("needs a Java run time (Debian: openjdk-17-jre-headless)")
    here = run(LinkingData(rows, places))
    there = run(LinkingData(rows, places), params=Params(backend="spark"))
    assert there.person.tolist() == here.person.tolist()
    assert there.pairs.probability.tolist() == here.pairs.probability.tolist()
    assert there.report["blocking_pairs"] == here.report["blocking_pairs"]
