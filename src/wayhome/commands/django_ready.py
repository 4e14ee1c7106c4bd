"""Start Django for a command that needs the database; commands that do not stay fast without it."""

from __future__ import annotations

import os


def start() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wayhome.site.settings")
    import django

    django.setup()
