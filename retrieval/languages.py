"""Tell the language of a text, of a one-line question as well as of an article; not of parts of a mixed text.

Small words decide: of French and English first of all, and of the five neighbours that share some of them, so that
"¿Quién es Haftar?" is not taken for French. A script that few languages write decides too, and where a short text has
no small words ("oil fields Libya"), the side of the lexicon on which its words stand. Only what none of these settles
goes to py3langid, which takes a second to load and is unsure of short questions: names in them mislead it, as they do
lingua, so it is believed only when it is confident, and never asked about names alone.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Protocol

from retrieval.types import LANGUAGES

UNKNOWN = "und"
"""The code of ISO 639 for a language that cannot be told."""

READ = 4000
"""Characters looked at: some 600 words, far more than the decision needs."""

SHORT = 12
"""Words below which a text is a question or a headline, no prose."""

CONFIDENT = 0.6
"""The probability from which py3langid is believed. On one-line questions its mistakes lay below 0.4."""

_SMALL_WORDS = {
    "en": """
        a the of and to in is are was were be been has have had do does did who whom whose what which when
        where why how that this these those it its he she they his her their we you i not no with for from
        by at on as an or if but about many much there any could would should will can tell me us give say
        says said between after before since during into over than then against
    """,
    "fr": """
        le la les un une des du de et à au aux en dans par pour sur avec sans sous entre vers chez contre
        depuis est sont était étaient été être a ont avait avaient ai fait font dit disent va vont peut qui
        que quoi quel quelle quels quelles où quand comment pourquoi combien il ils elle elles on nous vous
        je tu se sa son ses leur leurs ce cet cette ces ne pas plus aucun comme mais ou donc si y parle dis
        donne selon après avant pendant lors lesquels lesquelles moi
    """,
    "es": """
        el la los las un una unos unas de del y a al en con por para sin sobre entre es son era fue ser ha
        han hay está están que qué quién quien quiénes cuál cuáles cuándo cuando cuánto cuántos cuántas
        dónde donde cómo por su sus se no más pero como este esta desde según hasta lo le
    """,
    "de": """
        der die das den dem des ein eine einen einem einer und zu in im mit von vom für auf aus bei nach
        über unter um ist sind war waren sein hat haben hatte wer was wann wo warum wie welche welcher
        welches viele nicht kein keine es er sie wir ich man sich auch aber oder wenn dass als an am zum zur
        gegen zwischen seit
    """,
    "it": """
        il lo la gli le un una uno di del della dei delle degli e a al alla ai in nel nella con per su da
        dal dalla è sono era erano ha hanno chi che cosa quale quali quando dove come perché quanti quante
        quanto non si ma più anche ci questo questa tra fra dopo prima contro
    """,
    "pt": """
        o a os as um uma de do da dos das e em no na nos nas com por para sem sobre entre é são era foi ser
        tem têm há está estão que quem qual quais quando onde como quanto quantos quantas porque não mais
        mas se seu sua ao à pelo pela desde contra
    """,
    "nl": """
        de het een en van in op te met voor door aan bij uit naar over is zijn was waren heeft hebben had
        wie wat wanneer waar waarom hoe welke hoeveel niet geen er dat die deze dit hij zij ze we ik als
        maar of ook om tot tegen tussen sinds
    """,
}
_LANGUAGES_OF: dict[str, list[str]] = {}
for _language, _listed in _SMALL_WORDS.items():
    for _word in set(_listed.split()):
        _LANGUAGES_OF.setdefault(_word, []).append(_language)

# What letters and signs say beside words, in votes.
_SIGNS = (
    (re.compile(r"[¿¡]"), "es", 2.0),
    (re.compile(r"ñ"), "es", 1.0),
    (re.compile(r"[ãõ]"), "pt", 1.0),
    (re.compile(r"[ßäöü]"), "de", 0.5),
    (re.compile(r"[èêëîïôûœç]|\w(?:és|ées?)\b"), "fr", 0.5),
    (re.compile(r"\w[ \u00a0\u202f][?!;:»]|«[ \u00a0\u202f]\w"), "fr", 0.5),
    (re.compile(r"\b(?:qu|j|c|n|s|lorsqu|jusqu|puisqu)'(?=[a-zàâéèêëîïôùûœ])"), "fr", 1.0),
    (re.compile(r"\b[ld]'(?=[a-zàâéèêëîïôùûœ])"), "fr", 0.75),
    (re.compile(r"\b(?:dell|nell|all|dall|sull|un)'(?=[a-zàèéìòù])"), "it", 1.0),
    (re.compile(r"\w(?:n't|'s|'re|'ve|'ll)\b"), "en", 1.0),
)

# Scripts: the first whose letters make up this share of the text decides; a third, for names are often in Latin.
_SCRIPTS = (
    (re.compile(r"[پچژگ]"), "fa", 0.02),
    (re.compile(r"[\u0600-\u06ff\u0750-\u077f]"), "ar", 0.3),
    (re.compile(r"[іїєґ]", re.IGNORECASE), "uk", 0.02),
    (re.compile(r"[\u0400-\u04ff]"), "ru", 0.3),
    (re.compile(r"[\u0370-\u03ff]"), "el", 0.3),
    (re.compile(r"[\u0590-\u05ff]"), "he", 0.3),
    (re.compile(r"[\u3040-\u30ff]"), "ja", 0.1),
    (re.compile(r"[\uac00-\ud7af]"), "ko", 0.3),
    (re.compile(r"[\u4e00-\u9fff]"), "zh", 0.3),
    (re.compile(r"[\u0900-\u097f]"), "hi", 0.3),
    (re.compile(r"[\u0e00-\u0e7f]"), "th", 0.3),
)

_ASKED = (
    "af ar az be bg bs ca cs cy da de el en es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka kk ko lt lv mk ms mt "
    "nb nl pl pt ro ru sk sl sq sr sv sw ta th tl tr uk ur vi zh"
)


def detect(text: str) -> str:
    """ISO 639-1 code of the language of `text`; "und" when it shows none (names alone, figures, nothing)."""
    beginning = text[:READ].replace("’", "'")
    if script := _by_script(beginning):
        return script
    words = re.findall(r"[^\W\d_]+", beginning)
    votes, share = _votes(beginning, words)
    ranked = sorted(votes, key=lambda language: votes[language], reverse=True)
    leaders = [language for language in ranked if votes[language] == votes[ranked[0]]]
    # Prose is a third small words and more; a language we have no list for shares a few of them by chance.
    clear = len(leaders) == 1 and (len(words) < SHORT or share >= 0.2)
    if clear or not any(word.islower() for word in words):
        return leaders[0] if clear else UNKNOWN
    if len(words) < SHORT and (found := _by_lexicon(words, leaders or list(LANGUAGES))):
        return found
    if len(words) < 3 or not any(word.islower() for word in words[1:]):
        return UNKNOWN
    code, probability = _library().classify(beginning)
    if probability >= CONFIDENT:
        return "no" if code == "nb" else code
    return next((language for language in LANGUAGES if language in leaders and len(words) < SHORT), UNKNOWN)


def _votes(text: str, words: list[str]) -> tuple[dict[str, float], float]:
    """Votes by language, and the share of words that are small words of the one that leads.

    Acronyms do not vote (UN is not « un », IS not "is"), unless all is in capitals.
    """
    shouted = all(word.isupper() for word in words)
    votes: dict[str, float] = {}
    for word in words:
        if word.isupper() and len(word) > 1 and not shouted:
            continue
        for language in _LANGUAGES_OF.get(word.lower(), ()):
            votes[language] = votes.get(language, 0) + 1
    share = max(votes.values(), default=0) / max(len(words), 1)
    small = text.lower()
    for sign, language, weight in _SIGNS:
        found = sum(1 for _ in sign.finditer(small))
        if found:
            votes[language] = votes.get(language, 0) + weight * found
    return votes, share


def _by_lexicon(words: list[str], possible: list[str]) -> str | None:
    """English or French, where more words stand on that side of the lexicon alone than on neither or on the other.

    A name or an acronym that stands on neither side is not held against it. UNKNOWN when every word stands on both.
    """
    from retrieval.analysis import stem
    from retrieval.lexicon import lexicon

    alone = dict.fromkeys(LANGUAGES, 0)
    shared = strange = 0
    for word in words:
        if word.lower() in _LANGUAGES_OF or (word.isupper() and len(word) > 1):
            continue
        sides = [language for language in LANGUAGES if lexicon().knows(stem(word, language), language)]
        if len(sides) == 1:
            alone[sides[0]] += 1
        shared += len(sides) > 1
        strange += not sides and word.islower()
    ahead, behind = sorted(LANGUAGES, key=lambda language: alone[language], reverse=True)
    if ahead in possible and alone[ahead] - alone[behind] > strange:
        return ahead
    return UNKNOWN if shared and not strange and not any(alone.values()) else None


def _by_script(text: str) -> str | None:
    letters = sum(character.isalpha() for character in text)
    if not letters or text.isascii():
        return None
    for script, language, share in _SCRIPTS:
        if len(script.findall(text)) > share * letters:
            return language
    return None


class _Identifier(Protocol):
    def classify(self, instance: str) -> tuple[str, float]: ...


@cache
def _library() -> _Identifier:
    """py3langid's identifier with probabilities, over the languages we have a use for."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in _ASKED.split() if code in identifier.labels])
    found: _Identifier = identifier
    return found
