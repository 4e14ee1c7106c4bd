from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PlacesConfig(AppConfig):
    name = "wayhome.places"
    label = "places"

    def ready(self) -> None:
        from wayhome.core import audit_words
        from wayhome.places import criteria, gate_measures, logged, logged_gates, logged_works, presence_words, readiness_measures

        audit_words.register(logged.ACTIONS)
        audit_words.register(logged_works.ACTIONS)
        audit_words.register(logged_gates.ACTIONS)
        gate_measures.register()
        post_migrate.connect(criteria.load_after_migrate, sender=self, dispatch_uid="criteria")
        readiness_measures.register()
        presence_words.connect()
