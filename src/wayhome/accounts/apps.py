from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "wayhome.accounts"
    label = "accounts"

    def ready(self) -> None:
        from wayhome.accounts import signals  # noqa: F401  (connects the receivers)
