"""Words that say the contrary of each other: "rose" and "fell", « avant » and "after"; in English, French, and across.

Only pairs that seldom mean anything else: "left" is no contrary of "arrived", being a side as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from bot.support.words import Word
from retrieval.analysis import stem

Beside = Literal["near", "who", "next", "between"]
"""What must be the same in both texts for two contraries to contradict: a word near by, a word near before (who sells
what another buys is another), the next one, or the next and the one before."""

_NEAR: Final = """
increase increased increasing rise rose risen rising grow grew grown climb climbed soared | augmenter augmenté hausse
croître progresser progressé grimper < decrease decreased fall fell fallen falling drop dropped decline declined
shrink shrank plunged slumped | diminuer diminué diminution baisse baisser baissé chuter chuté reculer reculé;
accept accepted approve approved endorse endorsed support supported backed | accepter accepté approuver approuvé
soutenir soutenu soutient soutien appuyer < reject rejected oppose opposed dismissed disapprove rebuff distanced |
rejeter rejeté rejette distances opposer opposé refuser refusé désapprouver;
win won | gagner gagné remporter remporté < lose lost | perdre perdu perd perdent;
victory | victoire < defeat | défaite;
confirm confirmed | confirmer confirmé < deny denied denying | démentir démenti dément nier nié;
open opened reopened | ouvrir ouvert rouvrir rouvert < closed shut | fermer fermé fermeture;
begin began begun start started | commencer commencé débuter débuté < end ended finish finished | terminer terminé
achever achevé;
arrive arrived enter entered | arriver arrivé entrer entré < depart departed withdraw withdrew withdrawn | retirer
retiré partir parti;
succeed succeeded success successful | réussir réussi réussite succès < fail failed failure unsuccessful | échouer
échoué échec;
guilty convicted | coupable condamné < innocent acquitted | acquitté relaxé;
release released freed | libérer libéré relâcher relâché < arrest arrested detain detained jailed | arrêter arrêté
emprisonner emprisonné détenir détenu;
ally allied | allié < enemy | ennemi;
strengthen strengthened | renforcer renforcé < weaken weakened | affaiblir affaibli;
improve improved | améliorer amélioré < worsen worsened deteriorate deteriorated | aggraver aggravé détériorer;
survived alive | survivant survivre survécu vivant < died dead killed | mort tué décédé;
"""
_WHO: Final = """
buy bought acquire acquired | acheter acheté acquérir acquis < sell sold | vendre vendu;
"""
_NEXT: Final = """
first | premier première < last | dernier dernière;
before | avant < after | après;
north northern | nord < south southern | sud;
east eastern | oriental < west western | ouest occidental;
best | meilleur < worst | pire;
more | davantage < less fewer | moins;
majority | majorité < minority | minorité;
legal lawful | légal < illegal unlawful | illégal;
possible | possible < impossible | impossible;
"""
_BETWEEN: Final = """
for | pour < against | contre;
with | avec < without | sans;
"""


@dataclass(frozen=True, slots=True)
class Side:
    """One side (+1 or -1) of a pair of contraries."""

    pair: int
    sign: int
    beside: Beside


def side(word: Word, language: str) -> Side | None:
    """On which side of which pair a word stands, if on any."""
    return _sides().get((language, word.stem)) if word.kind in ("word", "small") else None


@lru_cache(maxsize=1)
def _sides() -> dict[tuple[str, str], Side]:
    found: dict[tuple[str, str], Side] = {}
    pair = 0
    tables: tuple[tuple[Beside, str], ...] = (("near", _NEAR), ("who", _WHO), ("next", _NEXT), ("between", _BETWEEN))
    for beside, table in tables:
        for line in table.split(";")[:-1]:
            pair += 1
            for sign, half in zip((1, -1), line.split("<"), strict=True):
                for language, listed in zip(("en", "fr"), half.split("|"), strict=True):
                    for word in listed.split():
                        found[language, stem(word, language)] = Side(pair, sign, beside)
    return found
