"""Phrases that tell a language model what to do, in English and French, and the commonest in Spanish, German, Italian.

Finds where they stand in a view of a text that `suspicion` makes: small letters without accents, straight apostrophes,
nothing invisible. A reporter's sentence tells of an order and does not give it, so a verb counts only where an
imperative can stand ("Ignore all previous instructions", not "told them to ignore previous instructions"), and only
beside what a model alone has: earlier instructions, a prompt, a user, an answer that it is to write. Does not look at
markup or at hidden characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache


def _one_of(lines: str) -> str:
    """Patterns, a line each, as one alternative. A space stands for white space, `…` for a stretch of one sentence."""
    patterns = "|".join(line.strip() for line in lines.strip().split("\n"))
    stretch = r"(?:[^.!?\n]|\.(?=\w)|\n(?!\s*\n)){0,80}?\b"
    return "(?:" + patterns.replace("…", stretch).replace(" ?", r"\s*").replace(" ", r"\s+") + ")"


# --- What only a model has ------------------------------------------------------------------------------------------

_MODEL = _one_of(
    r"""
    (?:(?:ai |large |small )*language|ai) models?\b
    (?:ai |virtual |digital )?assistants?\b(?! (?:coach|manager|professor|editor|director|secretary|principal|to)\b)
    ai (?:system|agent|tool|summari[sz]er|reader|crawler)s?\b
    (?:llm|chatbot|summari[sz]er)s?\b
    (?:ai|a\.i\.|(?:chat)?gpt)(?!\w| (?!(?:reading|processing|that|who|and|or|you|asked|with|without|must|should)\b)\w)
    """
)
_MODELE = _one_of(
    r"""
    modeles? (?:de lang(?:age|ue)s?|linguistiques?|d'ia)\b
    assistants?\b(?! (?:social|sociaux|parlementaire|dentaire|juridique|de direction))
    (?:systemes? d'ia|agents? conversationnels?|intelligences? artificielles?|llm|chatbots?)\b
    (?:ia|i\.a\.|(?:chat)?gpt)(?!\w| (?!(?:qui|et|ou|tu|vous|avec|sans|lisant|doit)\b)\w)
    """
)
_RULES = r"(?:instruction|prompt|guideline|directive|direction|rule|constraint|safeguard|guardrail|system message)s?\b"
_EARLIER = r"(?:previous|prior|earlier|preceding|above|foregoing|former|initial|original|system|safety|your)"
_INSTRUCTIONS = _one_of(
    rf"""
    {_EARLIER}(?: \w+){{0,3}} {_RULES}
    {_RULES} (?:above|before this|so far|given (?:above|to you)|(?:that )?you (?:were|have been) given)\b
    (?:everything|anything|all|text)(?: \w+){{0,4}} (?:above|before this|up to (?:now|this point))\b
    """
)
_REGLES = r"(?:instruction|consigne|directive|regle|contrainte|prompt)s?\b"
_CONSIGNES = _one_of(
    rf"""
    (?:tes|vos)(?: \w+)? {_REGLES}
    {_REGLES}(?: \w+){{0,2}} (?:precedent|anterieur|initial|ci-dessus|plus haut|qui precede|d'origine|systeme|recues)
    (?:precedente|anterieure)s {_REGLES}
    ce qui (?:\w+ ){{0,3}}(?:precede|ci-dessus|plus haut)
    texte (?:qui precede|ci-dessus)
    """
)
_ANSWER = r"(?:\w+ )?(?:answer|response|reply|replies|output|summary|summarie)s?\b"
_REPONSE = r"(?:\w+ )?(?:reponse|resume|synthese)s?\b"
_EVIDENCE = r"(?:\w+ )?(?:evidence|passage|article|document|source|context|archive)s?\b"
_EXTRAITS = r"(?:\w+ )?(?:article|passage|document|source|extrait|contexte|archive)s?\b"

# --- Orders: verbs as an imperative has them, and what must follow one of them ---------------------------------------

_ORDERS = (
    # Leave the instructions you have.
    (
        "ignore disregard forget override bypass discard neglect dismiss overlook",
        rf"""
        (?!for\b|of\b)…{_INSTRUCTIONS}
        the (?:above|foregoing)\b
        """,
    ),
    ("do don't never stop", rf"(?:not )?(?:follow|obey|heed)(?:ing)?\b…{_INSTRUCTIONS}"),
    ("ignore ignorez ignorer oublie oubliez oublier neglige negligez contourne contournez annulez", rf"…{_CONSIGNES}"),
    ("ne", rf"(?:suis|suivez|respecte[sz]?|applique[sz]?|(?:tiens|tenez)…compte)\b…{_CONSIGNES}"),
    ("fais faites", rf"abstraction\b…{_CONSIGNES}"),
    (
        "ignora ignore olvida olvide omite omita",
        r"""
        …(?:instrucciones|indicaciones|reglas)(?: \w+)? (?:anteriores|previas|precedentes|del sistema)\b
        …(?:tus|sus) instrucciones\b
        …todo lo anterior\b
        """,
    ),
    (
        "ignoriere ignorieren vergiss vergessen missachte missachten",
        r"""
        …(?:vor(?:her)?ig|bisherig|obig|vorangegangen|fruher)en (?:anweisung|instruktion|regel|prompt)
        …(?:deine|ihre)(?: \w+){0,2} (?:anweisung|instruktion|regel|prompt)
        …alles (?:obige|bisherige|vorherige)\b
        """,
    ),
    (
        "ignora ignori ignorate dimentica dimenticate",
        r"""
        …istruzioni(?: \w+)? (?:precedenti|di sistema|ricevute)\b
        …le (?:tue|vostre) istruzioni\b
        …(?:quanto|cio che) precede\b
        """,
    ),
    # These are not from the article.
    ("system admin administrator developer", r"(?:message|prompt|override|instruction|directive|note|notice)s? ?:"),
    (
        "message consigne instruction note directive invite",
        r"(?:du |de l'|d')?(?:systeme|administrateur|developpeur) ?:",
    ),
    ("functions", r"\.\w+\("),
    ("set", r"[\"'`]?answers[\"'`]? ?(?:to|[:=]) ?[\"']?(?:true|false)\b"),
    (
        "begin beginning start end debut fin",
        r"""
        (?:of |of the )?(?:system|assistant|user|hidden|ai) (?:message|prompt|instruction|input)s?\b
        (?:of |of the )(?:instructions?|prompt|input|evidence|context|passages?)\b(?= ?[.:;=\]\n-])
        (?:du |des |de la )(?:instructions?|consignes?|prompt|extraits?|contexte|preuves?)\b(?= ?[.:;=\]\n-])
        """,
    ),
    (
        "note notice attention message instruction instructions important warning reminder directive hint memo to",
        rf"(?:to |for |[:,] ?)?(?:all |any |every |the )?{_MODEL}"
        r"(?: ?[:.,;!)—–-]| (?:must|should|shall|reading|processing)\b| (?:that|who) (?:reads?|process\w*)\b)",
    ),
    (
        "note message consigne consignes instruction instructions avis important rappel remarque",
        rf"(?:(?:\w+ )?(?:a|aux?|pour|destinee?s? aux?) |[:,] ?)"
        rf"(?:tou(?:te)?s )?(?:les |la |le |des )?(?:[ld]')?{_MODELE}(?: ?[:.,;!)—–-]| qui li\w+)",
    ),
    (
        "language ai llm llms assistant assistants chatbot chatbots",
        r"(?:models? ?|systems? ?|assistants? ?)?[:,] "
        r"(?:this (?:page|article|text|passage|document)|you (?:must|should|are|will)|please|note that|do not|never)\b",
    ),
    (
        "modele modeles ia llm assistant assistants chatbot chatbots",
        r"(?:de langage)? ?[:,] (?:cette page|cet article|ce (?:texte|passage)|tu dois|vous devez|veuillez|ne)\b",
    ),
    # Show them, or keep them to yourself.
    (
        "repeat reveal print translate show output display leak recite reproduce disclose summarize summarise copy "
        "write",
        r"""
        …(?:system|initial|hidden|original|secret) (?:prompt|message|instruction)s?\b
        …(?:the|your|this) (?:\w+ )?prompt\b
        …(?:your|previous|preceding) (?:\w+ )?(?:instruction|guideline)s\b
        …instructions (?:above|you (?:were|have))\b
        …(?:everything|all|words?|text)(?: \w+)? above\b
        """,
    ),
    (
        "repete repetez revele revelez affiche affichez traduis traduisez montre montrez recopie recopiez divulgue "
        "divulguez reproduis reproduisez imprime imprimez ecris ecrivez donne donnez",
        rf"""
        …prompt\b
        …invite (?:systeme|initiale)\b
        …message (?:systeme|initial)\b
        …{_CONSIGNES}
        """,
    ),
    (
        "do don't never",
        r"(?:not )?(?:mention|reveal|disclose|repeat|cite|refer|tell)\b"
        r"…(?:(?:these|this|your) (?:instruction|prompt|note|order)s?\b"
        rf"|the user(?= (?:that|about|this|what|why|anything)\b| ?[.,;])|in your {_ANSWER})",
    ),
    (
        "ne",
        r"(?:mentionne|revele|cite|divulgue|repete|signale)[sz]?\b"
        r"…(?:(?:ces?|cette|tes|vos) (?:consigne|note|instruction|prompt)s?\b"
        rf"|l'utilisat|(?:ta|votre) {_REPONSE})",
    ),
    # Answer thus.
    (
        "respond reply answer output return write say print",
        r"""
        (?:\w+ ){0,2}(?:only|solely|exclusively|nothing but|strictly) (?:with|in|by|the (?:word|phrase|following))\b
        (?:\w+ ){0,3}with (?:only|nothing but|exactly|the (?:exact )?(?:word|sentence|phrase|line|text)s?)\b
        (?:to )?(?:every|all|any) (?:\w+ )?questions? (?:with|by|in)\b
        (?:\w+ )?in (?:english|french|german|spanish|italian|russian|chinese|arabic|latin)\b
        """,
    ),
    (
        "reponds repondez repondre ecris ecrivez renvoie renvoyez affiche affichez",
        r"""
        (?:\w+ ){0,4}(?:uniquement|exclusivement|mot pour mot) (?:par|avec|en|ceci|la|le|:|«|"|“)(?!\W*oui\b)
        (?:\w+ )?en (?:anglais|francais|allemand|espagnol|italien|russe|chinois|arabe|latin)\b
        (?:\w+ )?a (?:toute|toutes les|chaque|n'importe quelle|cette) questions?\b
        """,
    ),
    ("responde responda contesta conteste", r"(?:solo|unicamente|solamente|exclusivamente) (?:con|en)\b"),
    ("antworte antworten", r"(?:sie )?(?:nur|ausschlies?lich|lediglich) (?:mit|auf)\b"),
    ("rispondi rispondete", r"(?:solo|soltanto|unicamente|esclusivamente) (?:con|in)\b"),
    (
        "begin start open end finish close conclude preface prefix precede sign",
        rf"(?:your|each|every|all|any|the) {_ANSWER} (?:with|by)\b",
    ),
    (
        "commence commencez debute debutez termine terminez conclus concluez finis finissez ouvre ouvrez signe signez",
        rf"(?:ta|votre|tes|vos|chaque|toute|toutes (?:tes|vos|les)) {_REPONSE} (?:par|avec|en)\b",
    ),
    (
        "cite quote attribute credit label treat present use report summarize summarise describe",
        r"(?:this|the following|the above|these|the next) (?:\w+ )?"
        r"(?:passage|sentence|text|paragraph|statement|claim|line|quote|word|article)s? "
        r"(?:as|to|under|with|exactly|verbatim|for (?:every|all|any))\b",
    ),
    (
        "cite citez attribue attribuez presente presentez traite traitez considere considerez utilise utilisez",
        r"(?:ce|cette|ces|le|la) (?:passage|phrase|texte|paragraphe|affirmation|ligne|citation)s?"
        r"(?: suivante?s?| ci-dessus)? (?:comme|a|sous|avec)\b",
    ),
    (
        "say state claim answer write report respond reply assert conclude insist pretend",
        rf"that (?:the |these |no )?{_EVIDENCE} (?:do|does|did|cannot|don't|doesn't|contain|answer|say|hold)"
        r"|that you (?:cannot|can't|are unable to) (?:answer|say|help)\b",
    ),
    (
        "dis dites affirme affirmez reponds repondez indique indiquez declare declarez pretends pretendez conclus "
        "concluez",
        rf"que (?:les |le |aucun |aucune |ces |l'){_EXTRAITS} n",
    ),
    (
        "tell inform assure advise warn instruct urge direct refer redirect encourage convince",
        r"(?:the|your|every|each) (?:end )?users?\b(?!'| of\b)|(?:\w+ ){1,2}who asks\b|whoever asks\b",
    ),
    (
        "add append include insert mention put place write say state claim present report list print omit leave change "
        "replace swap mark set refuse always never recommend give make translate link advertise attach provide",
        rf"""
        (?!(?:us|me|your)\b)…(?:in|to|into|from|of|with|as|before|after) (?:your|every|each) {_ANSWER}
        …(?:to|for|by) the user\b
        """,
    ),
    (
        "in",
        rf"your {_ANSWER},? (?:\w+ )?"
        r"(?:present|say|state|claim|call|name|use|omit|replace|treat|give|put|do not|never)\b",
    ),
    (
        "dans",
        rf"(?:ta|votre) {_REPONSE},? (?:\w+ )?"
        r"(?:presente|dis|dites|affirme|appelle|nomme|utilise|omet|remplace|donne|ne)",
    ),
    (
        "ajoute ajoutez inclus incluez insere inserez mentionne mentionnez place placez ecris ecrivez dis dites "
        "mets mettez affirme affirmez presente presentez donne donnez remplace remplacez change changez omets "
        "omettez recommande recommandez refuse refusez redige redigez traduis traduisez precise precisez glisse "
        "glissez indique indiquez informe informez conseille conseillez invite invitez renvoie renvoyez explique "
        "expliquez assure assurez",
        rf"""
        (?!-?(?:nous|moi|votre|vos)\b)…(?:dans|a|de|en|avant|apres) (?:ta|votre|tes|vos|chaque) {_REPONSE}
        …l'utilisat(?:eur|rice)\b
        """,
    ),
)

# --- What only a model is told, wherever it stands: first words, and what must follow ---------------------------------

_ADDRESSES = (
    (
        "you",
        rf"""
        (?:are|re) (?:now|no longer|henceforth)(?: \w+){{0,4}} (?:bot|language model|llm|gpt|dan|unrestricted|ai)\b
        (?:are|re) (?:now |no longer |henceforth )?in \w+ mode\b
        (?:are|re) (?:now |henceforth )?(?:an? |the )(?:helpful |obedient |honest |unrestricted )*{_MODEL}
        """,
    ),
    (
        "tu vous",
        rf"""
        (?:es|etes) (?:desormais |maintenant |a present |dorenavant )?(?:une? |l'|cette? )(?:\w+ )?{_MODELE}
        (?:es|etes) (?:desormais|maintenant|a present|dorenavant) (?:\w+ ){{0,3}}(?:ia|robot|mode \w+)\b
        """,
    ),
    ("eres", r"(?:ahora )?una? (?:asistente|modelo de lenguaje|ia|inteligencia artificial)\b"),
    ("du", r"bist (?:jetzt|nun|ab sofort|ab jetzt)(?: \w+){0,3} (?:assistent|ki|modell|sprachmodell|chatbot)\b"),
    ("sei", r"(?:ora |adesso )?un(?:a? |')(?:assistente|modello linguistico|ia|intelligenza artificiale)\b"),
    ("if when", rf"you(?: are|'re) (?:an? |the |any )?{_MODEL}"),
    ("si", rf"(?:tu es|vous etes) (?:une? |le |l'|la )?{_MODELE}"),
    ("as", rf"an? {_MODEL},? you (?:must|should|will|shall|are|have|need|may|can)\b"),
    ("tant", rf"qu(?:e |')(?:une? )?{_MODELE},? (?:tu|vous) (?:dois|devez|es|etes|as|avez|peux|pouvez)\b"),
    ("attention intention", rf"(?:(?:de|des|du|d'une|de toutes?|de tous)(?: les)? |d'|de l'){_MODELE} ?[:.,;!)—–-]"),
    ("attention", rf"(?:all |any )?{_MODEL} ?[:.,;!)—–-]"),
    (
        "any every all each",
        rf"(?:other )?{_MODEL} (?:reading|processing|summari[sz]ing|(?:that|who) reads?|which reads?)\b",
    ),
    ("tout toute tous toutes", rf"(?:autre )?(?:les )?{_MODELE} (?:qui (?:lit|lisent|traite|resume)|lisant)"),
    ("answer", r"to (?:every|any|all|each)(?: \w+)? questions? (?:is|about)\b"),
    ("reponse", r"a (?:toute|chaque|toutes les) questions?(?: \w+){0,3} (?:est|sera)\b"),
    ("label", r"(?:of|for) this (?:passage|article|text|document|source) ?(?:is\b|[:=])"),
    ("dear hey hello", rf"{_MODEL} ?[:,;!—–-]"),
    ("cher chere bonjour", rf"{_MODELE} ?[:,;!—–-]"),
    (
        "your",
        rf"""
        {_ANSWER} (?:must|should|shall|has to|will) (?:only |always |not )*(?:begin|start|end|contain|include|say)\b
        (?:new|real|actual|true|only) (?:task|instruction|role|objective)s? (?:is|are)\b
        (?:\w+ )?(?:instructions|prompt|guidelines) (?:are|is|have) (?:now |been )*(?:void|cancel|replaced|revoked)
        """,
    ),
    (
        "ta votre tes vos",
        rf"""
        {_REPONSE} (?:doit|doivent|devra|ne doit)\b
        (?:seules?|vraies?|nouvelles?) (?:tache|mission|consigne|instruction)s? (?:est|sont|consiste|sera)
        (?:\w+ )?(?:instructions|consignes)(?: \w+)? (?:sont|ont ete)(?: \w+)? (?:annul|remplac|caduq|chang|modifi)
        """,
    ),
    (
        "when while before",
        r"(?:summari[sz]ing|answering|quoting|citing|asked about)\b"
        r"…, (?:always|never|only|do not|you (?:must|should))\b",
    ),
    (
        "if when whenever",
        r"(?:\w+ ){0,2}users? (?:\w+ ){0,2}(?:asks?|asked|wants?|mentions?)\b"
        r"…(?:say|answer|reply|respond|claim|tell|cite|refuse)\b",
    ),
    (
        "si quand lorsque",
        r"(?:un |une |l')utilisat(?:eur|rice)\b"
        r"…(?:reponds|repondez|dis|dites|affirme|affirmez|ecris|ecrivez|cite|citez)\b",
    ),
)


def _table(rows: tuple[tuple[str, str], ...]) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for words, rest in rows:
        pattern = r"[\s']*+" + _one_of(rest)
        for word in words.split():
            table[word] = (*table.get(word, ()), pattern)
    return table


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    """When it is first needed: most texts need few, and all together take longer than reading a text."""
    return re.compile(pattern)


_AFTER_IMPERATIVE = _table(_ORDERS)
_AFTER = _table(_ADDRESSES)
_WORD = re.compile(r"[a-z]+(?:'t\b)?")

_LOOK = 60
"""Characters looked at before a verb: more than the longest opening of an order."""
_OPENS = (
    r"(?:^|[.!?:;…\"“”«»„()\[\]{}<>*#|/=–—•·\n]|(?<!\w)['-]|\b(?:you|vous|tu)\s+(?:must|should|will|shall|may|dois|devez)\b"
    r"|\b(?:essential|important|imperative|vital|mandatory)\s+that\s+you\b|\b(?:veuillez|merci\s+de)\b"
    r"|\b(?:your|i\s+want\s+you|make\s+sure|be\s+sure|remember)(?:\s+\w+){0,4}\s+to\b)\s*"
    r"(?:(?:please|kindly|now|then|and|just|simply|instead|always|never|first|only|from\s+now\s+on"
    r"|maintenant|desormais|et|puis|d'abord|toujours|jamais|ne"
    rf"|{_MODEL}\s*(?=,)|{_MODELE}\s*(?=,))(?:\s*,)?\s+)*$"
)
_MENTIONED_BEFORE = re.compile(r"[\w,']\s*[\"“«‘'„]\s*$")
_MENTIONED_AFTER = re.compile(r"[.!]?\s*[\"”»’']")
_ATTRIBUTED = re.compile(r",\s*[\"”»’']\s*\w|\s*[\"”»’']\s*,")


def orders(view: str) -> Iterator[tuple[int, int]]:
    """Where a view tells a language model what to do: (start, end) offsets of the telling words, in order."""
    for word in _WORD.finditer(view):
        rests = _AFTER.get(word.group(), ())
        imperative = _AFTER_IMPERATIVE.get(word.group(), ())
        if imperative and _opens(view, word.start()):
            rests += imperative
        for rest in rests:
            match = _compiled(rest).match(view, word.end())
            if match is not None and not _is_mentioned(view, word.start(), match.end()):
                yield word.start(), match.end()
                break


def _opens(view: str, start: int) -> bool:
    """Whether an order can begin here: behind a stop, a mark, "please", "you must"."""
    return _compiled(_OPENS).search(view[max(0, start - _LOOK) : start]) is not None


def _is_mentioned(view: str, start: int, end: int) -> bool:
    """Whether the words are all of a quotation inside somebody's sentence: typing "ignore previous instructions"."""
    if _ATTRIBUTED.match(view, end):
        return view[:start].rstrip(" \u00a0")[-1:] in ('"', "“", "«", "'", "‘")
    before = view[max(0, start - _LOOK) : start]
    return _MENTIONED_BEFORE.search(before) is not None and _MENTIONED_AFTER.match(view, end) is not None


_NAMED = rf"\b(?:ai|ia|{_MODEL}|{_MODELE}|{_INSTRUCTIONS}|{_CONSIGNES})\b"


def speaks_of_a_model(view: str) -> bool:
    """Whether a view names a language model or what it was told, or tells it what to do."""
    return _compiled(_NAMED).search(view) is not None or any(orders(view))
