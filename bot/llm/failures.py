"""What `openai` and the network raise, as the errors of `model_errors.py`.

Looks at classes, statuses and error codes. What a server says in words only tells errors apart and goes into none of
them: it may hold the key or the prompt.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from time import time
from typing import TYPE_CHECKING, Any, Final

from bot.llm.dialects import REFUSING
from bot.model_errors import (
    ContentFiltered,
    ContextOverflow,
    CutOff,
    ModelError,
    NoQuota,
    NoSuchModel,
    NotAllowed,
    NotAnApi,
    RateLimited,
    RequestRefused,
    ServerTrouble,
    Unreachable,
    WrongAddress,
    WrongKey,
)

if TYPE_CHECKING:
    from openai import APIError

_NO_QUOTA: Final = {"insufficient_quota", "insufficient_balance", "billing_hard_limit_reached", "billing_not_active"}
_FILTERED: Final = {"content_filter", "content_policy_violation", "responsibleaipolicyviolation", "invalid_prompt"}
_TOO_LONG: Final = {"context_length_exceeded", "exceed_context_size_error", "string_above_max_length"}
_TOO_LONG_WORDS = re.compile(
    r"maximum context length|context (?:window|size|length)|maximum (?:input|prompt)|prompt is too long"
    r"|input is too long|too many tokens|reduce the length"
)
_NO_MODEL_WORDS = re.compile(
    r"\b(?:model|deployment)\b[^.]*\bnot (?:found|exist)\b|\b(?:no such|unknown|invalid) model\b"
)


class NotAReply(Exception):
    """What came with status 200 is no reply of a chat completions API."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that brought no reply. `again`: trying again may help.

    `status` and `message`: a refusal that may be about how we asked, for `dialects.after_refusal`; None otherwise.
    """

    error: ModelError
    again: bool = False
    status: int | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What an error of the API says: `names` are its code and type, in lower case."""

    status: int | None
    names: frozenset[str]
    message: str
    retry_after: float | None
    detail: str


def raised() -> tuple[type[Exception], ...]:
    """What a request can raise. A body or an event of another shape comes out of `openai` as one of the plain ones."""
    import httpx2
    import openai

    plain = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
    return (openai.OpenAIError, httpx2.HTTPError, NotAReply, *plain)


def named(error: Exception, model: str, *, begun: bool, secret: str | None = None) -> Failure:
    """The failure that one of these is. `begun`: a part of the reply had come. `secret` is not to be quoted."""
    import httpx2
    import openai

    if isinstance(error, openai.APIConnectionError | httpx2.HTTPError):
        chain = list(_chain(error))
        detail = " < ".join(dict.fromkeys(type(each).__name__ for each in chain))
        if begun:
            return Failure(CutOff(model, detail=detail))
        lasting = any(isinstance(each, ssl.SSLError | socket.gaierror | openai.APITimeoutError) for each in chain)
        return Failure(Unreachable(model, detail=detail), again=not lasting)
    if isinstance(error, openai.APIError):
        facts = _facts(error, secret or "\0")
        return Failure(_error(facts, model)) if begun else _of_api(facts, model)
    return Failure(NotAnApi(model, detail=type(error).__name__))


def _of_api(facts: _Facts, model: str) -> Failure:
    error = _error(facts, model)
    refusable = facts.status in REFUSING and type(error) in (RequestRefused, ServerTrouble, WrongAddress)
    return Failure(
        error,
        again=type(error) in (RateLimited, ServerTrouble) and facts.status not in (None, 501),
        status=facts.status if refusable else None,
        message=facts.message if refusable else "",
    )


def _error(facts: _Facts, model: str) -> ModelError:
    status, names, detail = facts.status, facts.names, facts.detail
    if status == 401:
        return WrongKey(model, detail=detail)
    if status == 403:
        return NotAllowed(model, detail=detail)
    if status == 402 or names & _NO_QUOTA:
        return NoQuota(model, detail=detail)
    if names & _TOO_LONG or status == 413 or (status in (400, 422) and _TOO_LONG_WORDS.search(facts.message)):
        return ContextOverflow(model, detail=detail)
    if names & _FILTERED:
        return ContentFiltered(model, detail=detail)
    if status == 429 or "rate_limit_exceeded" in names:
        return RateLimited(model, detail=detail, retry_after=facts.retry_after)
    if "model_not_found" in names or (status in (400, 404) and _NO_MODEL_WORDS.search(facts.message)):
        return NoSuchModel(model, detail=detail)
    if status == 404:
        return WrongAddress(model, detail=detail)
    if status is None or status in (408, 409) or status >= 500:
        return ServerTrouble(model, detail=detail)
    return RequestRefused(model, detail=detail, why=f"HTTP {status}")


def _facts(error: APIError, secret: str) -> _Facts:
    import openai

    status = error.status_code if isinstance(error, openai.APIStatusError) else None
    headers = error.response.headers if isinstance(error, openai.APIStatusError) else {}
    names = [str(name).lower() for name in (error.code, error.type) if name]
    if status is None:  # in mid-stream: gateways put the status there as the code
        status = next((int(name) for name in names if re.fullmatch(r"[45]\d\d", name)), None)
    shown = [name for name in names if re.fullmatch("[a-z_]{1,40}", name) and secret.lower() not in name]
    return _Facts(
        status,
        frozenset(names),
        " ".join(_said(error.body)).lower() if "json" in headers.get("content-type", "json") else "",
        retry_after(headers),
        ", ".join([f"HTTP {status}" if status else "in mid-stream", *shown]),
    )


def _said(body: object) -> Iterator[str]:
    """What an error's body says: a string, OpenAI's param and message, or the details that FastAPI gives."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, list):
        for each in body:
            yield from _said(each)
    elif isinstance(body, Mapping):
        fields: Mapping[str, Any] = body
        for name in ("param", "message", "msg", "loc", "detail"):
            yield from _said(fields.get(name))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, by `retry-after-ms`, else `retry-after` (seconds or a date); None when neither can be read."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name]) / unit)
        except (KeyError, ValueError):
            continue
    try:
        return max(0.0, parsedate_to_datetime(headers["retry-after"]).timestamp() - time())
    except (KeyError, ValueError):
        return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came of."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
