"""Embeddings by OpenAI, or by a server that speaks their protocol: the adapter to the `openai` package.

Sends texts in batches, waits and retries as set here, and says every failure as EmbedderUnavailable with a next step.
Does not read the environment, and does not cut texts that are too long for the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from retrieval.embedding import Vector, unit_rows
from retrieval.errors import BadEmbedderSetting, EmbedderUnavailable

if TYPE_CHECKING:
    from openai import OpenAI

BASE_URL: Final = "https://api.openai.com/v1"
BATCH: Final = 64
"""Texts in a request; OpenAI takes 2,048 texts and 300,000 tokens, smaller servers often no more than this."""
TIMEOUT: Final = 30.0
"""Seconds for one try."""
RETRIES: Final = 3
"""Further tries after a dropped connection, a time-out, 408, 409, 429 or 5xx; the client waits longer each time."""
MAX_TOKENS: Final = 8191
"""Of OpenAI's own embedding models (their API reference)."""
ENCODING: Final = "cl100k_base"
"""The tokens of OpenAI's own embedding models."""
DIMENSIONS: Final = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072, "text-embedding-ada-002": 1536}


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
        self._timeout, self._retries = timeout, retries
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
        batches = [self._embed(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
        if len({batch.shape[1] for batch in batches}) > 1:
            raise EmbedderUnavailable(f"{self.name} answered with vectors of different lengths.")
        return np.concatenate(batches) if batches else np.empty((0, self.dimensions), np.float32)

    def embed_query(self, text: str) -> Vector:
        """(d,) unit vector. Raises EmbedderUnavailable."""
        row: Vector = self._embed([text])[0]
        return row

    def close(self) -> None:
        """Give back the connections."""
        self._client.close()

    @cached_property
    def _client(self) -> OpenAI:
        from openai import OpenAI

        return OpenAI(api_key=self._api_key, base_url=self._base_url, timeout=self._timeout, max_retries=self._retries)

    def _embed(self, texts: Sequence[str]) -> Vector:
        import openai

        sent = [text or " " for text in texts]  # an empty string is refused
        try:
            answer = self._client.embeddings.create(model=self._model, input=sent, encoding_format="float")
            rows = [item.embedding for item in sorted(answer.data, key=lambda item: item.index)]
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
            raise self._unavailable("is asked too much", "Wait a minute and run the command again.") from error
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
        return unit_rows(rows, len(texts), self.name)

    def _unavailable(self, what: str, next_step: str) -> EmbedderUnavailable:
        return EmbedderUnavailable(f"The embedding server ({self.name} at {self._base_url}) {what}.", next_step)
