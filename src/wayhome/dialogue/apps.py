from django.apps import AppConfig


class DialogueConfig(AppConfig):
    name = "wayhome.dialogue"
    label = "dialogue"
