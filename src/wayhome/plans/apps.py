from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "wayhome.plans"
    label = "plans"

    def ready(self) -> None:
        from wayhome.core import audit_words
        from wayhome.plans import logged

        audit_words.register(logged.ACTIONS)
