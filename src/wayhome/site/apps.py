from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "wayhome.site"
    label = "site"
