"""Tell lines that a web site wrote from lines that an author wrote: menus, notices, newsletter boxes, credits.

Looks at one line at a time and knows nothing of where it stands; `furniture` does. A line counts only when the whole of
it is of the kind: a sentence that speaks of cookies, newsletters or copyright is a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
"""Markdown's link or image; group 1 is what a reader sees. The words may run over a line break."""

URL = re.compile(r"<?(?:https?://|www\.)\S+>?", re.IGNORECASE)
EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def plain(line: str) -> str:
    """A line as a reader sees it: links by their words, no emphasis or heading marks, simple apostrophes and spaces."""
    shown = LINK.sub(r"\1", line)
    shown = re.sub(r"(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)", "", shown)
    shown = shown.replace("’", "'").replace("`", "")
    shown = re.sub(r"^\s*(?:#{1,6}\s+|>\s+)", "", shown)
    return " ".join(shown.split())


def _alternatives(patterns: str) -> str:
    """Patterns listed one or more a line, divided by `|`, as one alternative."""
    return "|".join(line.strip() for line in patterns.strip().split("\n"))


def _compiled(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)


# All patterns read `plain` text in small letters.

_BUTTONS = _alternatives(
    r"""
    facebook|twitter|x|linkedin|whatsapp|telegram|pinterest|reddit|messenger|flipboard|instagram|youtube|tumblr|rss
    bluesky|mastodon|threads|tiktok|share|partager|tweet|tweeter|e-?mail|print|imprimer|copy link|copier le lien|save
    enregistrer|envoyer|comments?|commentaires?|like|j'aime
    """
)
_BUTTON_ROW = re.compile(rf"(?:(?:{_BUTTONS})(?:[\s,|/·•]+|$))+")

# The whole line, once colons, arrows and dots are taken off its ends.
_WHOLE = re.compile(
    _alternatives(
        r"""
        close|fermer|in this (?:article|story)|dans cet article|ends|menu|search|rechercher|home|accueil|next|previous
        \d+ (?:comments?|commentaires?|shares|partages)|leave a (?:comment|reply)|post a comment|réagir
        join the conversation|(?:laisser|écrire|ajouter) un commentaire|(?:read|show|see|view|load) (?:more|all|less)
        continue reading|learn more|lire la suite|lire plus|(?:en )?(?:voir|savoir|afficher) plus
        (?:see|read) also|also read|(?:à )?(?:voir|lire) aussi|à lire également
        related(?: (?:articles?|stories|posts?|content|topics?|news|links))?|articles? (?:liés?|similaires?|connexes?)
        sur le même (?:sujet|thème)|more on this story|more stories|more from [^.!?]{1,40}|you may also like
        vous aimerez aussi|recommended(?: for you)?|recommandé pour vous|trending(?: now)?|tendances
        (?:most|les plus) (?:read|popular|viewed|shared|lus?|lues|partagés|consultés)|(?:advertise|ad)ments?
        publicité|sponsored(?: content)?|contenu sponsorisé|annonce|promoted|advertisement|skip to (?:main )?content
        aller au contenu(?: principal)?|back to top|(?:haut de page|retour en haut)(?: de la page)?
        sign (?:in|up)|log ?in|se connecter|s'inscrire|connexion|subscribe(?: now| today)?|s'abonner|abonnez-vous
        je m'abonne|newsletters?|lettre d'information|(?:next|previous) (?:article|story|post)
        article (?:précédent|suivant)|table of contents|loading|listen to (?:this )?article|écouter (?:cet |l')article
        (?:accept|reject)(?: all)?(?: cookies)?|(?:tout )?(?:accepter|refuser)(?: tout| les cookies)?
        manage (?:cookies|preferences)|gérer (?:mes|les) (?:cookies|préférences)
        you have success?fully subscribed|thank you for (?:subscribing|signing up)
        merci (?:de|pour) votre (?:inscription|abonnement)|photos?|images?|vidéos?|videos?|watch|play|zoom|diaporama
        slideshow|gallery|galerie|afp|reuters|(?:le monde )?avec (?:afp|reuters)(?: et (?:afp|reuters))?|with reuters
        terms (?:of use|of service|and conditions)|privacy policy|mentions légales|politique de confidentialité
        about us|contact(?: us|ez-nous)?|à propos|qui sommes-nous
        """
    )
)

# The signature of an agency's desk: the initials of writers, editors and desks (nr-mra/bdx).
_SIGNATURE = re.compile(r"\(?[a-z]{2,4}(?:-[a-z]{2,4}){0,3}(?:/[a-z]{2,4}(?:-[a-z]{2,4})*){1,4}\)?")

# What points a reader elsewhere.
_POINTERS = _alternatives(
    r"""
    (?:à )?(?:lire|voir|écouter)(?: aussi| également)?|read(?: more| also)?|also read|see also|related
    more on this(?: story)?|related (?:article|story)|recommended|pour aller plus loin
    sur le même (?:sujet|thème)|watch|listen|don't miss|à ne pas manquer
    """
)
_PROMPT = re.compile(rf"(?:{_POINTERS})\s*[:>»→|]")
_PROMPT_WITHOUT_COLON = re.compile(
    r"(?:à lire (?:aussi|également)|(?:lire|voir) (?:aussi|également)|read also|also read|see also|read more)\b"
)

