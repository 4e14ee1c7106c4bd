"""How invented names, held as sounds, are written: each list of a world draws its own habits, sound by sound.

A sound is one character: vowels `a ä e i ı o ö u ü` and long `ā ī ū`; consonants as Latin has them, and `š ž č ǰ c ʒ x ğ q θ ð ṣ ṭ ḍ ẓ ḥ ʿ`, ejectives
`ṗ ť ḱ ċ ç` (p' t' k' ch' ts'). For each script a table gives the ways a sound is written; the first is the standard's."""

from __future__ import annotations

import random
import unicodedata

VOWELS = "aäeiıoöuüāīū"
SHORT = "aäeiıu"
CONSONANTS = "bpvfwmnlrtdszšžčǰcʒkgqxğhyθðṣṭḍẓḥʿṗťḱċç"

_LATIN = {
    "ä": "ə a e ä",
    "ı": "ı y i e",
    "ö": "ö o oe",
    "ü": "ü u y",
    "ā": "ā a aa",
    "ī": "ī i ee",
    "ū": "ū u oo ou",
    "i": "i i i y",
    "u": "u u u ou",
    "o": "o o o u",
    "e": "e e e ye",
    "y": "y y j i",
    "ž": "ž zh j z",
    "x": "kh x h ḵ ch",
    "h": "h h h -",
    "c": "ts c tz",
    "č": "č ch ç tch tsch",
    "š": "š sh ş ch sch sz",
    "ǰ": "j c dj dzh dž g",
    "ʒ": "dz z ż",
    "ğ": "gh ğ g ġ",
    "q": "q k g",
    "w": "w v ou u",
    "ʿ": "ʿ ' - - a",
    "θ": "th t ṯ s",
    "ð": "dh d z",
    "ṣ": "ṣ s",
    "ḍ": "ḍ d",
    "ṭ": "ṭ t",
    "ẓ": "ẓ z dh",
    "ḥ": "ḥ h h kh",
    "v": "v v w",
    "k": "k k c",
    "f": "f f ph",
    "ṗ": "p' p p",
    "ť": "t' t t",
    "ḱ": "k' k q",
    "ċ": "č' ch č",
    "ç": "ts' ts c",
}
_CYRILLIC = {
    "a": "а",
    "b": "б",
    "v": "в",
    "g": "г г ґ ҝ",
    "d": "д",
    "e": "е э є",
    "ž": "ж",
    "z": "з",
    "i": "и і и",
    "k": "к",
    "l": "л",
    "m": "м",
    "n": "н",
    "o": "о",
    "p": "п",
    "r": "р",
    "s": "с",
    "t": "т",
    "u": "у",
    "f": "ф",
    "x": "х х къ",
    "c": "ц ц тс",
    "č": "ч",
    "š": "ш ш щ",
    "ä": "ә а э я",
    "ı": "ы и",
    "ö": "ө о ё",
    "ü": "ү у ю",
    "y": "й ј",
    "h": "х г һ",
    "ğ": "ғ г",
    "q": "қ к г гъ",
    "ǰ": "дж ж ҹ џ ҷ",
    "ʒ": "дз з",
    "w": "в у",
    "ʿ": "- - а ъ",
    "θ": "т с ф",
    "ð": "д з",
    "ṣ": "с",
    "ḍ": "д",
    "ṭ": "т",
    "ẓ": "з",
    "ḥ": "х г ҳ",
    "ā": "а",
    "ī": "и і",
    "ū": "у",
    "ṗ": "п",
    "ť": "т",
    "ḱ": "к",
    "ċ": "ч",
    "ç": "ц",
}
_ARMENIAN = {
    "a": "ա",
    "b": "բ պ",
    "g": "գ կ",
    "d": "դ տ",
    "e": "ե է",
    "z": "զ",
    "ı": "ը ի",
    "t": "տ թ դ",
    "ž": "ժ",
    "i": "ի",
    "l": "լ",
    "x": "խ",
    "c": "ց ծ",
    "k": "կ ք գ",
    "h": "հ",
    "ʒ": "ձ ծ",
    "ğ": "ղ",
    "č": "չ ճ",
    "m": "մ",
    "y": "յ",
    "n": "ն",
    "š": "շ",
    "o": "ո օ",
    "p": "պ փ բ",
    "ǰ": "ջ ճ",
    "r": "ր ռ",
    "s": "ս",
    "v": "վ ւ",
    "u": "ու",
    "f": "ֆ փ",
    "q": "ք կ ղ",
    "ä": "ա ե է",
    "ö": "օ էօ յո",
    "ü": "ու իւ յու",
    "w": "վ ու",
    "ʿ": "-",
    "θ": "թ",
    "ð": "դ",
    "ṣ": "ս",
    "ḍ": "դ",
    "ṭ": "տ թ",
    "ẓ": "զ",
    "ḥ": "հ խ",
    "ā": "ա",
    "ī": "ի",
    "ū": "ու",
    "ṗ": "պ",
    "ť": "տ",
    "ḱ": "կ",
    "ċ": "ճ",
    "ç": "ծ",
}
_GEORGIAN = {
    "a": "ა",
    "b": "ბ",
    "g": "გ",
    "d": "დ",
    "e": "ე",
    "v": "ვ",
    "z": "ზ",
    "t": "თ ტ",
    "i": "ი",
    "k": "ქ კ",
    "l": "ლ",
    "m": "მ",
    "n": "ნ",
    "o": "ო",
    "p": "ფ პ",
    "ž": "ჟ",
    "r": "რ",
    "s": "ს",
    "u": "უ",
    "ğ": "ღ გ",
    "q": "ყ კ გ",
    "š": "შ",
    "č": "ჩ ჭ",
    "c": "ც წ",
    "ʒ": "ძ",
    "x": "ხ",
    "ǰ": "ჯ",
    "h": "ჰ ხ -",
    "f": "ფ",
    "y": "ი ჲ -",
    "ı": "ი უ",
    "ä": "ა ე",
    "ö": "ო",
    "ü": "უ იუ",
    "w": "ვ უ",
    "ʿ": "-",
    "θ": "თ",
    "ð": "დ",
    "ṣ": "ს",
    "ḍ": "დ",
    "ṭ": "ტ",
    "ẓ": "ზ",
    "ḥ": "ჰ ხ",
    "ā": "ა",
    "ī": "ი",
    "ū": "უ",
    "ṗ": "პ",
    "ť": "ტ",
    "ḱ": "კ",
    "ċ": "ჭ",
    "ç": "წ",
}
_ARABIC = {
    "b": "ب",
    "ǰ": "ج",
    "x": "خ",
    "d": "د",
    "r": "ر",
    "z": "ز",
    "s": "س",
    "š": "ش",
    "f": "ف",
    "l": "ل",
    "m": "م",
    "n": "ن",
    "h": "ه",
    "w": "و",
    "y": "ي ی",
    "θ": "ث",
    "ḥ": "ح",
    "ð": "ذ",
    "ṣ": "ص",
    "ḍ": "ض",
    "ṭ": "ط",
    "ẓ": "ظ",
    "ʿ": "ع",
    "ğ": "غ",
    "ā": "ا",
    "ī": "ي ی",
    "ū": "و",
    "o": "و",
    "ö": "و",
    "ü": "و ي",
    "ı": "ي -",
    "p": "پ ب",
    "t": "ت ت ط",
    "ž": "ژ ج ز",
    "č": "چ تش ج",
    "v": "ڤ ف و",
    "q": "ق غ",
    "k": "ك ک",
    "g": "گ غ ج ك",
    "c": "تس ث",
    "ʒ": "دز ز",
    "ṗ": "ب پ",
    "ť": "ط ت",
    "ḱ": "ك ق",
    "ċ": "تش چ",
    "ç": "تس ص",
}
_ETHIOPIC = dict(
    zip(
        "h l ḥ m r s š q b t č n k w z ž y d ǰ g ṭ ċ c p f v x ʿ".split(),
        "ሀ ለ ሐ መ ረ ሰ ሸ ቀ በ ተ ቸ ነ ከ ወ ዘ ዠ የ ደ ጀ ገ ጠ ጨ ፀ ፐ ፈ ቨ ኸ ዐ".split(),
        strict=True,
    )
) | {"θ": "ተ", "ð": "ደ", "ṣ": "ጸ", "ḍ": "ደ", "ẓ": "ዘ", "ğ": "ገ", "ʒ": "ዘ", "ṗ": "ጰ", "ť": "ጠ", "ḱ": "ቀ", "ç": "ጸ"}
_SWAPS_ETHIOPIC = {
    "ሀ": "ሐኀ",
    "ሰ": "ሠ",
    "ፀ": "ጸ",
    "ጸ": "ፀ",
    "ኸ": "ሐሀከ",
    "ቨ": "በወ",
    "ዐ": "አ",
    "ሐ": "ሀ",
    "ተ": "ጠ",
    "ጠ": "ተ",
    "ቀ": "ከ",
}
_ORDER = {"ä": 0, "u": 1, "ū": 1, "ü": 1, "i": 2, "ī": 2, "a": 3, "ā": 3, "e": 4, "ı": 5, "o": 6, "ö": 6}

