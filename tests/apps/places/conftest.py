"""A few areas of the invented Lirva Valley, made as an import makes them."""

import pytest

from wayhome.places.models import Area, AreaName


class Valley:
    """`valley.kul`, `valley.meshul_district` ...; `valley.add(...)` makes another area with names."""

    def __init__(self, process):
        self.process = process
        self.velmar = self.add("VM", "adm0", 0, None, ("Velmar", "en"))
        self.meshul_district = self.add(
            "VM01", "adm2", 2, self.velmar, ("Meshul District", "en"), ("Мешульский район", "ru"), ("Meşul rayonu", "az")
        )
        self.borun_district = self.add("VM02", "adm2", 2, self.velmar, ("Borun", "en"))
        self.kul = self.add(
            "VM0101", "settlement", 5, self.meshul_district, ("Kul", "en"), ("Куль", "ru"), ("Քուլ", "hy", "local")
        )
        AreaName.objects.create(
            area=self.kul, process=process, text="Октябрь", language="ru", kind="former", valid_from="1931", valid_to="1974"
        )
        self.other_kul = self.add("VM0201", "settlement", 5, self.borun_district, ("Kul", "en"))
        self.tavrek = self.add("VM0202", "settlement", 5, self.borun_district, ("Old Tavrek", "en"), ("Старый Таврек", "ru"))

    def add(self, code, kind, level, parent, *names):
        area = Area.objects.create(process=self.process, code=code, kind=kind, level=level, parent=parent)
        for text, language, *rest in names:
            AreaName.objects.create(
                area=area, process=self.process, text=text, language=language, kind=rest[0] if rest else "official"
            )
        return area


@pytest.fixture
def valley(process):
    return Valley(process)
