"""Token ids equal the model's own tokenizer; starts are right whatever normalisation does to the text."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
import tokenizers

from retrieval.e5_tokens import SPACE, Tokenizer
from retrieval.e5_weights import Weights, find_weights

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))

# What sentencepiece 0.2.3 gives for the model's vocabulary and scores with its `nmt_nfkc` rules.
OFFICIAL = {
    "": [],
    "   \n\t ": [],
    "Where is Sirte?": [78662, 83, 10868, 67, 32],
    "Où est la bataille de Syrte\u00a0?": [180, 8612, 437, 21, 8336, 2186, 8, 109942, 67, 705],
    "L’État islamique": [339, 26, 138971, 109769, 944],
    "e\u0301te\u0301 a\u0300 No\u0308e\u0308l": [5325, 253, 133243, 24273],
    "ﬁn ½ ² ℃ №": [2270, 78660, 116, 16207, 441, 438],
    "Ｓｙｒｔｅ": [109942, 67],
    "a  b\n\n\nc ": [10, 876, 501],
    "IS.”The": [15744, 974, 3957],
    "😀👍🏽 ok": [21119, 118280, 245164, 3664],
    "«\u202fDaech\u202f»": [94, 930, 7101, 340],
    "don't 1,000.5%": [2301, 25, 18, 75534, 5, 13465],
    "\ufeffTexte": [148051],
    "</s><mask>": [6, 42946, 7, 74047, 1510, 92, 2740],
    "ᚠᚢᚦ": [6, 3],
    "Привет мир": [1813, 18454, 11373],
    "日本語のテキスト": [6, 98449, 154, 193508],
    "soft\u00adhyphen": [32977, 231, 3038, 88322],
    "a▁b": [10, 876],
}


@pytest.fixture(scope="module")
def weights() -> Weights:
    return Weights(find_weights())


@pytest.fixture(scope="module")
def pieces(weights: Weights) -> list[str]:
    return weights.pieces()


@pytest.fixture(scope="module")
def tokenizer(model_folder: Path, weights: Weights) -> Tokenizer:
    return Tokenizer(model_folder / "pieces.marisa", model_folder / "pieces.table", weights)


@pytest.mark.parametrize("text", OFFICIAL, ids=ascii)
def test_ids_equal_the_official_tokenizer(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.ids(text) == OFFICIAL[text]


def test_ids_of_the_five_articles_equal_another_implementation(
    tokenizer: Tokenizer, weights: Weights, pieces: list[str]
) -> None:
    model = tokenizers.models.Unigram(list(zip(pieces, weights.scores().tolist(), strict=True)), unk_id=weights.unk)
    other = tokenizers.Tokenizer(model)
    other.normalizer = tokenizers.normalizers.NFKC()
    other.pre_tokenizer = tokenizers.pre_tokenizers.Sequence(
        [tokenizers.pre_tokenizers.WhitespaceSplit(), tokenizers.pre_tokenizers.Metaspace()]
    )
    texts = [path.read_bytes().decode("utf-8") for path in SEEDS]
    lines = [line for text in texts for line in text.splitlines()]
    for text in [*texts, *lines]:
        assert tokenizer.ids(text) == other.encode(text, add_special_tokens=False).ids


def test_decomposed_accents_give_the_ids_of_composed_ones(tokenizer: Tokenizer) -> None:
    for path in SEEDS:
        text = path.read_bytes().decode("utf-8")
        assert tokenizer.ids(unicodedata.normalize("NFD", text)) == tokenizer.ids(text)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name[:3])
def test_each_token_begins_at_its_own_characters(tokenizer: Tokenizer, pieces: list[str], path: Path) -> None:
    text = path.read_bytes().decode("utf-8")
    ids, starts = tokenizer.ids_and_starts(text)
    assert ids == tokenizer.ids(text)
    assert starts == sorted(starts)
    for token, start in zip(ids, starts, strict=True):
        piece = pieces[token].removeprefix(SPACE)
        stretch = text[start : start + len(piece) + 2]
        assert token == 3 or unicodedata.normalize("NFKC", stretch).startswith(piece), (start, piece, stretch)


def test_starts_are_right_where_normalisation_changes_the_length(tokenizer: Tokenizer, pieces: list[str]) -> None:
    text = "e\u0301te\u0301  … ﬁn\u200b ½ \U0001f44d\U0001f3fd Sirte"
    ids, starts = tokenizer.ids_and_starts(text)
    begun = {start: pieces[token] for token, start in zip(ids, starts, strict=True)}
    assert begun[0] == "▁été"
    assert begun[text.index("…")].startswith("▁")
    assert begun[text.index("ﬁ")] == "▁fin"
    assert begun[text.index("½")].startswith("▁1")
    assert begun[text.index("S")].startswith("▁S")
    assert max(starts) < len(text)


def test_a_very_long_word_is_cut_in_time(tokenizer: Tokenizer) -> None:
    assert len(tokenizer.ids("ab" * 10_000)) > 1_000
