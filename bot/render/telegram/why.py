"""How an answer was found, and what was left out, from what was kept of it: a message of bounded length.

Articles are named, and sentences left out are shown, as the catalogue has them now; an article that is gone is told by
its path. Features and their weights are left to the terminal's /why.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.render.kept import Kept, KeptHit
from bot.render.phrases import Phrases, phrases
from bot.render.telegram.evidence import ArticleOf
from bot.render.telegram.message import Message
from bot.render.telegram.origins import BETWEEN, origin
from bot.render.telegram.splitting import first_part
from bot.render.telegram.styled import Styled, plain, shortened
from bot.render.text import clipped, one_line
from bot.telegram.texts import Texts

HITS: Final = 4
"""Passages found that are named."""
PLACES: Final = 3
"""Articles that address a machine that are named."""
_QUESTION: Final = 300
_WORDS: Final = 120
"""Characters of a path, a word or a sentence."""


def _gone(_article_id: str) -> None:
    return None


def why_message(kept: Kept, texts: Texts, article_of: ArticleOf = _gone) -> Message:
    """How the answer was found, in paragraphs: the search, the choice, the sources, the model, the time."""
    words = phrases(texts.language)
    paragraphs = [
        Styled().bold(texts("answer.how.title")),
        *(
            Styled().join(*lines)
            for part in (_search(kept, texts, words, article_of), _choice(kept, texts, words, article_of),
                         _sources(kept, texts, words), _machine(kept, texts, words))
            if (lines := list(part))
        ),
    ]  # fmt: skip
    return first_part(Styled().join(*paragraphs, between="\n\n").message())


def _line(text: str) -> Styled:
    return Styled().add(text)


def _decimal(value: float, places: int, texts: Texts) -> str:
    """The number with the language's decimal sign."""
    return f"{value:.{places}f}".replace(".", "," if texts.language == "fr" else ".")


def _search(kept: Kept, texts: Texts, words: Phrases, article_of: ArticleOf) -> Iterator[Styled]:
    yield _line(texts("answer.how.question", text=shortened(plain(kept.question), _QUESTION)))
    searched = [one for one in (kept.standalone, kept.how.translation) if one]
    if searched:
        text = BETWEEN.join(shortened(plain(one), _QUESTION) for one in searched)
        yield _line(texts("answer.how.searched", text=text))
    if kept.archive is not None and kept.archive.newest:
        newest = words.date(kept.archive.newest)
        yield _line(texts("answer.how.archive_newest", count=kept.archive.articles, date=newest))
    elif kept.archive is not None:
        yield _line(texts("answer.how.archive", count=kept.archive.articles))
    hits = kept.how.hits
    if hits:
        yield _line(texts.count("answer.how.passages", len(hits)))
        yield from (_hit(place, hit, texts, words, article_of) for place, hit in enumerate(hits[:HITS], start=1))
    if len(hits) > HITS:
        yield _line(texts.count("answer.more", len(hits) - HITS))


def _hit(place: int, hit: KeptHit, texts: Texts, words: Phrases, article_of: ArticleOf) -> Styled:
    article = article_of(hit.article)
    by = "both" if len(hit.found_by) > 1 else next(iter(hit.found_by), None)
    name = _line(plain(hit.path or hit.article)) if article is None else origin(article, words)
    line = _line(f"{place}. ").join(name)
    return line.add(f" ({texts(f'answer.how.by_{by}')})") if by else line


def _choice(kept: Kept, texts: Texts, words: Phrases, article_of: ArticleOf) -> Iterator[Styled]:
    how = kept.how
    if how.decision:
        yield _line(words.decision.format(confidence=how.decision.confidence, threshold=how.decision.threshold))
    if how.missing:
        missing = ", ".join(words.quoted(shortened(plain(word), _WORDS)) for word in how.missing[:PLACES])
        yield _line(words.missing.format(words=missing))
    if how.fates:
        fates = ", ".join(f"{count} × {words.fates[fate]}" for fate, count in how.fates.items())
        yield _line(texts.count("answer.how.weighed", sum(how.fates.values()), fates=fates))
    left_out = [(one.probability, said) for one in how.left_out if (said := one.words(article_of(one.article)))]
    if left_out:
        yield _line(texts("answer.how.best"))
        for probability, said in left_out:
            quote = words.quoted(clipped(one_line(said), _WORDS))
            yield _line(texts("answer.how.percent", percent=f"{100 * probability:.0f}", text=quote))
    if how.suspicious:
        paths = list(dict.fromkeys(stretch.path for stretch in how.suspicious))
        named = [shortened(plain(path), _WORDS) for path in paths[:PLACES]]
        named += [texts.count("answer.more", len(paths) - PLACES)] if len(paths) > PLACES else []
        yield _line(texts.count("answer.how.suspicious", len(how.suspicious), places=", ".join(named)))


def _sources(kept: Kept, texts: Texts, words: Phrases) -> Iterator[Styled]:
    if not kept.claims:
        return
    dates = sorted({cited.published for cited in kept.citations if cited.published})
    if not dates:
        yield _line(texts("answer.how.undated"))
    elif len(dates) == 1:
        yield _line(texts("answer.how.date", date=words.date(dates[0])))
    else:
        yield _line(texts("answer.how.dates", oldest=words.date(dates[0]), newest=words.date(dates[-1])))
    for one in kept.differing:
        sides = words.against.join(
            f"{words.quoted(shortened(plain(side.words), _WORDS))} [{side.n}]" if side.words else f"[{side.n}]"
            for side in one.versions
        )
        differ = words.articles_contradict if one.kind == "negation" else words.articles_differ
        yield _line(differ.format(sides=sides))


def _machine(kept: Kept, texts: Texts, words: Phrases) -> Iterator[Styled]:
    """What a language model had to do with it, and what it cost; and the time."""
    model = kept.model
    if model is None:
        yield _line(texts("answer.how.no_model"))
    else:
        tokens = kept.usage.input_tokens + kept.usage.output_tokens
        name = shortened(plain(model.name), _WORDS)
        yield _line(words.written_by.format(model=name, prompts=model.prompts, tokens=tokens))
        if kept.usage.cost_usd:
            yield _line(texts("answer.how.cost", dollars=_decimal(kept.usage.cost_usd, 4, texts)))
        if model.failure:
            yield _line(words.failed.format(code=model.failure))
        if kept.how.drafted:
            outcomes = (f"{count} × {words.outcomes.get(fate, fate)}" for fate, count in kept.how.drafted.items())
            yield _line(words.examined.format(outcomes=", ".join(outcomes)))
    total = kept.timings_ms.get("total")
    if total is not None:
        stages = ", ".join(
            f"{texts.sentences.get(f'answer.stage.{name}', name)} {_decimal(spent / 1000, 2, texts)}"
            for name, spent in kept.timings_ms.items()
            if name != "total"
        )
        key = "answer.how.time" if stages else "answer.how.time_whole"
        yield _line(texts(key, seconds=_decimal(total / 1000, 2, texts), stages=stages))
