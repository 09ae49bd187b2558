"""Embeddings by OpenAI, or by a server that speaks their protocol: the adapter to the `openai` package.

Sends texts in batches, several at a time, within the limits that the server names (`pacing`); a batch that is too much
for it goes in halves. Waits and retries as set here, and says every failure as EmbedderUnavailable with a next step.
Does not read the environment, and does not cut texts that are too long for the model.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from retrieval.embedding import Vector, unit_rows
from retrieval.errors import BadEmbedderSetting, EmbedderUnavailable
from retrieval.pacing import Held, Pace

if TYPE_CHECKING:
    from openai import OpenAI

BASE_URL: Final = "https://api.openai.com/v1"
BATCH: Final = 64
"""Texts in a request; OpenAI takes 2,048 texts and 300,000 tokens, smaller servers often no more than this, or half."""
PARALLEL: Final = 4
"""Requests under way at a time."""
TIMEOUT: Final = 30.0
"""Seconds for one try."""
RETRIES: Final = 3
"""Further tries after a dropped connection, a time-out, 408, 409 or 5xx; each waits longer."""
PATIENCE: Final = 10.0
"""Seconds for which a server may refuse passages for being asked too much: somebody may be waiting for an answer."""
MAX_TOKENS: Final = 8191
"""Of OpenAI's own embedding models (their API reference)."""
ENCODING: Final = "cl100k_base"
"""The tokens of OpenAI's own embedding models."""
DIMENSIONS: Final = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072, "text-embedding-ada-002": 1536}
_TOO_MUCH: Final = (400, 413, 422)  # how servers refuse a batch that is too large for them; also what is wrong with one
_PASSING: Final = (408, 409)


