"""Shared by the browser tests. Playwright's loop runs in the test's thread; Django's database is asked from it all the same."""

import os

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
