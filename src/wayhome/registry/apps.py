from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "wayhome.registry"
    label = "registry"

    def ready(self) -> None:
        from wayhome.core import audit_words
        from wayhome.registry import logged, logged_claims, placing

        audit_words.register(logged.ACTIONS)
        audit_words.register(logged_claims.ACTIONS)
        placing.connect()
