"""Inflected forms of verbs, so that a trigger word is known without trusting the model's lemma."""

from __future__ import annotations

_VOWELS = "aeiou"
_IRREGULAR_EN = {
    "beseech": "besought", "seek": "sought", "undertake": "undertook undertaken", "swear": "swore sworn", "bind": "bound", "withhold": "withheld",
    "forbid": "forbade forbidden", "give": "gave given", "take": "took taken", "come": "came", "make": "made", "do": "did done does", "send": "sent",
    "write": "wrote written", "say": "said", "tell": "told", "think": "thought", "feel": "felt", "know": "knew known", "find": "found", "hold": "held",
    "see": "saw seen", "hear": "heard", "learn": "learnt learned", "get": "got gotten", "have": "had has", "meet": "met", "let": "let letting",
    "keep": "kept", "break": "broke broken", "show": "showed shown", "pay": "paid", "begin": "began begun beginning", "lie": "lay lain lying", "leave": "left",
    "bring": "brought", "speak": "spoke spoken", "put": "put putting", "lend": "lent", "forget": "forgot forgotten forgetting", "fall": "fell fallen",
    "overrule": "overruled", "sit": "sat sitting", "understand": "understood", "set": "set setting", "rebuild": "rebuilt", "lay": "laid", "shun": "shunned shunning",
    "bar": "barred barring", "defer": "deferred deferring", "prefer": "preferred preferring", "omit": "omitted omitting", "commit": "committed committing",
    "permit": "permitted permitting", "admit": "admitted admitting", "submit": "submitted submitting", "stop": "stopped stopping", "beg": "begged begging",
    "compel": "compelled compelling", "transmit": "transmitted transmitting", "demur": "demurred demurring", "balk": "balked", "renege": "reneged",
    "plead": "pled pleaded", "refer": "referred referring", "remit": "remitted remitting", "abet": "abetted", "fulfil": "fulfilled fulfilling", "cancel": "cancelled cancelling",
}  # fmt: skip
_ENDINGS_ER = [
    "er",
    "e",
    "es",
    "ent",
    "ons",
    "ez",
    "ait",
    "aient",
    "ais",
    "ions",
    "iez",
    "ant",
    "é",
    "ée",
    "és",
    "ées",
    "a",
    "ai",
    "as",
    "âmes",
    "âtes",
    "èrent",
    "era",
    "erai",
    "eras",
    "erons",
    "erez",
    "eront",
    "erait",
    "eraient",
    "erais",
    "erions",
    "eriez",
    "ât",
]
_ENDINGS_IR = [
    "ir",
    "is",
    "it",
    "issons",
    "issez",
    "issent",
    "issait",
    "issaient",
    "issais",
    "issant",
    "i",
    "ie",
    "is",
    "ies",
    "irent",
    "ira",
    "irai",
    "irons",
    "irez",
    "iront",
    "irait",
    "iraient",
    "irais",
    "isse",
    "issions",
    "issiez",
    "ît",
]
_ENDINGS_RE = [
    "re",
    "s",
    "t",
    "d",
    "ons",
    "ez",
    "ent",
    "ait",
    "aient",
    "ais",
    "ions",
    "iez",
    "ant",
    "u",
    "ue",
    "us",
    "ues",
    "it",
    "is",
    "irent",
    "ra",
    "rai",
    "rons",
    "rez",
    "ront",
    "rait",
    "raient",
    "rais",
    "rions",
    "riez",
    "e",
    "es",
    "ît",
]
_SECOND_GROUP = frozenset(
    [
        "garantir",
        "remplir",
        "obéir",
        "choisir",
        "agir",
        "réagir",
        "établir",
        "rétablir",
        "réunir",
        "investir",
        "aboutir",
        "avertir",
        "saisir",
        "définir",
        "fournir",
        "finir",
        "subir",
        "punir",
        "bâtir",
    ]
)
_IRREGULAR_FR = {
    "mettre": "mets met mettons mettez mettent mettait mettaient mettant mis mise mises mit mirent mettra mettront mettrait mettraient mette mettent mettre missent mît",
    "tenir": "tiens tient tenons tenez tiennent tenait tenaient tenant tenu tenue tenus tenues tint tinrent tiendra tiendront tiendrait tiendraient tienne tenir tînt",
    "venir": "viens vient venons venez viennent venait venaient venant venu venue venus venues vint vinrent viendra viendront viendrait viendraient vienne venir vînt",
    "prendre": "prends prend prenons prenez prennent prenait prenaient prenant pris prise prises prit prirent prendra prendront prendrait prendraient prenne prendre prît",
    "faire": "fais fait faisons faites font faisait faisaient faisant faite faits faites fit firent fera feront ferait feraient fasse fassent faire fît ferons",
    "dire": "dis dit disons dites disent disait disaient disant dite dits dites dirent dira diront dirait diraient dise disent dire dît",
    "crire": "cris crit crivons crivez crivent crivait crivaient crivant crite crits crites crivit crivirent crira crirait crive crire crivîmes",
    "pouvoir": "peux peut pouvons pouvez peuvent pouvait pouvaient pouvant pu put purent pourra pourront pourrait pourraient puisse puissent pouvoir pourrions pourriez pourrez pût pourrais",
    "vouloir": "veux veut voulons voulez veulent voulait voulaient voulant voulu voulue voulut voudra voudront voudrait voudraient veuille veuillent vouloir voudrions voudriez voudrez veuillez voudrais voulût voulût",
    "devoir": "dois doit devons devez doivent devait devaient devant dû due dus dues dut devra devront devrait devraient doive doivent devoir devrions devriez devrez dût",
    "savoir": "sais sait savons savez savent savait savaient sachant su sue sut saura sauront saurait sauraient sache sachent savoir saurions sauriez saurais saurais saurons",
    "cevoir": "çois çoit cevons cevez çoivent cevait cevaient cevant çu çue çus çues çut cevra cevront cevrait cevraient çoive cevoir çurent cevrions",
    "falloir": "faut fallait fallu fallut faudra faudrait faille falloir",
    "voir": "vois voit voyons voyez voient voyait voyaient voyant vu vue vus vues vit virent verra verront verrait verraient voie voient voir",
    "naître": "nais naît naissons naissez naissent naissait naissaient naissant nu nue nus nues nut naîtra naîtrait naisse naître",
    "ffrir": "ffre ffres ffrons ffrez ffrent ffrait ffraient ffrant ffert fferte fferts ffertes ffrit ffrirent ffrira ffrirait ffrir",
    "uvrir": "uvre uvres uvrons uvrez uvrent uvrait uvraient uvrant uvert uverte uverts uvertes uvrit uvrirent uvrira uvrirait uvrir uvriront uvrît",
    "sentir": "sens sent sentons sentez sentent sentait sentaient sentant senti sentie sentis senties sentit sentirent sentira sentirait sente sentir sentirent",
    "quérir": "quiers quiert quérons quérez quièrent quérait quéraient quérant quis quise quises quit quirent querra querrait quière quérir",
    "plaindre": "plains plaint plaignons plaignez plaignent plaignait plaignant plainte plaindre",
    "joindre": "joins joint joignons joignez joignent joignait joignant jointe joindre joignit",
    "teindre": "teins teint teignons teignent teignait teignant teinte teindre",
    "suivre": "suis suit suivons suivez suivent suivait suivant suivi suivie suivis suivies suivit suivra suivrait suive suivre",
    "croire": "crois croit croyons croyez croient croyait croyaient croyant cru crue crut croira croirait croie croire",
    "clure": "clus clut cluons cluez cluent cluait cluant clu clue clus clues clurent clura clurait clue clure",
    "courir": "cours court courons courez courent courait courant couru courue courut courra courrait coure courir",
    "plaire": "plais plaît plaisent plaisait plu plut plaira plairait plaise plaire plût",
    "taire": "tais tait taisons taisent taisait taisant tu tue tut taira taire",
    "seoir": "sois soit soyons sursis surseoir surseoira sursoit sursoie",
    "choir": "choit échoit échu échue échoira",
    "duire": "duis duit duisons duisez duisent duisait duisant duite duits duites duisit duisirent duira duirait duise duire",
    "cueillir": "cueille cueillons cueillez cueillent cueillait cueillant cueilli cueillie cueillis cueillies cueillit cueillera cueillerait cueillir",
    "avoir": "ai a avons avez ont avait avaient ayant eu eue eut aura auront aurait auraient ait aient avoir",
    "faillir": "faillit failli faillirent faillir faillira faut",
}  # fmt: skip