# A call to the reader, and what of the site it names.
_CALLS = _alternatives(
    r"""
    subscribe|sign up|register|get|join|follow|like us|download|support|donate|click here|don't miss
    stay (?:informed|tuned|up to date)|enter your|inscrivez-vous|abonnez-vous|recevez|suivez|rejoignez
    téléchargez|soutenez|cliquez ici|restez informés?|ne manquez|entrez votre|saisissez votre
    """
)
_OFFERS = _alternatives(
    r"""
    newsletters?|inbox|lettres? d'information|boîte (?:mail|de réception)|your e-?mail|adresse (?:e-?)?mail
    (?:our|notre|nos) (?:\w+ ){0,2}(?:channels?|pages?|app|application|community|journalism|work|site|alerts?)
    notre (?:\w+ ){0,2}(?:chaîne|compte|travail|journalisme|rédaction|communauté|appli|groupe)|nos alertes
    us (?:on|today)|nous (?:sur|aider)|notifications|updates from
    """
)
_BOX = re.compile(rf"(?:please )?(?:{_CALLS})\b.*\b(?:{_OFFERS})\b")

# Notices that close an article: rights, responsibility, where it was published, how to write in.
_CLOSING = _compiled(
    (
        r"^(?:©|\(c\) |copyright\s*(?:©|\(c\)|:|(?:19|20)\d\d|by\b)).{0,200}$",
        r"^.{0,160}\ball rights reserved\b\W*(?:$|\.|\||/)",
        r"^.{0,160}\btous droits (?:de reproduction )?(?:et de représentation )?réservés\b",
        r"^(?:toute )?(?:reproduction|représentation)\b.{0,80}\b(?:interdite|prohibited|forbidden|not permitted)\b",
        r"^(?:this (?:material|content|article)|no part of this).{0,80}"
        r"\bmay (?:not )?be (?:published|reproduced|copied|broadcast|rewritten|redistributed)",
        r"\baccorde la permission de reproduire|\bgrants permission to (?:cross-?post|reproduce|republish|reprint)",
        r"\b(?:contient|comporte) du matériel protégé|\bcontains? copyrighted material",
        r"^(?:cet article|ce texte|ce contenu) est protégé par",
        r"^(?:this (?:work|article|content)|cet article|cette œuvre|ce texte)\b.{0,60}"
        r"\b(?:licensed under|sous licence)\b",
        r"^(?:published|republished|reprinted|reproduced|posted) (?:here )?(?:with|by) (?:the )?(?:kind )?permission\b",
        r"^(?:(?:avis|clause) de non[- ]responsabilité|legal notice|mentions légales)\b\s*[:.–-]",
        r"^disclaimer\s*[:.–-].*\b(?:views|opinions|information|content|advice|page|site|article|liab\w+|responsib\w+)\b",
        r"^(?:the )?(?:views|opinions) expressed (?:in this|in the|here|are|by the)\b",
        r"^les (?:opinions|propos|points de vue|idées) exprimée?s (?:dans|ici|par|sur|n'engagent)\b",
        r"^(?:la source originale de cet article est|the original source of this article is)\b",
        r"^(?:this|the) (?:article|story|piece|report|post|essay) (?:was )?(?:first |originally )+"
        r"(?:appeared|published|posted|ran)\b",
        r"^cet? (?:article|texte|billet) (?:a été |est )(?:initialement |d'abord |originellement )?(?:publié|paru)\b",
        r"^(?:originally|first) (?:published|appeared|posted) (?:by|in|on|at)\b.{0,80}$",
        r"^(?:cet? article|cette page|ce contenu) fait partie (?:des|de nos) archives\b",
        r"^this (?:article|story|page|content) (?:is (?:part of|from) (?:the |our )?.{0,40}archives?|"
        r"is archived|has been archived)\b",
        r"^(?:(?:press|media) )?contacts?(?: média| presse| us)?\s*:?\s*[\w.+-]+@[\w.-]+$",
        r"^(?:pour|for|to|if you|si vous|questions|une question|got a|have a)\b.{0,260}"
        r"(?:contactez|contacter|contact|écrivez|write to|e-?mail).{0,60}[\w.+-]+@[\w.-]+",
        r"^articles? (?:par|de|by)\s*:.{1,80}$|^(?:more|other) (?:articles|stories) by\b.{1,80}$",
    )
)

