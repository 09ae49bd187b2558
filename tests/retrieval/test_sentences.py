"""Sentences of news prose as spans: the traps of English, of French, and of the five bundled texts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import seeds
from retrieval.furniture import furniture
from retrieval.sentences import WHOLE_QUOTATION, ends_sentence, sentences
from retrieval.types import Span

SEEDS = sorted(seeds.folder().glob("*.txt"))


def cut(text: str, furniture_spans: Sequence[Span] = ()) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text, furniture_spans)]


def seed(number: str) -> str:
    (path,) = seeds.folder().glob(f"{number}_*.txt")
    return path.read_bytes().decode("utf-8")


@pytest.mark.parametrize(
    "expected",
    [
        # abbreviations and numbers
        ["The U.S. is launching strikes.", "A U.S. raid failed."],
        ["He came back from the U.S. after a week."],
        ["They left the U.S.", "He stayed."],
        ["Lt. Col. Ann Reed met Gov. Hill on Jan. 5 at 9 a.m. in St. Louis."],
        ["It opened at 9 p.m.", "The doors were shut by then."],
        ["No. 10 refused.", "Is that a no?", "They said no.", "Then they left."],
        ["Sales grew 3.5 percent, to $1.2 billion.", "Costs fell."],
        ["J. R. R. Stone and T. Cole wrote it.", "Both have died."],
        ["Acme Corp. and Bolt Inc. merged.", "The new Acme Inc. will close plants."],
        ["It ended in 2011.", "The rest is known."],
        ["Shells, tents, radios, etc. were found.", "Nobody claimed them."],
        ["Mr. Ali vs. the state: e.g. Reed v. Hill."],
        ["W. E. B. Du Bois was born c. 1868.", "He wrote there."],
        ["It is called plan B.", "They refuse it."],
        ["TUSCALOOSA, Ala. – The pain came from Nov. 30-Dec. 5 out of nowhere."],
        ["Le port date de 30 av. J.-C. selon lui.", "Un autre, de 3 ap. J.-C., est perdu."],
        ["See vol. 3, p. 12.", "It says so."],
        # French
        ["M. Le Drian a vu Mme Curie et M. Dupont.", "Ils ont parlé."],
        ["Le prix a monté de 3,5 % (soit 1.200 dinars).", "C'est beaucoup."],
        ["Le 11 janv. 2016, le Dr. Petit est parti.", "Nul ne sait où."],
        ["Qui commande ?", "Personne !", "Et pourtant…", "Il faut avancer."],
        ["Il a dit : « Nous irons. »", "Puis il est parti."],
        # quotation marks
        ["“What now?” he asked.", "“Yes!” she said."],
        ["“Are we ready?” Renzi asked.", "The crowd fell silent."],
        ["“Are we ready?”", "The crowd fell silent."],
        ['"We go." ', '"When?" ', "Nobody knew."],
        ["« Partez ! » a-t-il crié.", "« Pourquoi ? » demande-t-elle."],
        ["He paused… then left.", "He paused...", "Then he left."],
        ["She cited “the lack of [basic] law. And order.”", "Then she left."],
        ["(He laughed. She did not.)", "They went on."],
    ],
)
def test_running_text_is_cut_where_its_sentences_end(expected: list[str]) -> None:
    assert cut(" ".join(part.strip() for part in expected)) == [part.strip() for part in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It was two weeks ago.The army denied it.", ["It was two weeks ago.", "The army denied it."]),
        (
            "The threat came from IS.”The idea is clear,” he said.",
            ["The threat came from IS.", "”The idea is clear,” he said."],
        ),
        ("“We must go.”The crowd cheered.", ["“We must go.”", "The crowd cheered."]),
        ('They left."We had to," one said.', ["They left.", '"We had to," one said.']),
        ("It began in 2011.The rest is known.", ["It began in 2011.", "The rest is known."]),
        ("Really?Yes, he said.", ["Really?", "Yes, he said."]),
        ("Il est parti.Les autres restent.", ["Il est parti.", "Les autres restent."]),
        ("Write to info@Example.Com or see www.Some.Site.Org today.", None),
        ("He uses Node.js and St.Mary is near.", None),
    ],
)
def test_a_full_stop_without_a_space(text: str, expected: list[str] | None) -> None:
    assert cut(text) == (expected or [text])


def test_a_quotation_keeps_its_sentences_and_its_speaker_together() -> None:
    whole = "“We don’t want that. We are watching. That’s why we plan,” he said."
    assert cut(f"He spoke. {whole} He left.") == ["He spoke.", whole, "He left."]
    french = "« Nous sommes entrés. Personne n’a résisté », a-t-il dit."
    assert cut(f"{french} Puis il est parti.") == [french, "Puis il est parti."]


def test_two_quotations_around_an_attribution_are_two_sentences() -> None:
    text = "“Italy will not back down,” Renzi stated. “But not today. The idea is not on the table.”"
    assert cut(text) == [
        "“Italy will not back down,” Renzi stated.",
        "“But not today. The idea is not on the table.”",
    ]


def test_a_quotation_too_long_to_show_is_cut_at_its_sentences() -> None:
    spoken = [f"This is sentence number {number} of a very long statement." for number in range(12)]
    text = "“" + " ".join(spoken) + "” the minister said."
    assert len(text) > WHOLE_QUOTATION
    found = cut(text)
    assert len(found) == 12
    assert found[-1].endswith("the minister said.")


def test_quotation_marks_that_do_not_match_do_not_swallow_the_rest() -> None:
    assert cut("Ils étaient «très en arrière-plan”. Les autres partent.") == [
        "Ils étaient «très en arrière-plan”.",
        "Les autres partent.",
    ]
    assert cut("He said “this is open. Nobody closed it. We went on.")[-1] == "We went on."
    assert cut("“We continue efforts in Libya, “ the House said of Syria. It hinted at more.") == [
        "“We continue efforts in Libya, “ the House said of Syria.",
        "It hinted at more.",
    ]


def test_a_sentence_may_begin_in_lower_case() -> None:
    assert cut("Ils sont très discrets. les efforts continuent.") == [
        "Ils sont très discrets.",
        "les efforts continuent.",
    ]
    assert cut("Ils sont discrets.\nles efforts continuent.") == ["Ils sont discrets.", "les efforts continuent."]
    assert cut("Around approx. five of them, etc. and so on.") == ["Around approx. five of them, etc. and so on."]


def test_a_sentence_broken_across_a_blank_line_is_joined() -> None:
    text = "First one. She favors the\n\nexpansion of operations. In recent days\n\nthe Union acted."
    assert cut(text) == [
        "First one.",
        "She favors the\n\nexpansion of operations.",
        "In recent days\n\nthe Union acted.",
    ]


def test_a_headline_without_full_stop_stands_alone() -> None:
    assert cut("A Quiet Week\n\nShops opened.") == ["A Quiet Week", "Shops opened."]
    assert cut("A quiet week\nShops opened.") == ["A quiet week", "Shops opened."]
    assert cut("A quiet week\n\nshops opened early.") == ["A quiet week", "shops opened early."]


def test_text_wrapped_by_hand_is_joined_over_its_lines() -> None:
    text = (
        "The minister told reporters that both sides had met in the capital and\n"
        "Tripoli would hear of it next week, although nobody knew who was to\n"
        "attend. Mr. Ali refused to comment. The talks began in January, at the\n"
        "Palace, and nobody has seen any result of them in all the months since\n"
        "then.\n\nIt ended."
    )
    found = cut(text)
    assert [" ".join(sentence.split())[:14] for sentence in found] == [
        "The minister t",
        "Mr. Ali refuse",
        "The talks bega",
        "It ended.",
    ]


def test_list_items_are_sentences_without_their_marks() -> None:
    text = "They ask for:\n- money\n- arms and\n* Men of rank\n1. First aid\n2. Second thoughts"
    assert cut(text) == ["They ask for:", "money", "arms and", "Men of rank", "1. First aid", "2. Second thoughts"]


def test_furniture_is_in_no_sentence_and_ends_one() -> None:
    text = "He said that\nShare\nthe talks failed."
    start = text.index("Share")
    assert cut(text, [Span(start, start + 5)]) == ["He said that", "the talks failed."]
    assert cut("Analysis. Le Monde reveals it.", [Span(0, 9)]) == ["Le Monde reveals it."]


@pytest.mark.parametrize("blank", ["", " \n\t", "…", "***\n---", "\ufeff"])
def test_text_without_words_has_no_sentences(blank: str) -> None:
    assert sentences(blank) == ()


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028"])
def test_any_line_break_parts_lines(newline: str) -> None:
    assert cut(f"A headline here{newline}Shops opened.") == ["A headline here", "Shops opened."]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (
            "000",
            "she supports the deployment of US Special Forces to Libya and favors the\n\nexpansion of American",
        ),
        ("000", "In recent days\n\nthe European Union and NATO have ramped up"),
        ("002", "bombarded just days before in a U.S. air raid, stormed a police station"),
    ],
)
def test_seeds_keep_these_in_one_sentence(number: str, sentence: str) -> None:
    text = seed(number)
    assert sum(sentence in found for found in cut(text, furniture(text))) == 1


@pytest.mark.parametrize(
    ("number", "whole"),
    [
        ("000", "“But this is not the situation today. The idea of sending 5,000 men is not on the table.”"),
        ("001", "”The idea is to have a coalition of nations,” one defense official told AFP on Saturday."),
        ("001", "That could include more airstrikes or joining a UN-backed ground force."),
        ("001", "They demanded it be removed or they would not accept the agreement."),
        ("002", "There were also French troops, Le Monde newspaper revealed on Wednesday."),
        ("002", "According to half the parliamentarians, no: They were intimidated."),
        ("003", "Les deux pays former et équiper les forces libyennes, mais ne se battraient pas."),
        ("004", "\"Nous n'approuvons, ni ne soutenons les actions conduites sur le terrain\", a-t-elle déclaré."),
    ],
)  # fmt: skip
def test_seeds_hold_these_sentences_exactly(number: str, whole: str) -> None:
    text = seed(number)
    assert whole in cut(text, furniture(text))


def test_seed_003_has_sentences_that_begin_in_lower_case() -> None:
    assert any(sentence.startswith("les efforts occidentaux en Libye") for sentence in cut(seed("003")))


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name[:3])
def test_every_sentence_of_the_seeds_ends_as_one(path: object) -> None:
    text = seed(str(path).rsplit("/", 1)[-1][:3])
    assert [found for found in cut(text, furniture(text)) if not ends_sentence(found)] == []


_SNIPPETS = st.lists(
    st.sampled_from(
        ["Haftar said", "U.S.", "“", "”", '"', "«", "»", ".", "?", "…", ",", " ", " ", "\n", "\n\n", "the", "M.", "3.5",
         "Le", "(", ")", "[", "]", "- ", "# ", "é", "IS", "ago.The", "\u00a0", "\r\n", "1. ", "😀", "م"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(_SNIPPETS, st.text(max_size=80)), st.lists(st.integers(0, 80), max_size=4))
def test_spans_are_trimmed_in_order_and_cover_every_word_outside_furniture(text: str, places: list[int]) -> None:
    edges = sorted({place for place in places if place <= len(text)})
    marked = [Span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=False)]
    spans = sentences(text, marked)
    covered: set[int] = set()
    for span in spans:
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        assert not covered or max(covered) < span.start
        covered.update(range(span.start, span.end))
    hidden = {place for span in marked for place in range(span.start, span.end)}
    assert not covered & hidden
    words = {place for place, character in enumerate(text) if character.isalnum()}
    missing = words - hidden - covered
    assert all(_opens_a_list_item(text, place) for place in missing)


def _opens_a_list_item(text: str, place: int) -> bool:
    """`1) ` and `a) ` at the beginning of a line or behind furniture are marks, not words."""
    return text[place : place + 3].rstrip(" \t")[-1:] == ")" or text[place + 1 : place + 2] == ")"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("“We go. We stay,” he said. " * 20_000, 20_000), ("a: b\n" * 20_000, 1), ("“" * 50_000 + "a", 1)],
    ids=["quotations on one line", "lines without an end", "marks without words"],
)
def test_half_a_megabyte_is_cut_in_time_that_grows_with_it(text: str, expected: int) -> None:
    """Quadratic code would take minutes here and meet the suite's time limit."""
    assert len(sentences(text)) == expected
