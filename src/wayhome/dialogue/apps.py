from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DialogueConfig(AppConfig):
    name = "wayhome.dialogue"
    label = "dialogue"

    def ready(self) -> None:
        from wayhome.core import audit_words
        from wayhome.dialogue import (
            arrivals,  # noqa: F401
            gate_grounds,
            instruments,
            logged,
            search,
            signals,  # noqa: F401
        )

        audit_words.register(logged.ACTIONS)
        for kind, find in logged.RESTRICTED.items():
            audit_words.keep_back(kind, find)
        search.connect()
        gate_grounds.connect()
        post_migrate.connect(instruments.load_after_migrate, sender=self, dispatch_uid="instruments")