TABLES = {
    "latin": _LATIN,
    "cyrillic": _CYRILLIC,
    "armenian": _ARMENIAN,
    "georgian": _GEORGIAN,
    "arabic": _ARABIC,
    "ethiopic": _ETHIOPIC,
}
LETTERS = {
    "latin": "abcdefghijklmnoprstuvyz",
    "cyrillic": "абвгдежзийклмнопрстуфхцчшыэюя",
    "armenian": "աբգդեզըթժիլխկհղճմյնշոչպջսվտրցփք",
    "georgian": "აბგდევზთიკლმნოპჟრსტუფქღშჩცხჯჰ",
    "arabic": "ابتجحخدرزسشطعفقكلمنهوي",
    "ethiopic": "ሀለመረሰሸቀበተነከወዘየደገፈ",
}
_ALIKE = dict(zip("аеорсухі", "aeopcyxi", strict=True))
_ALIKE |= {latin: cyrillic for cyrillic, latin in _ALIKE.items()}


class Habits:
    """How one list writes: fixed per sound, with a clerk's slips away from its own habit now and then."""

    def __init__(self, r: random.Random, script: str) -> None:
        self.script, self.r = script, r
        self.table = {sound: ["" if way == "-" else way for way in ways.split()] for sound, ways in TABLES[script].items()}
        standard = r.random() < 0.35
        self.ways = {sound: ways[0] if standard and r.random() < 0.9 else r.choice(ways) for sound, ways in self.table.items()}
        self.slack = r.choice([0.0, 0.02, 0.08, 0.2])
        self.single = r.random() < 0.4
        self.plain = script == "latin" and r.random() < 0.45
        self.plene = r.random() < 0.5
        self.last_a = r.choice(["ة", "ا", "ه", "ى"])
        self.soft_signs = r.random() < 0.7
        self.adjective = r.choice(["", "", "i", "y"])
        self.sixth = r.choice([0.0, 0.15, 0.4])
        self.kept: dict[str, str] = {}

    def write(self, name: str) -> str:
        """A name of sounds, words apart by spaces."""
        if not name:
            return ""
        if name in self.kept and self.r.random() >= self.slack:
            return self.kept[name]
        text = " ".join(self._word(word) for word in name.split(" "))
        self.kept.setdefault(name, text)
        return text

    def _way(self, sound: str) -> str:
        if self.r.random() < self.slack and sound in self.table:
            return self.r.choice(self.table[sound])
        return self.ways.get(sound, sound if self.script == "latin" else "")

    def _word(self, word: str) -> str:
        if self.single:
            word = "".join(sound for at, sound in enumerate(word) if not at or word[at - 1] != sound)
        if self.script == "ethiopic":
            return self._ethiopic(word)
        if self.script == "arabic":
            return self._arabic(word)
        if self.script == "cyrillic" and self.soft_signs:
            for sounds, letter in (("ya", "я"), ("yu", "ю"), ("ye", "е"), ("yo", "ё")):
                word = word.replace(sounds, letter)
            text = "".join(sound if "а" <= sound <= "ё" else self._way(sound) for sound in word)
        else:
            if self.adjective and word.endswith(("ıy", "iy")):
                word = word[:-2] + self.adjective
            text = "".join(self._way(sound) for sound in word)
        if self.plain:
            text = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
            text = text.translate(str.maketrans({"ə": "e", "ı": "i", "ʿ": "", "ş": "s", "ç": "c"}))
        return text[:1].upper() + text[1:]

    def _arabic(self, word: str) -> str:
        out = ""
        for at, sound in enumerate(word):
            first, last = at == 0, at == len(word) - 1
            if first and sound in VOWELS:
                out += "ا" if sound in "aäāeı" else "ا" + ("و" if sound in "oöuüū" else self.r.choice(["ي", ""]))
            elif last and sound in "aäe":
                out += self.last_a
            elif sound in "aäe":
                out += "ا" if self.plene and sound == "a" and self.r.random() < 0.7 else ""
            elif sound in "iu":
                out += ("ي" if sound == "i" else "و") if self.plene or last else ""
            elif at and word[at - 1] == sound:
                continue
            else:
                out += self._way(sound)
        return out

    def _ethiopic(self, word: str) -> str:
        out, at = "", 0
        while at < len(word):
            sound = word[at]
            following = word[at + 1] if at + 1 < len(word) else ""
            if sound in _ETHIOPIC:
                letter = _ETHIOPIC[sound]
                if letter in _SWAPS_ETHIOPIC and self.r.random() < self.slack:
                    letter = self.r.choice(_SWAPS_ETHIOPIC[letter])
                if following in _ORDER:
                    order = _ORDER[following]
                    if order in (0, 3) and self.r.random() < self.sixth / 2:
                        order = 3 - order
                    out += chr(ord(letter) + order)
                    at += 2
                    continue
                out += chr(ord(letter) + 5)
            elif sound in _ORDER:
                out += chr(ord("አ") + (0 if sound in "aāä" and self.r.random() < 0.8 else _ORDER[sound]))
            at += 1
        return out


def slip(r: random.Random, text: str, script: str) -> str:
    """One key hit wrong: dropped, added, changed, turned round, or a look-alike of the other alphabet."""
    if len(text) < 3:
        return text
    if script in {"latin", "cyrillic"} and r.random() < 0.1:
        places = [at for at, letter in enumerate(text) if letter in _ALIKE]
        if places:
            at = r.choice(places)
            return text[:at] + _ALIKE[text[at]] + text[at + 1 :]
    at, kind, letters = r.randrange(1, len(text)), r.random(), LETTERS[script]
    if kind < 0.3:
        return text[:at] + text[at + 1 :]
    if kind < 0.55:
        return text[:at] + r.choice(letters) + text[at:]
    if kind < 0.8:
        return text[:at] + r.choice(letters) + text[at + 1 :]
    return text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]
