"""Search by words over ready-made terms: the one file that imports tantivy.

Terms come analysed (folded, stemmed, names merged) and are indexed as they are, in one field per language, so that a
question's French words are looked for in French passages. Does not analyse text, nor know what a passage says.
Scores are BM25 (k1 1.2, b 0.75: tantivy's), with the mean length and the document count taken over all languages.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.disk import disk_errors, name_message
from retrieval.errors import DamagedIndex, IndexBusy

if TYPE_CHECKING:
    import tantivy

LANGUAGE_FIELDS = ("en", "fr", "und")
_TOKENIZER = "verbatim"
_WRITER_BYTES = 30_000_000  # tantivy's least for one thread is 15 MB; twice that halves the segments of a large archive

Query = Mapping[str, Sequence[Sequence[tuple[str, float]]]]
"""For each language its groups of (term, weight)."""
Row = tuple[str, str, str, Sequence[str]]
"""passage id, article id, language, terms"""


class WordIndex:
    """The words of all passages, in a folder.

    Opens in under a millisecond and reads the last commit; `reload()` moves on to a newer one.
    """

    def __init__(self, folder: Path, index: tantivy.Index) -> None:
        self._folder = folder
        self._index = index
        self._searcher = index.searcher()

    @classmethod
    def open(cls, folder: Path) -> WordIndex:
        """Open for reading. Raises DamagedIndex when the folder is missing, or a file in it is."""
        import tantivy

        with _named(folder):
            return cls(folder, tantivy.Index.open(str(folder)))

    @classmethod
    def create(cls, folder: Path) -> WordIndex:
        """Open, making an empty index when there is none. Raises HomeNotWritable, DiskFull, DamagedIndex."""
        import tantivy

        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        schema.add_text_field("article", tokenizer_name="raw", index_option="basic")
        schema.add_text_field("language", tokenizer_name="raw", index_option="basic")
        for field in LANGUAGE_FIELDS:
            schema.add_text_field(field, tokenizer_name=_TOKENIZER, index_option="freq")
        with _named(folder):
            return cls(folder, tantivy.Index(schema.build(), path=str(folder)))

    def add(self, rows: Iterable[Row]) -> int:
        """Index passages and commit; returns how many. A passage whose id is there already is replaced.

        Terms hold no white space (ValueError): they are joined by it. Raises IndexBusy while another writer is open.
        """
        import tantivy

        added = 0
        with self._writing() as writer:
            for passage_id, article_id, language, terms in rows:
                text = " ".join(terms)
                if len(text.split()) != len(terms):
                    raise ValueError(f"passage {passage_id}: an empty term, or one with white space in it")
                field = _field(language)
                document = tantivy.Document()
                document.add_text("id", passage_id)
                document.add_text("article", article_id)
                document.add_text("language", field)
                document.add_text(field, text)
                writer.delete_documents_by_term("id", passage_id)
                writer.add_document(document)
                added += 1
        return added

    def delete_passages(self, ids: Iterable[str]) -> None:
        """Forget passages; ids that aren't there are passed over."""
        self._delete("id", ids)

    def delete_articles(self, ids: Iterable[str]) -> None:
        """Forget all passages of these articles."""
        self._delete("article", ids)

    def reload(self) -> None:
        """Read the last commit, whichever process made it."""
        with _named(self._folder):
            self._index.reload()
            self._searcher = self._index.searcher()

    def search(
        self,
        query: Query,
        k: int,
        articles: Collection[str] | None = None,
    ) -> list[tuple[str, float]]:
        """The `k` passages that score highest, best first: (passage id, BM25 score).

        Of a group of the query only the best alternative counts; the
        groups of all languages are summed. A weight of 0 or below leaves its term out. `articles`: only passages of
        these; the scores stay those of a search in all.
        """
        import tantivy

        groups: list[tuple[tantivy.Occur, tantivy.Query]] = []
        for language, asked in query.items():
            for group in asked:
                terms = [self._term(language, term, weight) for term, weight in group if weight > 0]
                if terms:
                    best = terms[0] if len(terms) == 1 else tantivy.Query.disjunction_max_query(terms)
                    groups.append((tantivy.Occur.Should, best))
        if not groups or k < 1:
            return []
        sought = tantivy.Query.boolean_query(groups)
        if articles is not None:
            among = tantivy.Query.term_set_query(self._index.schema, "article", list(articles))
            must = tantivy.Occur.Must
            sought = tantivy.Query.boolean_query([(must, sought), (must, tantivy.Query.boost_query(among, 0.0))])
        with _named(self._folder):
            found = self._searcher.search(sought, k, count=False)
            return [(str(self._searcher.doc(address)["id"][0]), float(score)) for score, address in found.hits]

    def document_frequency(self, term: str, language: str) -> int:
        """In how many passages of that language the term stands."""
        return int(self._searcher.doc_freq(_field(language), term))

    def passage_count(self, language: str | None = None) -> int:
        """How many passages there are, of one language or of all."""
        if language is None:
            return int(self._searcher.num_docs)
        return int(self._searcher.doc_freq("language", _field(language)))

    def _term(self, language: str, term: str, weight: float) -> tantivy.Query:
        import tantivy

        query = tantivy.Query.term_query(self._index.schema, _field(language), term, "freq")
        return query if weight == 1 else tantivy.Query.boost_query(query, weight)

    def _delete(self, field: str, values: Iterable[str]) -> None:
        with self._writing() as writer:
            for value in values:
                writer.delete_documents_by_term(field, value)

    @contextmanager
    def _writing(self) -> Iterator[tantivy.IndexWriter]:
        import tantivy

        plain = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer(_TOKENIZER, plain)
        with _named(self._folder):
            writer = self._index.writer(_WRITER_BYTES, 1)
        try:
            yield writer
            with _named(self._folder):
                writer.commit()
        finally:
            writer.wait_merging_threads()  # also gives tantivy's own lock back; what was not committed is dropped
        self.reload()


def _field(language: str) -> str:
    return language if language in LANGUAGE_FIELDS else "und"


@contextmanager
def _named(folder: Path) -> Iterator[None]:
    """tantivy raises ValueError for everything; tell from its message what happened."""
    try:
        yield
    except (ValueError, OSError) as error:
        named = name_message(str(error), folder)
        if isinstance(named, IndexBusy):
            raise IndexBusy("Another process is writing to the word index.") from error
        raise named or DamagedIndex(f"The word index in {folder} is damaged or incomplete.") from error
