"""What goes wrong with a language model, in one tree; each error is a sentence, a next step and a code.

    FootnoteError
    └── ModelError              model_failed            what all have in common
        ├── WrongKey            model_wrong_key         401
        ├── NotAllowed          model_not_allowed       403: the key may not use this model
        ├── NoQuota             model_no_quota          the account has no money left
        ├── RateLimited         model_rate_limited      429: asked too often
        ├── ContextOverflow     model_context_overflow  prompt and reply are longer than the model takes
        ├── ContentFiltered     model_content_filtered  the server's filter stopped the prompt or the reply
        ├── ModelRefused        model_refused           the model says that it will not
        ├── CutShort            model_cut_short         the reply ends at the limit of tokens, or in mid-JSON
        ├── CutOff              model_cut_off           the connection or the stream ended without a finish reason
        ├── NotAnApi            model_not_an_api        a web page or something else that is no API's answer
        ├── NoObject            model_no_object         the reply holds no JSON object of the shape asked for
        ├── EmptyReply          model_empty_reply       the reply has no words
        ├── NoSuchModel         model_unknown           404: the server does not have this model
        ├── WrongAddress        model_wrong_address     404: the server has no such path
        ├── Unreachable         model_unreachable       no connection: DNS, refused, reset, TLS
        ├── NoFirstToken        model_no_first_token    nothing of a reply in time
        ├── NoWholeReply        model_no_whole_reply    a part of a reply in time, not all of it
        ├── ServerTrouble       model_server_trouble    408, 409, 5xx, or an error in mid-stream
        ├── RequestRefused      model_request_refused   any other refusal
        ├── SpendingLimit       model_spending_limit    the call could cost more than is left for today
        ├── PriceUnknown        model_price_unknown     a limit is set, and what the model costs is not known
        └── LedgerUnusable      model_ledger_unusable   a limit is set, and what was spent cannot be told

A message names the model and the server's host. Nothing the server said is in it: a server may echo the key or the
prompt. `detail`, for the log, holds a status, an error code of letters, or names of exception classes.
"""

from __future__ import annotations

from typing import ClassVar

from bot.errors import FootnoteError
from bot.types import Usage


class ModelError(FootnoteError):
    """A language model gave no reply that can be used. `usage`: what the attempt cost all the same.

    `said` completes the sentence "The language model (…) …"; `advice` is the next step. Both are filled from `facts`.
    """

    code = "model_failed"
    said: ClassVar[str] = "did not answer"
    advice: ClassVar[str] = "Ask again later; answers are quotes until then."

    def __init__(self, model: str, *, detail: str = "", usage: Usage | None = None, **facts: str) -> None:
        super().__init__(f"The language model ({model}) {self.said.format(**facts)}.", self.advice.format(**facts))
        self.detail = detail
        self.usage = usage or Usage()


class WrongKey(ModelError):
    """401: the key is missing, misspelt or revoked."""

    code = "model_wrong_key"
    said = "does not accept the key"
    advice = "Check OPENAI_API_KEY."


class NotAllowed(ModelError):
    """403: the key is right, but may not use this model from here."""

    code = "model_not_allowed"
    said = "may not be used with this key"
    advice = "Choose another model in FOOTNOTE_MODEL, or another key."


class NoQuota(ModelError):
    """The account has no money left, or no billing."""

    code = "model_no_quota"
    said = "is not available: the account's quota is used up"
    advice = "Check the account's plan and billing."


