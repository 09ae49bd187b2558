"""Draft questions on an archive, for a person to edit: rows as `seeds/questions.jsonl` has them, marked as drafts.

By rules, from the names that articles speak of (`bot/subjects.py`), with the sentences that name them as evidence, and
ages that no article tells; or by a language model that is shown passages, whose quotes must stand there word for word.
Both begin with the newest articles and take all in turn. Nothing is asked of the archive: how well it answers is what
the questions are to find out. Does not write files.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final, NamedTuple, TypeVar

from bot.assistant import Assistant
from bot.evaluation.cases import Fact
from bot.evidence import block, pack
from bot.locating import Place as Located
from bot.locating import locate
from bot.model_errors import ContentFiltered, ContextOverflow, CutShort, EmptyReply, ModelError, ModelRefused, NoObject
from bot.models import ChatModel, Message, Shape
from bot.printable import printable
from bot.settings import ANSWER_SECONDS
from bot.subjects import Subject, subjects
from bot.suggesting import questions
from bot.support.cues import cue
from bot.support.offices import offices
from bot.support.words import read
from bot.types import Evidence, Usage
from prompts import LANGUAGES as LANGUAGE_NAMES
from prompts import load
from retrieval.analysis import passage_terms
from retrieval.languages import detect
from retrieval.names import fold, skeleton
from retrieval.types import LANGUAGES, Article, Hit, Passage, Span

Row = dict[str, Any]
_T = TypeVar("_T")

_READ: Final = 300
"""Newest articles that drafts are made on."""
_PLACES: Final = 6
"""Sentences that may answer a question made by rules; where more do, it asks for nothing in particular."""
_EVERY: Final = 4
"""Of so many drafts by rules one is not answered by the archive, as long as there are such."""
_BESIDE: Final = 2
"""Words and marks between a verb of saying and whoever speaks: "has", « a », a first name, a comma; one less."""
_ENDS: Final = re.compile(r"[.!?…][\s”“\"»’')\]]*$")
"""The end of a sentence; a headline, which has none, is poor evidence."""
_AGE: Final = re.compile(
    r"\b(?:aged?|years?[- ]old|born|birth\w*|âgée?s?|\d+ ans|née?s?|naissance|anniversaire)\b|[,(]\s?\d\d\s?[,)]",
    re.IGNORECASE,
)
"""Words that may tell somebody's age, in English or French; the last is "Ilse Brandt, 54, said"."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_WORDS: Final = re.compile(r"[^\W_]+")
_NBSP: Final = "\u00a0"

_PASSAGES: Final = 4
"""Passages that a model is shown at once, of one article: some 600 words."""
_ASKED: Final = 2
"""Questions that it is asked for at once."""
_REPLY_TOKENS: Final = 700
"""Room for a reply: two questions with a long sentence each come to some 300."""
_SHARE: Final = 4
"""A reply has this part of a small window at most: a fourth."""
_FRAME: Final = 160
"""Tokens that servers put around messages, and the schema, where they count it in."""
_PATIENCE: Final = 4
"""Replies in a row without a draft that could be used, after which the model is asked no more."""
_LONGEST: Final = 300
"""Characters of a question."""

_SHAPE: Final = Shape(
    name="questions",
    description="Questions that the passages answer, each with the words that do.",
    schema={
        "type": "object",
        "properties": {
            "questions": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "question": {"type": "string", "description": "Can be understood without the article."},
                        "quote": {"type": "string", "description": "Words of one passage, letter by letter."},
                        "answers": {
                            "type": "array",
                            "items": {"type": "string"},
                            "description": "The shortest words of the quote that are the answer.",
                        },
                    },
                    "required": ["question", "quote", "answers"],
                    "additionalProperties": False,
                },
            },
        },
        "required": ["questions"],
        "additionalProperties": False,
    },
)


# By rules


class _Sentence(NamedTuple):
    """A sentence of an article, which is named by its path, or by its id where two have that path."""

    article: str
    quote: str
    language: str


class _Made(NamedTuple):
    """A question made by rules on a name; without sentences it is one that no article answers."""

    text: str
    language: str
    kind: str
    about: str
    sentences: tuple[_Sentence, ...]


