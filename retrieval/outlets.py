"""Recognise the name of a newspaper, agency, station or site when a line consists of it: a list and one rule.

A name is an outlet's when it is in `KNOWN`, is a web site's address (mondialisation.ca), or is a few capitalised words
one of which, at the place where such names have it, is a word of the trade (Libya Channel, Radio Okapi).
"""

from __future__ import annotations

import re

_AGENCIES = """
afp|agence france-presse|agence france presse|reuters|thomson reuters|ap|associated press|the associated press|upi|ansa
efe|dpa|tass|ria novosti|sputnik|xinhua|anadolu|anadolu agency|agence anadolu|aps|map|tap|lana|belga|ats|ians|pti
la presse canadienne|the canadian press|press association|bloomberg
"""

_OTHERS = """
the new york times|new york times|the washington post|washington post|the wall street journal|the guardian|guardian
the observer|the independent|the times|the sunday times|the telegraph|the daily telegraph|financial times
the economist|bbc|bbc news|cnn|nbc news|cbs news|abc news|fox news|npr|pbs|sky news|al jazeera|al jazeera english
al arabiya|al-monitor|middle east eye|foreign policy|foreign affairs|politico|the intercept|the atlantic
the new yorker|the conversation|newsweek|usa today|los angeles times|the globe and mail|toronto star|le monde
le figaro|libération|liberation|le parisien|l'humanité|la croix|les echos|les échos|mediapart|médiapart|le point
l'express|l'obs|marianne|courrier international|le monde diplomatique|jeune afrique|rfi|france 24|france info
franceinfo|tv5 monde|tf1|bfm tv|bfmtv|euronews|arte|rtl|europe 1|le temps|le soir|la libre belgique|la presse|le devoir
radio-canada|ici radio-canada|huffpost|huffington post|the huffington post|el país|el mundo|la repubblica
corriere della sera|la stampa|il manifesto|der spiegel|die zeit|süddeutsche zeitung|the libya observer|libya herald
world socialist web site|global research|slate|vice|vox|axios|bellingcat|propublica
"""


def _names(listed: str) -> frozenset[str]:
    return frozenset(name for line in listed.split("\n") for name in line.split("|") if name)


AGENCIES = _names(_AGENCIES)
"""News agencies, in small letters; others print their copy."""

KNOWN = AGENCIES | _names(_OTHERS)
"""Outlets whose names alone do not show what they are, in small letters."""

_FIRST = (
    r"(?:Radio|Agence|Télévision|Télé|Groupe|Courrier|Gazette|Journal|Revue|Nouvelles|Echo|Écho|Tribune|Presse|Voix|"
    r"Voice|HuffPost)"
)
_LAST = (
    r"(?:Channel|Times|Post|News|Herald|Tribune|Journal|Press|Presse|Agency|Observer|Monitor|Gazette|Review|Site|"
    r"Website|TV|Radio|Daily|Weekly|Chronicle|Mail|Telegraph|Standard|Examiner|Inquirer|Bulletin|Dispatch|Magazine|"
    r"Network|Broadcasting|Online|Today|Wire|Newswire|Ledger|Courier|Digest|Matin|Soir|Info|Infos|Hebdo|Quotidien|"
    r"Actualités|Zeitung)"
)
_WORD = r"(?:[A-ZÀ-Þ][\w'&.-]*|of|and|the|de|du|des|la|le|les|et|d'[A-ZÀ-Þ]\w*|l'[A-ZÀ-Þ]\w*)"
_EDITION = r"(?:English|Arabic|Français|Online|Québec|Canada|International|Agency)"
_TRADE = re.compile(
    rf"(?:The|Le|La|Les)?\s*(?:{_FIRST}(?:\s+{_WORD}){{1,3}}|{_WORD}(?:\s+{_WORD}){{0,3}}\s+{_LAST}(?:\s+{_EDITION})?)"
)
_SITE = re.compile(
    r"(?:www\.)?[\w-]{2,40}(?:\.[\w-]{2,30})?"
    r"\.(?:com|org|net|info|fr|ca|co\.uk|uk|be|ch|eu|ly|tn|ma|dz|news|tv|it|de|es|us|io|int)",
    re.IGNORECASE,
)


def is_outlet(name: str, *, surely: bool = False) -> bool:
    """Whether `name` is that of an outlet. `surely`: by the list or as an address only, not by a word of the trade."""
    stripped = " ".join(name.replace("’", "'").split()).strip(" .:")
    if stripped.lower() in KNOWN and stripped[:1].isupper():
        return True
    if _SITE.fullmatch(stripped):
        return True
    return not surely and len(stripped) <= 60 and bool(_TRADE.fullmatch(stripped))


def is_agency(name: str) -> bool:
    """Whether `name` is that of a news agency, whose copy others print."""
    return name.strip(" .()").lower() in AGENCIES
