"""A small invented country for the tests of the matcher: hand-checkable, three scripts, one name used twice."""

from wayhome.engines.gazetteer import Index, Matcher, Name, Place

VELMAR, MESHUL_D, BORUN_D = 1, 2, 5
KUL, MESHUL, KUL_OF_BORUN, OLD_TAVREK, TAVREK, SARN_FORD, YUKARI = 3, 4, 6, 7, 8, 9, 10

PLACES = [
    Place(VELMAR, None, "country"),
    Place(MESHUL_D, VELMAR, "district"),
    Place(KUL, MESHUL_D, "settlement", 900),
    Place(MESHUL, MESHUL_D, "settlement", 3000),
    Place(BORUN_D, VELMAR, "district"),
    Place(KUL_OF_BORUN, BORUN_D, "settlement"),
    Place(OLD_TAVREK, BORUN_D, "settlement", 200),
    Place(TAVREK, BORUN_D, "settlement", 100),
    Place(SARN_FORD, BORUN_D, "settlement", 100),
    Place(YUKARI, MESHUL_D, "settlement"),
]
NAMES = [
    Name(VELMAR, "Velmar", "en"),
    Name(MESHUL_D, "Meshul District", "en"),
    Name(MESHUL_D, "Мешульский район", "ru"),
    Name(MESHUL_D, "Meşul rayonu", "az"),
    Name(KUL, "Kul", "en"),
    Name(KUL, "Куль", "ru"),
    Name(KUL, "Քուլ", "hy"),
    Name(KUL, "Oktyabr", "ru", "former", "1974"),
    Name(MESHUL, "Meshul", "en"),
    Name(MESHUL, "Мешул", "ru"),
    Name(BORUN_D, "Borun", "en"),
    Name(KUL_OF_BORUN, "Kul", "en"),
    Name(OLD_TAVREK, "Old Tavrek", "en"),
    Name(OLD_TAVREK, "Старый Таврек", "ru"),
    Name(TAVREK, "Tavrek", "en"),
    Name(SARN_FORD, "Sarn Ford", "en"),
    Name(YUKARI, "Yuxarı Sarıbulaq", "az"),
]


def matcher() -> Matcher:
    return Matcher(Index.build(PLACES, NAMES))
