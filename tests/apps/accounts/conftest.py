"""Rate limits count in the cache, which outlives a test: each test of accounts begins with an empty one."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def fresh_counters():
    cache.clear()
    yield
    cache.clear()
