from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "wayhome.accounts"
    label = "accounts"

    def ready(self) -> None:
        from wayhome.accounts import signals, words  # noqa: F401  (signals connects the receivers)
        from wayhome.core import audit_words

        audit_words.register(words.ACTIONS)