# Notices that may stand anywhere.
_ANYWHERE = _compiled(
    (
        r"^this article is more than \w+ (?:years?|months?) old\b",
        r"^cet article (?:date de|a) plus de \w+ (?:ans|mois)\b",
        r"^(?:this|our) (?:web ?)?site uses cookies|^we(?: and our partners)? (?:use|store).{0,40}\bcookies\b",
        r"^(?:ce|notre) site (?:web |internet )?utilise des cookies",
        r"^nous(?: et nos partenaires)? (?:utilisons|stockons).{0,40}\bcookies\b",
        r"^by (?:clicking|continuing|using|subscribing|signing)\b.{0,160}\b(?:cookies|terms|privacy|you agree)",
        r"^en (?:cliquant|poursuivant|continuant|vous inscrivant|vous abonnant)\b.{0,160}"
        r"\b(?:cookies|conditions|navigation|vous acceptez)",
        r"^(?:la suite après|l'article continue après|article continues|story continues|continue reading below)\b"
        r".{0,40}$",
        r"^advertisement - continue reading",
        r"^(?:cet )?article (?:est )?réservé (?:à nos|aux) abonnés\b|^il vous reste \d.{0,12} de cet article",
        r"^(?:this|the rest of this) (?:article|content) is for subscribers",
        r"^\(?(?:photos?|images?|pictures?|crédits?|credits?|illustration|ap photo|file photo|photo d'archives?)"
        r"(?: \w+)?\s*[:©/].{0,120}$",
        r"^(?:getty images|afp ?/|reuters ?/|ap ?/)[\w '.-]{0,60}$",
        r"^(?:share|partager|partagez|tweet) (?:this|on|via|with|cet|cette|sur|avec|par)\b[^.!?]{0,60}$",
        r"^(?:follow|suivez|retrouvez)(?:-nous| .{1,60}) (?:on|sur) "
        r"(?:facebook|twitter|x|instagram|telegram|whatsapp|linkedin|google)\b.{0,60}$",
        r"^(?:topics?|tags?|mots?[- ]clés?|keywords|filed under|posted in|classé dans)\s*:.{1,160}$",
        r"^\d+ (?:min|minutes?)\.? (?:read|de lecture)$|^(?:reading time|temps de lecture)\b.{0,30}$",
    )
)

_SMALL_PRINT = re.compile(
    _alternatives(
        r"""
        droits? d'auteur|copyright|fair use|utilisation équitable|\breprodui|permission|opinions? exprimée|dégage de
        contactez|\bcontact\b|abonnez|abonnement|newsletter|lettre d'information|nos lecteurs|our readers|subscrib
        hyperlien|hyperlink|\bbriefing\b|\binbox\b|cookies|but non lucratif|not-for-profit|privacy|confidentialité
        se désinscrire|\bfaq\b|formats? papier
        """
    )
)
_REPORTING = re.compile(
    r"\b(?:said|says|told|added|according to|reported|a (?:dit|déclaré|affirmé|ajouté|indiqué)|selon)\b"
)

_BREADCRUMB = re.compile(r"[^.!?>»›]{1,40}(?:\s*[>»›]\s*[^.!?>»›]{1,40}){2,6}")
_FROM_HOME = re.compile(r"(?:home|accueil)\s*[>»›/]\s*[^.!?]{1,60}")
_MARKUP_ONLY = re.compile(r"(?:<[^<>]{1,300}>\s*)+|[-*_=~]{3,}|\|?[\s:|-]{5,}\|?")


def is_notice(line: str) -> bool:
    """Whether a line, wherever it stands, is the site's: menu item, notice, box, credit, bare links or markup."""
    stripped = line.strip()
    if not stripped:
        return False
    if _MARKUP_ONLY.fullmatch(stripped) or URL.fullmatch(stripped) or _only_links(stripped):
        return True
    shown = plain(stripped)
    small = shown.lower()
    bare = small.strip(" :.…!→>»›|-–—+×✕▼▲←‹«[]()")
    if _SIGNATURE.fullmatch(shown) or (len(small) < 90 and (_WHOLE.fullmatch(bare) or _BUTTON_ROW.fullmatch(bare))):
        return True
    if _is_box(small) or (len(small) < 250 and _PROMPT.match(small)):
        return True
    ends = small.endswith(".") and not small.endswith("...")
    if _PROMPT_WITHOUT_COLON.match(small) and not ends and len(small) < 200:
        return True
    if len(shown) < 160 and (_BREADCRUMB.fullmatch(shown) or _FROM_HOME.fullmatch(small)):
        return True
    return any(pattern.search(small) for pattern in _CLOSING + _ANYWHERE)


def closes(line: str) -> bool:
    """Whether a line is a notice of the kind that stands under an article: rights, source, disclaimer, subscription."""
    small = plain(line).lower()
    return _is_box(small) or any(pattern.search(small) for pattern in _CLOSING)


def is_small_print(line: str) -> bool:
    """Whether a line speaks of rights, subscriptions or contact and reports nothing: the site's, among its notices."""
    small = plain(line).lower()
    return bool(_SMALL_PRINT.search(small) or EMAIL.search(line)) and not _REPORTING.search(small)


def _is_box(small: str) -> bool:
    return len(small) < 250 and bool(_BOX.match(small)) and not _REPORTING.search(small)


def _only_links(line: str) -> bool:
    """`[World Socialist Web Site](#)`, `[A](#) | [B](#)`: nothing beside links but separators."""
    return bool(LINK.search(line)) and not any(character.isalnum() for character in LINK.sub("", line))
