from django.apps import AppConfig


class OutputsConfig(AppConfig):
    name = "wayhome.outputs"
    label = "outputs"