def by_rules(assistant: Assistant, most: int, language: str | None = None) -> Iterator[Row]:
    """Up to `most` drafts in `language`; None: in each article's own language and the other in turn.

    The evidence is each sentence of these articles that names whom the question is about, and says something where it
    asks for words, and has an office where it asks who that is. The same archive gives the same drafts. Raises what an
    assistant's methods do.
    """
    yield from _numbered(_with_unanswered(_made(assistant, language)), most)


def _made(assistant: Assistant, language: str | None) -> Iterator[_Made]:
    """The questions on all articles in turn; a few stand several times."""
    everything = assistant.articles()
    newest = _newest_first(everything)
    passages = {article.id: assistant.passages(article.id) for article in newest}
    known = _Sentences(newest, passages, _names(everything))
    ages = _Ages(everything)
    queues = []
    for n, article in enumerate(newest):
        own_first = sorted(LANGUAGES, key=lambda one: one != article.language)
        wanted = [language] if language else own_first if n % 2 == 0 else own_first[::-1]
        queues.append(_in_turn([_of_article(article, passages[article.id], one, known, ages) for one in wanted]))
    return _in_turn(queues)


def _of_article(
    article: Article, passages: Sequence[Passage], language: str, known: _Sentences, ages: _Ages
) -> Iterator[_Made]:
    untitled = replace(article, title=None)  # what an article is about, no sentence of it says
    kind = "same_language" if article.language == language else "cross_lingual"
    for one in sorted(subjects(passages, language), key=_vagueness):
        text = next(questions(untitled, [one], language)).text
        sentences = known.answering(one)
        if 0 < len(sentences) <= _PLACES:
            yield _Made(text, language, kind, one.name, sentences)
        if one.kind == "person" and not ages.may_tell(one.name):
            asked = f"Quel âge a {one.name}{_NBSP}?" if language == "fr" else f"How old is {one.name}?"
            yield _Made(asked, language, "not_in_articles", one.name, ())


def _vagueness(one: Subject) -> int:
    """What somebody said is asked for before who somebody is, what happened somewhere, and what is said of a body."""
    return 0 if one.speaks else 1 + ("person", "place", "body").index(one.kind)


def _with_unanswered(made: Iterable[_Made]) -> Iterator[Row]:
    """Each question once, those without an answer set apart and put between the others."""
    told: set[str] = set()
    unanswered: deque[_Made] = deque()
    since = 0
    for one in made:
        key = one.text if one.sentences else _surname(one.about)
        if key in told:
            continue
        told.add(key)
        if not one.sentences:
            unanswered.append(one)
            continue
        yield _row_by_rules(one)
        since += 1
        if since >= _EVERY - 1 and unanswered:
            yield _row_by_rules(unanswered.popleft())
            since = 0


def _row_by_rules(one: _Made) -> Row:
    places = [{"article": sentence.article, "quote": sentence.quote} for sentence in one.sentences]
    note = f"made by rules; {'the sentences that name' if places else 'no article that names'} {one.about}"
    return {
        "lang": one.language,
        "kind": one.kind,
        "question": one.text,
        "evidence": [places] if places else [],
        "facts": [],
        "answerable": bool(places),
        "note": note if places else f"{note} tells an age",
    }


class _Sentences:
    """The sentences of articles, by the terms that stand in them."""

    def __init__(
        self, articles: Sequence[Article], passages: Mapping[str, Sequence[Passage]], names: Mapping[str, str]
    ) -> None:
        self._all: list[_Sentence] = []
        self._having: dict[tuple[str, str], list[int]] = defaultdict(list)
        for article in articles:
            for span, language in _spans(passages[article.id]).items():
                quote = article.text[span.start : span.end].strip()
                if language in LANGUAGES and _ENDS.search(quote):
                    for term in set(passage_terms(quote, language)):
                        self._having[language, term].append(len(self._all))
                    self._all.append(_Sentence(names[article.id], quote, language))

    def answering(self, one: Subject) -> tuple[_Sentence, ...]:
        """Those that name a subject, and do what the first question about it asks for."""
        return tuple(sentence for sentence in self._naming(one) if _answers(sentence, one))

    def _naming(self, one: Subject) -> list[_Sentence]:
        found: set[int] = set()
        for language in LANGUAGES:
            # A name of the name tables is one term whatever it is called; a person is named in full only once.
            terms = [term for term in passage_terms(one.name, language) if not term.startswith("~")]
            entity = [term for term in terms if term.startswith("@")]
            wanted = entity or (terms[-1:] if one.kind == "person" else terms)
            if wanted:
                found |= set.intersection(*(set(self._having.get((language, term), ())) for term in wanted))
        return [self._all[n] for n in sorted(found)]


