"""Footnote's own sentences, in English and French, with each language's quotation marks and dates.

Holds no wording of errors (they are in English, where they are raised) and formats nothing but a date and a quote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.types import Fate, Reason

_NBSP = "\N{NO-BREAK SPACE}"
_OPENING, _CLOSING = frozenset('“«"'), frozenset('”»"')


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's sentences; `{…}` are filled by `str.format`."""

    language: str
    marks: tuple[str, str]
    months: tuple[str, ...]
    first_of_month: str
    sources: str
    date_unknown: str
    declined: Mapping[Reason, str]
    missing: str
    closest: str
    note: str
    third_language: str
    one_word: str
    cleaned: str
    found_how: str
    decision: str
    grounds: str
    fates: Mapping[Fate, str]
    passages: str
    sentences: str
    horizon: str
    no_horizon: str
    model_failed: str
    broken_off: str
    not_confirmed: str
    left_out: str
    unresolved: str
    standalone: str
    written_by: str
    failed: str
    examined: str
    outcomes: Mapping[str, str]
    suspicious: str
    articles_differ: str
    articles_contradict: str
    against: str
    also: str
    otherwise: str
    filtered: str
    nothing_fits: str
    searched_since: str
    undated: tuple[str, str]
    from_date: tuple[str, str]
    to_date: tuple[str, str]
    filter_parts: Mapping[str, str]
    no_filter: str
    searching: str
    reading: str
    checking: str
    begun_anew: str
    no_answer_yet: str
    no_source: str
    resolved: str
    waiting: str
    server_away: str
    also_in: str
    newer: str
    no_articles: str
    replaced: str
    until: str
    language_now: str
    language_auto: str
    language_wrong: str
    interrupted: str
    welcome: str
    help: str

    def quoted(self, text: str) -> str:
        """The text in this language's quotation marks; one that the article itself puts in marks keeps those alone."""
        if text[:1] in _OPENING and text[-1:] in _CLOSING:
            return text
        return f"{self.marks[0]}{text}{self.marks[1]}"

    def date(self, iso: str | None) -> str:
        """The date in full: "9 March 2016", "March 2016", "2016"; a date that is not ISO 8601 stays as it is."""
        if iso is None:
            return self.date_unknown
        year, _, rest = iso.partition("-")
        month, _, day = rest.partition("-")
        if not month:
            return iso
        if not (month.isdecimal() and 1 <= int(month) <= 12 and (not day or day.isdecimal())):
            return iso
        named = f"{self.months[int(month) - 1]} {year}"
        if not day:
            return named
        return f"{self.first_of_month if int(day) == 1 else int(day)} {named}"