def verb_forms(lemma: str, language: str) -> set[str]:
    """Forms of *lemma* in *language* (`en` or `fr`), the lemma among them."""
    return _english(lemma) if language == "en" else _french(lemma)


def _english(lemma: str) -> set[str]:
    forms = {lemma}
    if lemma.endswith("e"):
        forms |= {lemma + "s", lemma + "d", lemma[:-1] + "ing"}
    elif lemma.endswith("y") and lemma[-2:-1] not in _VOWELS:
        forms |= {lemma[:-1] + "ies", lemma[:-1] + "ied", lemma + "ing"}
    else:
        forms |= {lemma + ("es" if lemma.endswith(("s", "x", "z", "ch", "sh")) else "s"), lemma + "ed", lemma + "ing"}
    return forms | set(_IRREGULAR_EN.get(lemma, "").split())


def _french(lemma: str) -> set[str]:
    forms = {lemma}
    for ending in sorted(_IRREGULAR_FR, key=len, reverse=True):
        if lemma.endswith(ending) and (len(lemma) - len(ending) != 1 or ending in {"crire", "uvrir", "ffrir"} or lemma[0] == "é"):
            stem = lemma[: -len(ending)]
            return forms | {stem + form for form in _IRREGULAR_FR[ending].split()}
    if lemma.endswith("er"):
        stem = lemma[:-2]
        stems = {stem}
        if stem.endswith("g"):
            stems.add(stem + "e")
        elif stem.endswith("c"):
            stems.add(stem[:-1] + "ç")
        elif stem.endswith(("oy", "uy", "ay")):
            stems.add(stem[:-1] + "i")
        elif stem.endswith("l") and stem[-2:-1] == "e":
            stems |= {stem + "l", stem[:-2] + "èl"}
        elif len(stem) > 2 and stem[-2] in "éèe" and stem[-1] not in _VOWELS:
            stems.add(stem[:-2] + "è" + stem[-1])
        elif len(stem) > 3 and stem[-3] == "é":
            stems.add(stem[:-3] + "è" + stem[-2:])
        forms |= {s + e for s in stems for e in _ENDINGS_ER}
    elif lemma in _SECOND_GROUP:
        forms |= {lemma[:-2] + e for e in _ENDINGS_IR}
    elif lemma.endswith("re"):
        forms |= {lemma[:-2] + e for e in _ENDINGS_RE} | {lemma[:-2]}
    return forms