def _spans(passages: Sequence[Passage]) -> dict[Span, str]:
    """The sentences of an article with their language, each once: passages may share some."""
    return {span: passage.language for passage in passages for span in passage.sentences}


def _answers(sentence: _Sentence, one: Subject) -> bool:
    surname = fold(one.name.split()[-1])
    if one.speaks:
        reading = read(sentence.quote, sentence.language)
        saying = reading.find(cue("attribution", sentence.language, "saying"))
        beside = (reading.words[max(0, first - _BESIDE) : past + _BESIDE] for _, first, past in saying)
        return any(surname in fold(word.low) for words in beside for word in words)
    if one.kind == "person":
        held = [office.name[-1] for office in offices(sentence.quote, sentence.language) if office.name]
        return any(surname in name for name in held)
    return True


class _Ages:
    """Of whom an article may tell the age: it names them, and somebody's age or birth, or is in a third language."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._named: set[str] = set()
        for article in articles:
            if article.language not in LANGUAGES or _AGE.search(article.text):
                words = set(_WORD.findall(article.text))
                self._named.update(_surname(word) for word in words if not word.islower())

    def may_tell(self, name: str) -> bool:
        """Whether an article may tell the age of one of this surname."""
        return _surname(name) in self._named


def _surname(name: str) -> str:
    """The last word of a name, one key for all spellings of it: nobody is asked about under two."""
    last = _WORD.findall(name)[-1]
    return skeleton(last) or fold(last)


# By a model


@dataclass
class Tally:
    """What became of the drafts of a model that are not handed on, by reason, and what they all took."""

    dropped: Counter[str] = field(default_factory=Counter)
    usage: Usage = field(default_factory=Usage)


def by_model(
    assistant: Assistant, model: ChatModel, most: int, tally: Tally | None = None, *, seconds: float = ANSWER_SECONDS
) -> Iterator[Row]:
    """Up to `most` drafts by a model, each reply within `seconds`. What is dropped is counted in `tally`.

    It ends early where the articles are used up, or four replies in a row give nothing. Raises ModelError where the
    model cannot be asked, or those four were no replies; and what an assistant's methods do.
    """
    yield from _numbered(_asked(assistant, model, most, tally or Tally(), seconds), most)


def _asked(assistant: Assistant, model: ChatModel, most: int, tally: Tally, seconds: float) -> Iterator[Row]:
    model.load()
    everything = assistant.articles()
    newest, names = _newest_first(everything), _names(everything)
    fingerprint = assistant.archive().fingerprint
    told: set[str] = set()
    fruitless = 0
    for article, passages in _in_turn([_windows(assistant, article) for article in newest]):
        language = article.language if article.language in LANGUAGES else "en"
        wanted = min(_ASKED, most - len(told))
        evidence = _packed(model, article, passages, fingerprint, language)
        if not evidence:
            continue
        limit = min(_REPLY_TOKENS, model.window // _SHARE)
        failure: ModelError | None = None
        drafts: list[Row] = []
        try:
            reply = model.ask(_messages(evidence, language, wanted), _SHAPE, max_tokens=limit, seconds=seconds)
        except (NoObject, EmptyReply, CutShort, ModelRefused, ContentFiltered) as error:
            failure = error
            tally.usage += error.usage
            tally.dropped["no usable reply"] += 1
        else:
            tally.usage += reply.usage
            drafts = list(_drafts(reply.value, evidence, names[article.id], model.name, told, tally))
        yield from drafts
        fruitless = 0 if drafts else fruitless + 1
        if fruitless >= _PATIENCE:
            if failure is not None:
                raise failure
            return


def _windows(assistant: Assistant, article: Article) -> Iterator[tuple[Article, Sequence[Passage]]]:
    """An article with a few of its passages at a time."""
    passages = assistant.passages(article.id)
    for at in range(0, len(passages), _PASSAGES):
        yield article, passages[at : at + _PASSAGES]


def _packed(
    model: ChatModel, article: Article, passages: Sequence[Passage], fingerprint: str, language: str
) -> tuple[Evidence, ...]:
    """The passages as the model is shown them. Raises ContextOverflow where there is no room for any."""
    fixed = sum(model.count(message.text) for message in _messages((), language, _ASKED))
    room = model.window - min(_REPLY_TOKENS, model.window // _SHARE) - _FRAME - fixed
    hits = [Hit(passage, 0.0, rank, ()) for rank, passage in enumerate(passages, start=1)]
    evidence = pack(hits, lambda _: article, fingerprint, model.count, room)
    if not evidence and pack(hits, lambda _: article, fingerprint, lambda _: 0, 1):
        raise ContextOverflow(model.name)
    return evidence


def _messages(evidence: Sequence[Evidence], language: str, most: int) -> list[Message]:
    return load("questions", "language", "most", "passages").fill(
        language=LANGUAGE_NAMES[language], most=str(most), passages="\n\n".join(map(block, evidence))
    )


def _drafts(
    value: Mapping[str, Any], evidence: Sequence[Evidence], article: str, model: str, told: set[str], tally: Tally
) -> Iterator[Row]:
    """The questions of a reply that can be used; `told` holds those that were."""
    for one in _read(value, tally):
        text = printable(one.question)
        key = " ".join(_WORDS.findall(fold(text)))
        passage, words = next(_found(one.quote, evidence), (None, ""))
        if not text.endswith("?") or len(text) > _LONGEST or not key:
            tally.dropped["not a question"] += 1
        elif passage is None:
            tally.dropped["quote not found"] += 1
        elif key in told:
            tally.dropped["asked already"] += 1
        else:
            told.add(key)
            language = detect(text)
            answers = dict.fromkeys(map(printable, one.answers))
            said = [answer for answer in answers if _stands(answer, words) and not _stands(answer, text)]
            yield {
                "lang": language if language in LANGUAGES else None,
                "kind": "same_language" if language == passage.language else "cross_lingual",
                "question": text,
                "evidence": [[{"article": article, "quote": words}]],
                "facts": [],
                **({"answers": said} if said else {}),
                "answerable": True,
                "note": f"written by {model}",
            }


@dataclass(frozen=True, slots=True)
class _Written:
    """A question as a reply has it."""

    question: str
    quote: str
    answers: list[str] = field(default_factory=list)


def _read(value: Mapping[str, Any], tally: Tally) -> Iterator[_Written]:
    """The questions of a reply that have the form."""
    from pydantic import TypeAdapter, ValidationError

    found = value.get("questions")
    if not isinstance(found, list):
        tally.dropped["no usable reply"] += 1
        return
    for one in found[:_ASKED]:
        try:
            yield TypeAdapter(_Written).validate_python(one)
        except ValidationError:
            tally.dropped["not a question"] += 1


def _found(quote: str, evidence: Sequence[Evidence]) -> Iterator[tuple[Passage, str]]:
    """The passages shown that hold a quote, with the words as they stand there."""
    for piece in evidence:
        passage = piece.hit.passage
        place = locate(quote, passage.text)
        if isinstance(place, Located):
            yield passage, passage.text[place.span.start : place.span.end]


def _stands(answer: str, text: str) -> bool:
    return any(map(str.isalnum, answer)) and Fact(spellings=(answer,)).find(text) is not None


# Both


def _newest_first(articles: Iterable[Article]) -> list[Article]:
    return sorted(articles, key=lambda one: one.published or "", reverse=True)[:_READ]


def _names(articles: Sequence[Article]) -> dict[str, str]:
    """By id the path of each article, or its id where another has that path."""
    paths = Counter(article.path for article in articles)
    return {article.id: article.path if paths[article.path] == 1 else article.id for article in articles}


def _in_turn(queues: Iterable[Iterator[_T]]) -> Iterator[_T]:
    """The first of each, the second of each, and so on; each is made when its turn comes."""
    left = list(queues)
    while left:
        still = []
        for queue in left:
            for one in islice(queue, 1):
                yield one
                still.append(queue)
        left = still


def _numbered(rows: Iterable[Row], most: int) -> Iterator[Row]:
    for n, row in enumerate(islice(rows, most), start=1):
        yield {"id": f"draft-{n:03}", "part": "draft", **row, "draft": True}