class RateLimited(ModelError):
    """429: asked too often. `retry_after`: seconds to wait, as the server says; None when it doesn't."""

    code = "model_rate_limited"
    retry_helps = True
    said = "is asked too often"
    advice = "Wait a minute and ask again."

    def __init__(self, model: str, *, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(model, detail=detail)
        self.retry_after = retry_after


class ContextOverflow(ModelError):
    """Prompt and reply are longer than the model takes."""

    code = "model_context_overflow"
    said = "cannot take so long a prompt"
    advice = "Set FOOTNOTE_MODEL_WINDOW to the tokens that the server's model takes, or choose a model that takes more."


class ContentFiltered(ModelError):
    """The server's filter stopped the prompt or the reply."""

    code = "model_content_filtered"
    said = "did not answer: its server's content filter stepped in"
    advice = "Ask in other words, or choose another model in FOOTNOTE_MODEL."


class ModelRefused(ModelError):
    """The model says that it will not answer."""

    code = "model_refused"
    said = "refuses to answer this"
    advice = "Ask in other words, or choose another model in FOOTNOTE_MODEL."


class CutShort(ModelError):
    """The reply ends at the limit of tokens, or in mid-JSON."""

    code = "model_cut_short"
    said = "gave a reply that is cut short"
    advice = "Ask for less at a time, or choose another model in FOOTNOTE_MODEL."


class CutOff(ModelError):
    """The connection was lost in mid-reply, or the stream ended without saying that the reply is whole."""

    code = "model_cut_off"
    retry_helps = True
    said = "was cut off in the middle of its reply"
    advice = "Ask again; if it goes on, check the network and OPENAI_BASE_URL."


class NotAnApi(ModelError):
    """A web page, or something else that is no answer of a chat completions API."""

    code = "model_not_an_api"
    said = "answered with something that is not a reply, such as a web page"
    advice = "Check OPENAI_BASE_URL; it usually ends in /v1."


class NoObject(ModelError):
    """The reply holds no JSON object of the shape asked for."""

    code = "model_no_object"
    said = "did not keep to the form it was asked to answer in"
    advice = "Ask again, or choose a stronger model in FOOTNOTE_MODEL."


class EmptyReply(ModelError):
    """The reply has no words."""

    code = "model_empty_reply"
    retry_helps = True
    said = "gave an empty reply"
    advice = "Ask again, or choose another model in FOOTNOTE_MODEL."


class NoSuchModel(ModelError):
    """404: the server does not have this model."""

    code = "model_unknown"
    said = "does not exist there"
    advice = "Check FOOTNOTE_MODEL, and OPENAI_BASE_URL."


class WrongAddress(ModelError):
    """404 without a word about the model: the server has no such path."""

    code = "model_wrong_address"
    said = "is not at that address"
    advice = "Check OPENAI_BASE_URL; it usually ends in /v1."


class Unreachable(ModelError):
    """No connection: the name is unknown, or the connection refused, reset or not to be trusted."""

    code = "model_unreachable"
    retry_helps = True
    said = "cannot be reached"
    advice = "Check the network, and OPENAI_BASE_URL."


class NoFirstToken(ModelError):
    """The server took the request and nothing of a reply came in time."""

    code = "model_no_first_token"
    retry_helps = True
    said = "did not begin to answer within {seconds} s"
    advice = "Ask again later, or choose a faster model in FOOTNOTE_MODEL."


class NoWholeReply(ModelError):
    """A part of a reply came in time, not all of it."""

    code = "model_no_whole_reply"
    retry_helps = True
    said = "did not finish its answer within {seconds} s"
    advice = "Ask again later, or choose a faster model in FOOTNOTE_MODEL."


class ServerTrouble(ModelError):
    """408, 409, 5xx, or an error that the server reports in mid-stream."""

    code = "model_server_trouble"
    retry_helps = True
    said = "did not answer: its server is in trouble"
    advice = "Ask again later."


class RequestRefused(ModelError):
    """Any other refusal: the detail has the status and the error code."""

    code = "model_request_refused"
    said = "did not take the request ({why})"
    advice = "Check FOOTNOTE_MODEL and OPENAI_BASE_URL; not every model can chat."


class SpendingLimit(ModelError):
    """The call could cost more than is left of today's limit. Nothing was sent."""

    code = "model_spending_limit"
    retry_helps = True
    said = "was not asked: that could cost {cost}, and {left} is left of the daily limit of {limit}"
    advice = "The limit starts anew at {resets}; raise FOOTNOTE_DAILY_USD to go on now."


class PriceUnknown(ModelError):
    """A daily limit is set, and what the model costs is not known. Nothing was sent."""

    code = "model_price_unknown"
    said = "was not asked: a daily limit is set, and its price is not known"
    advice = "Set FOOTNOTE_MODEL_PRICE, or unset FOOTNOTE_DAILY_USD."


class LedgerUnusable(ModelError):
    """A daily limit is set, and what was spent today cannot be read or written. Nothing was sent."""

    code = "model_ledger_unusable"
    said = "was not asked: what was spent today cannot be told ({file} is damaged, locked or not writable)"
    advice = "Check the disk; if the file is damaged, delete it from the home."
