"""What follows from all articles together, once a plan says which there will be; and what that changes in the plan.

Stories and versions (`stories`) and the furniture of outlets (`repeated`) depend on every article, so a new one may
change what an old one shows. What is derived is a function of the articles alone: an index that was kept in step holds
the same as one built from nothing. Writes nothing.
"""

from __future__ import annotations

from dataclasses import replace

from retrieval import repeated
from retrieval.catalogue import Catalogue
from retrieval.catalogue_writer import Derived, Entry
from retrieval.likeness import Known
from retrieval.planning import Place, Plan, Recipe, cut_anew
from retrieval.stories import stories
from retrieval.types import Article


def derive(plan: Plan, old: Catalogue | None, recipe: Recipe) -> None:
    """Find out what follows from all articles together (`stories`, `repeated`), and plan for the articles that it
    changes: those that a newer version replaces lose their passages, lines that their outlet repeats become furniture.

    `old`: where the articles that the plan leaves as they are stand; None where it leaves none.
    """
    known = old.known() if old is not None else {}
    for kept in plan.gone.values():
        known.pop(kept.article, None)
    for article, place in plan.relocated:
        known[article] = replace(known[article], source=place.source, path=place.path)
    entries = {entry.article.id: (place, entry) for place, entry in plan.entries.items()}
    for article, (_, entry) in entries.items():
        it = entry.article
        known[article] = Known(
            it.id, it.source, it.path, it.title, it.outlet, it.url, it.published, it.language, entry.likeness
        )

    def whole(article: str) -> Article:
        if article in entries:
            return entries[article][1].article
        assert old is not None  # it is known, and the plan doesn't have it
        return old.article(article)

    grouped = stories(list(known.values()), whole)
    learnt = repeated.learnt(known.values(), grouped)
    plan.derived = Derived(grouped, learnt)
    was_replaced, had_learnt = (old.replaced(), old.learnt()) if old is not None else ({}, {})
    for article, one in known.items():
        lines, replaced = repeated.marked(one, learnt), article in grouped.replaced
        if article in entries:
            place, entry = entries[article]
            if not lines and not replaced:
                continue
        elif lines != repeated.marked(one, had_learnt) or replaced != (article in was_replaced):
            assert old is not None
            place, entry = Place(one.source, one.path), _taken(old, one)
        else:
            continue
        marked = repeated.with_learnt(entry.article.text, entry.likeness.furniture, lines)
        entry = replace(entry, article=replace(entry.article, furniture=marked))
        plan.entries[place] = replace(entry, passages=()) if replaced else cut_anew(entry, recipe)
    plan.relocated = [one for one in plan.relocated if one[1] not in plan.entries]


def _taken(old: Catalogue, one: Known) -> Entry:
    """The entry of an article that has not changed itself, where it is now."""
    article, sha256, state = old.origin(one.article)
    return Entry(replace(article, source=one.source, path=one.path), sha256, state, (), one.likeness)
