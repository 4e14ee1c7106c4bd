from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "wayhome.registry"
    label = "registry"

    def ready(self) -> None:
        from wayhome.core import audit_words
        from wayhome.registry import disputes, finding, gate_wishes, holding, logged, logged_claims, placing

        audit_words.register(logged.ACTIONS)
        audit_words.register(logged_claims.ACTIONS)
        placing.connect()
        finding.connect()
        holding.connect()
        gate_wishes.connect()
        disputes.connect()
        _fill_household_page()


def _fill_household_page() -> None:
    """Wishes and claims on the pages of households."""
    from wayhome.registry import sections
    from wayhome.registry.views import claims, intentions

    sections.register("household", "main", "registry/parts/household_intentions.html", intentions.shown_on_household, order=20)
    sections.register("household", "side", "registry/parts/household_claims.html", claims.shown_on_household, order=40)
    sections.register_wishes(intentions.adult_wishes)
