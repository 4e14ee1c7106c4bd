from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "wayhome.places"
    label = "places"

    def ready(self) -> None:
        from wayhome.core import audit_words
        from wayhome.places import logged, logged_works

        audit_words.register(logged.ACTIONS)
        audit_words.register(logged_works.ACTIONS)