class OpenAIEmbedder:
    """Embeddings by one model of one server. Safe to share between threads. Raises BadEmbedderSetting without a model.

    `max_tokens` is known for OpenAI's own models only.
    """

    def __init__(
        self,
        model: str,
        *,
        api_key: str | None,
        base_url: str | None,
        timeout: float = TIMEOUT,
        retries: int = RETRIES,
        patience: float = PATIENCE,
    ) -> None:
        if not model:
            raise BadEmbedderSetting("The setting names no model after `openai:`.")
        if not api_key and not base_url:
            raise EmbedderUnavailable(
                f"The embedder openai:{model} needs a key.",
                "Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server without keys; or unset FOOTNOTE_EMBEDDINGS.",
            )
        self._model = model
        self._api_key = api_key or "none"  # the client insists on one; a server without keys ignores it
        self._base_url = base_url or BASE_URL
        self._timeout, self._retries, self._patience = timeout, retries, patience
        self._batch = BATCH  # halved by a server that takes no more
        self._pace = Pace(PARALLEL)
        self.name: Final = f"openai:{model}"
        self.max_tokens: Final = MAX_TOKENS if model in DIMENSIONS else None

    @cached_property
    def dimensions(self) -> int:
        """d; for a model not known here, embeds one word the first time."""
        return DIMENSIONS.get(self._model) or len(self.embed_query("archive"))

    def count_tokens(self, text: str) -> int:
        """cl100k_base tokens; an estimate for other makers' models."""
        from retrieval.tokens import counter

        return counter(ENCODING)(text)

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        """(n, d) unit rows. Raises EmbedderUnavailable."""
        batches = [texts[at : at + self._batch] for at in range(0, len(texts), self._batch)]
        with self._translated():
            found = self._side_by_side(batches)
        rows = [unit_rows(one, len(batch), self.name) for one, batch in zip(found, batches, strict=True)]
        if len({batch.shape[1] for batch in rows}) > 1:
            raise EmbedderUnavailable(f"{self.name} answered with vectors of different lengths.")
        return np.concatenate(rows) if rows else np.empty((0, self.dimensions), np.float32)

    def embed_query(self, text: str) -> Vector:
        """(d,) unit vector. Raises EmbedderUnavailable."""
        with self._translated():
            rows, _, _ = self._ask([text], self._retries)
        row: Vector = unit_rows(rows, 1, self.name)[0]
        return row

    def close(self) -> None:
        """Give back the connections."""
        self._client.close()

    @cached_property
    def _client(self) -> OpenAI:
        from openai import OpenAI

        return OpenAI(api_key=self._api_key, base_url=self._base_url, timeout=self._timeout, max_retries=self._retries)

    def _side_by_side(self, batches: Sequence[Sequence[str]]) -> list[list[list[float]]]:
        """The vectors of the batches, in their order."""
        self._client  # noqa: B018 - made by one thread
        given_up = threading.Event()
        with ThreadPoolExecutor(PARALLEL, thread_name_prefix="embedding") as threads:
            asked = [threads.submit(self._persistently, batch, given_up) for batch in batches]
            try:
                return [one.result() for one in asked]
            except BaseException:  # a failure, or Ctrl-C: what is under way ends, what waits is not sent
                given_up.set()
                threads.shutdown(cancel_futures=True)
                raise

    def _persistently(self, texts: Sequence[str], given_up: threading.Event) -> list[list[float]]:
        """The vectors of a batch: sent again when its failure may pass, in halves when it is too much."""
        import openai

        tries = 0
        while True:
            started = 0.0
            try:
                with self._pace.turn(given_up, self._patience) as started:
                    rows, headers, tokens = self._ask(texts, 0)
            except openai.RateLimitError as error:
                waited = self._pace.refused(started, error.response.headers)
                if error.code == "insufficient_quota" or waited > self._patience:
                    raise
                continue
            except openai.APIStatusError as error:
                if error.status_code in _TOO_MUCH and len(texts) > 1:
                    half = (len(texts) + 1) // 2
                    rows = [row for part in (texts[:half], texts[half:]) for row in self._persistently(part, given_up)]
                    self._batch = min(self._batch, half)
                    return rows
                if tries == self._retries or not (error.status_code in _PASSING or error.status_code >= 500):
                    raise
            except openai.APIConnectionError as error:
                if isinstance(error, openai.APITimeoutError):
                    self._pace.slow(started)
                if tries == self._retries:
                    raise
            else:
                self._pace.well(headers, tokens)
                return rows
            given_up.wait(min(0.5 * 2**tries, 8.0) * random.uniform(0.75, 1.0))
            tries += 1

    def _ask(self, texts: Sequence[str], retries: int) -> tuple[list[list[float]], Mapping[str, str], int]:
        """One request: vectors in the order of the texts, the answer's headers, the tokens it took."""
        sent = [text or " " for text in texts]  # an empty string is refused
        client = self._client.with_options(max_retries=retries)
        raw = client.embeddings.with_raw_response.create(model=self._model, input=sent, encoding_format="float")
        answer = raw.parse()
        rows = [item.embedding for item in sorted(answer.data, key=lambda item: item.index)]
        usage = getattr(answer, "usage", None)  # not every server tells
        return rows, raw.headers, usage.prompt_tokens if usage else 0

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """What the client raises, as EmbedderUnavailable with a next step."""
        import openai

        try:
            yield
        except openai.AuthenticationError as error:
            raise self._unavailable("refused the key", "Check OPENAI_API_KEY.") from error
        except openai.PermissionDeniedError as error:
            raise self._unavailable("does not allow this key that model", "Choose another model or key.") from error
        except openai.NotFoundError as error:
            raise self._unavailable(
                "does not know that model", "Check the model in FOOTNOTE_EMBEDDINGS, and OPENAI_BASE_URL."
            ) from error
        except openai.RateLimitError as error:
            if error.code == "insufficient_quota":
                raise self._unavailable("says the account's quota is used up", "Check its plan and billing.") from error
            raise self._too_much() from error
        except Held as error:
            raise self._too_much() from error
        except openai.APITimeoutError as error:
            raise self._unavailable(
                f"did not answer within {self._timeout:g} s ({self._retries + 1} tries)", "Run the command again later."
            ) from error
        except openai.APIConnectionError as error:
            raise self._unavailable("can't be reached", "Check the network, and OPENAI_BASE_URL.") from error
        except openai.InternalServerError as error:
            raise self._unavailable(
                f"is in trouble (HTTP {error.status_code})", "Run the command again later."
            ) from error
        except openai.APIStatusError as error:
            raise self._unavailable(
                f"refused the request (HTTP {error.status_code}: {error.message})",
                "Check the model and OPENAI_BASE_URL.",
            ) from error
        except (openai.OpenAIError, AttributeError, TypeError, ValueError) as error:
            # A web page with status 200, or JSON of another shape, comes out of the client as one of these.
            raise self._unavailable("answered with something other than vectors", "Check OPENAI_BASE_URL.") from error

    def _too_much(self) -> EmbedderUnavailable:
        return self._unavailable("is asked too much", "Wait a minute and run the command again.")

    def _unavailable(self, what: str, next_step: str) -> EmbedderUnavailable:
        return EmbedderUnavailable(f"The embedding server ({self.name} at {self._base_url}) {what}.", next_step)
