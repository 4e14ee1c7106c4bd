from django.apps import AppConfig


class DialogueConfig(AppConfig):
    name = "wayhome.dialogue"
    label = "dialogue"

    def ready(self) -> None:
        from wayhome.dialogue import (
            arrivals,  # noqa: F401
            search,
            signals,  # noqa: F401
        )

        search.connect()
