"""Routes of gates and criteria, under `/p/<slug>/places/`."""

from django.urls import URLPattern, path, register_converter

from wayhome.places.views import criteria, gates


class KeyConverter:
    """The key of a rule: words and numbers with points and underscores."""

    regex = r"[a-z0-9_.]{1,80}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(KeyConverter, "rulekey")

urlpatterns: list[URLPattern] = [
    path("gates/", gates.board, name="gates"),
    path("gates.csv", gates.board_csv, name="gates_csv"),
    path("gates/kinds/", gates.kinds, name="gate_kinds"),
    path("gates/kinds/needs/<int:pk>/word/", gates.need_word, name="gate_need_word"),
    path("gates/decisions/<int:pk>/word/", gates.word, name="gate_word"),
    path("gates/decisions/<int:pk>/paper/", gates.paper, name="gate_paper"),
    path("gates/<int:pk>/<slug:kind>/", gates.gate, name="gate"),
    path("gates/<int:pk>/<slug:kind>/decide/", gates.decide, name="gate_decide"),
    path("gates/<int:pk>/<slug:kind>/works/", gates.works, name="gate_works"),
    path("criteria/", criteria.listing, name="criteria"),
    path("criteria.csv", criteria.listing_csv, name="criteria_csv"),
    path("criteria/<rulekey:key>/", criteria.criterion, name="criterion"),
]