ENGLISH = Phrases(
    language="en",
    marks=("“", "”"),
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    first_of_month="1",
    sources="Sources:",
    date_unknown="date unknown",
    declined={
        "not_in_evidence": "The articles don't say.",
        "nothing_found": "The articles don't say: nothing in them comes near this question.",
        "not_grounded": "An answer was drafted, but the articles do not bear it out, so it is not shown.",
    },
    missing="Not found together with the rest of the question: {words}.",
    closest="Closest passages:",
    note="Note: {text}",
    third_language="Footnote answers in English and in French; the question was searched for as it stands.",
    one_word="One word says little; a whole question, such as “Who is …?”, finds more.",
    cleaned="Control characters in the question were left out.",
    found_how="Question: {question}",
    decision="Decision: {confidence:.0%} sure that the articles answer, where {threshold:.0%} is needed.",
    grounds="What weighed most (features of bot/quoting.json): {grounds}.",
    fates={"chosen": "quoted", "weaker": "left out, weaker", "declined": "left out, not sure enough"},
    passages="Passages found:",
    sentences="Sentences weighed:",
    horizon="The newest dated article is of {date}; the archive says nothing of what came after.",
    no_horizon="No article shows its date, so none of this can be taken for the present.",
    model_failed="The language model did not answer; these are the passages.",
    broken_off="The language model broke off; what it had written until then was checked.",
    not_confirmed="What the language model wrote could not be confirmed by the articles; these are the passages.",
    left_out="Left out, because the articles do not bear it out: {count} of the statements drafted.",
    unresolved="It is not clear what this question refers to; it was searched for as it stands. Ask it in full.",
    standalone="Searched for: {questions}",
    written_by="Language model: {model}, prompts {prompts}, {tokens} tokens.",
    failed="It gave no draft that could be used: {code}.",
    examined="Statements drafted: {outcomes}.",
    outcomes={
        "shown": "confirmed",
        "no_quote": "without a quote",
        "empty": "an empty quote",
        "too_short": "a quote too short",
        "inside_word": "a quote cut within a word or number",
        "ellipsis": "a quote with words left out",
        "stitched": "a quote put together from several places",
        "paraphrase": "a quote that stands nowhere",
        "unknown_label": "a passage that does not exist",
        "ambiguous": "a quote from another passage than named",
        "furniture": "a quote from the site, not the article",
        "addresses_machine": "a quote that addresses a machine",
        "article_gone": "the article is gone",
        "text_changed": "the article has changed",
        "outside_passage": "a quote beyond its passage",
        "number": "a number not in its quotes",
        "bound": "a limit left away",
        "date": "a date not in its quotes",
        "name": "a name not in its quotes",
        "address": "an address not in its quotes",
        "negation": "a denial lost or added",
        "hedge": "a doubt or a plan told as a fact",
        "attribution": "no word of who says so",
        "quotation": "quotation marks around words that stand nowhere",
        "sources": "several sources, one quoted",
        "present": "the past told as the present",
        "meaning": "quotes that say something else",
    },
    suspicious="Addresses a machine, so not used: {place} ({why})",
    articles_differ="The articles differ: {sides}.",
    articles_contradict="The articles contradict each other: {sides}.",
    against="; ",
    also="{count} more say so",
    otherwise="Another article says otherwise: {quote}",
    filtered="Filter: {filter}. It leaves {count} of {total} articles.",
    nothing_fits="No article fits the filter: {filter}.",
    searched_since="Only articles {since} were searched; undated ones too.",
    undated=(
        "{count} of {total} articles has no date and was left out.",
        "{count} of {total} articles have no date and were left out.",
    ),
    from_date=("from {date} on", "from {date} on"),
    to_date=("up to {date}", "up to {date}"),
    filter_parts={"outlet": "outlet", "language": "language", "author": "author", "article": "article"},
    no_filter="No filter: all articles are searched.",
    searching="Searching…",
    reading="Reading {count} passages…",
    checking="Checking {count} quotes…",
    begun_anew="A new conversation: the next question stands alone.",
    no_answer_yet="Nothing has been asked yet: type a question first.",
    no_source="The last answer has no source {n}: {known}.",
    newer="That article has a newer version, which answers in its place: {article}.",
    server_away="The server of the archive does not answer: passages were found by words alone, as last known.",
    resolved="{words}: {when}",
    waiting="Of {total} passages {count} are found by their words alone so far; the index is still being made.",
    also_in="the same in {places}",
    no_articles="No article is indexed.",
    replaced="; a newer version of it answers: {article}",
    until="; until {when}",
    language_now="Answers come in English.",
    language_auto="Answers come in the language of each question.",
    language_wrong="Say /lang en, /lang fr or /lang auto.",
    interrupted="Stopped.",
    welcome="{count} articles. Ask in English or in French; /help lists the commands, Ctrl-D leaves.",
    help=(
        "Type a question, or one of:\n"
        "/source N    the passage behind [N], in its article\n"
        "/articles    what is indexed\n"
        "/why         how the last answer was found, and what was left out\n"
        "/lang WHICH  en, fr or auto: the language of the answers\n"
        "/filter WHAT which articles to search: after 2014-06, before 2015, outlet, language, author, in; or off\n"
        "/reset       begin a new conversation: the next question stands alone\n"
        "/help        this list\n"
        "/quit        leave (or Ctrl-D); Ctrl-C stops an answer"
    ),
)

