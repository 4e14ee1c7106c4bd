from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "wayhome.plans"
    label = "plans"

    def ready(self) -> None:
        from wayhome.core import audit_words
        from wayhome.plans import gate_counts, logged
        from wayhome.plans.actions import alerts

        audit_words.register(logged.ACTIONS)
        alerts.connect()
        gate_counts.connect()