FRENCH = Phrases(
    language="fr",
    marks=(f"«{_NBSP}", f"{_NBSP}»"),
    months=(
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    first_of_month="1er",
    sources="Sources :",
    date_unknown="date inconnue",
    declined={
        "not_in_evidence": "Les articles ne le disent pas.",
        "nothing_found": "Les articles ne le disent pas : rien ne s'y approche de cette question.",
        "not_grounded": "Une réponse a été rédigée, mais les articles ne la confirment pas ; elle n'est pas montrée.",
    },
    missing="Introuvable avec le reste de la question : {words}.",
    closest="Passages les plus proches :",
    note="Remarque : {text}",
    third_language="Footnote répond en français et en anglais ; la question a été cherchée telle quelle.",
    one_word="Un seul mot en dit peu ; une question entière, comme « Qui est … ? », trouve mieux.",
    cleaned="Les caractères de contrôle de la question ont été laissés de côté.",
    found_how="Question : {question}",
    decision="Décision : sûr à {confidence:.0%} que les articles répondent ; il faut {threshold:.0%}.",
    grounds="Ce qui a pesé le plus (critères de bot/quoting.json) : {grounds}.",
    fates={"chosen": "citée", "weaker": "écartée, plus faible", "declined": "écartée, pas assez sûr"},
    passages="Passages trouvés :",
    sentences="Phrases examinées :",
    horizon="L'article daté le plus récent est du {date} ; l'archive ne dit rien de la suite.",
    no_horizon="Aucun article n'indique sa date : rien de ceci ne vaut pour le présent.",
    model_failed="Le modèle de langage n'a pas répondu ; voici les passages.",
    broken_off="Le modèle de langage s'est interrompu ; ce qu'il avait écrit jusque-là a été vérifié.",
    not_confirmed="Ce que le modèle de langage a écrit n'a pu être confirmé par les articles ; voici les passages.",
    left_out="Écartées, faute d'être confirmées par les articles : {count} des phrases rédigées.",
    unresolved="On ne sait pas à quoi se rapporte cette question ; elle est cherchée telle quelle. Posez-la en entier.",
    standalone="Recherche : {questions}",
    written_by="Modèle de langage : {model}, consignes {prompts}, {tokens} jetons.",
    failed="Il n'a donné aucun texte utilisable : {code}.",
    examined="Phrases rédigées : {outcomes}.",
    outcomes={
        "shown": "confirmée",
        "no_quote": "sans citation",
        "empty": "citation vide",
        "too_short": "citation trop courte",
        "inside_word": "citation coupée dans un mot ou un nombre",
        "ellipsis": "citation avec des mots en moins",
        "stitched": "citation faite de plusieurs endroits",
        "paraphrase": "citation introuvable",
        "unknown_label": "passage qui n'existe pas",
        "ambiguous": "citation d'un autre passage que celui nommé",
        "furniture": "citation du site, non de l'article",
        "addresses_machine": "citation qui s'adresse à une machine",
        "article_gone": "article disparu",
        "text_changed": "article modifié",
        "outside_passage": "citation au-delà de son passage",
        "number": "nombre absent des citations",
        "bound": "limite omise",
        "date": "date absente des citations",
        "name": "nom absent des citations",
        "address": "adresse absente des citations",
        "negation": "négation perdue ou ajoutée",
        "hedge": "doute ou projet donné pour un fait",
        "attribution": "sans dire qui l'affirme",
        "quotation": "guillemets autour de mots introuvables",
        "sources": "plusieurs sources, une seule citée",
        "present": "passé donné pour le présent",
        "meaning": "citations qui disent autre chose",
    },
    suspicious="S'adresse à une machine, donc inutilisé : {place} ({why})",
    articles_differ="Les articles divergent : {sides}.",
    articles_contradict="Les articles se contredisent : {sides}.",
    against=" ; ",
    also="{count} autres le disent aussi",
    otherwise="Un autre article dit autre chose : {quote}",
    filtered="Filtre : {filter} ; articles retenus : {count} sur {total}.",
    nothing_fits="Aucun article ne répond au filtre : {filter}.",
    searched_since="Seuls les articles parus {since} ont été cherchés, et ceux sans date.",
    undated=(
        "{count} article sur {total} n'a pas de date et a été écarté.",
        "{count} articles sur {total} n'ont pas de date et ont été écartés.",
    ),
    from_date=("depuis le {date}", "depuis {date}"),
    to_date=("au plus tard le {date}", "au plus tard en {date}"),
    filter_parts={"outlet": "média", "language": "langue", "author": "auteur", "article": "article"},
    no_filter="Aucun filtre : la recherche porte sur tous les articles.",
    searching="Recherche…",
    reading="Lecture de {count} passages…",
    checking="Vérification de {count} citations…",
    begun_anew="Nouvelle conversation : la prochaine question est prise telle quelle.",
    no_answer_yet="Aucune question n'a encore été posée : commencez par en écrire une.",
    no_source="La dernière réponse n'a pas de source {n} : {known}.",
    newer="Cet article a une version plus récente, qui répond à sa place : {article}.",
    server_away="Le serveur des archives ne répond pas : recherche par les mots seuls, dans leur dernier état connu.",
    resolved="{words} : {when}",
    waiting="Sur {total} passages, {count} ne se trouvent encore que par leurs mots ; l'index est en préparation.",
    also_in="de même dans {places}",
    no_articles="Aucun article n'est indexé.",
    replaced=" ; une version plus récente répond : {article}",
    until=" ; jusqu'au {when}",
    language_now="Les réponses sont en français.",
    language_auto="Les réponses suivent la langue de chaque question.",
    language_wrong="Écrivez /lang en, /lang fr ou /lang auto.",
    interrupted="Arrêté.",
    welcome="{count} articles. Posez vos questions en français ou en anglais ; /help montre les commandes.",
    help=(
        "Écrivez une question, ou :\n"
        "/source N    le passage derrière [N], dans son article\n"
        "/articles    ce qui est indexé\n"
        "/why         comment la dernière réponse a été trouvée, et ce qui a été écarté\n"
        "/lang CODE   en, fr ou auto : la langue des réponses\n"
        "/filter QUOI les articles cherchés : après 2014-06, avant 2015, média, langue, auteur, dans ; ou off\n"
        "/reset       nouvelle conversation : la prochaine question est prise telle quelle\n"
        "/help        cette liste\n"
        "/quit        partir (ou Ctrl-D) ; Ctrl-C arrête une réponse"
    ),
)


def phrases(language: str) -> Phrases:
    """The sentences for an answer in this language: French for "fr", else English."""
    return FRENCH if language == "fr" else ENGLISH
