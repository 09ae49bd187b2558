"""The real openai client against a small server on this machine: what is sent, and what becomes of each failure."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from retrieval.errors import EmbedderUnavailable
from retrieval.openai_embedding import BATCH, PARALLEL, OpenAIEmbedder
from retrieval.pacing import retry_after


class Server:
    """Answers /embeddings with (length of the text, 1, 1) in reverse order; `replies` are given first, once each.

    `most`: texts that it takes in a request, refusing others with `refusal`. `bucket`: a limit of requests, kept as
    OpenAI's are: so many at most, coming back evenly within `window` seconds; told in headers if `tells`.
    """

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.replies: list[tuple[int, bytes, dict[str, str]]] = []
        self.delay = 0.0
        self.most, self.refusal = 10_000, 400
        self.bucket, self.window, self.tells = 0, 1.0, False
        self.under_way, self.at_most = 0, 0
        self.lock = threading.Lock()
        self._left, self._since = 0.0, time.monotonic()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["content-length"])))
                with server.lock:
                    server.requests.append(request)
                    server.keys.append(self.headers["authorization"])
                    server.under_way += 1
                    server.at_most = max(server.at_most, server.under_way)
                time.sleep(server.delay)
                with server.lock:
                    server.under_way -= 1
                    status, body, headers = server.reply(request["input"])
                self.send_response(status)
                for name, value in ({"content-type": "application/json"} | headers).items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"

    def reply(self, texts: list[str]) -> tuple[int, bytes, dict[str, str]]:
        if self.replies:
            return self.replies.pop(0)
        if len(texts) > self.most:
            return self.refusal, b'{"error": {"message": "batch size exceeds the maximum"}}', {}
        if not self.bucket:
            return 200, self.vectors(texts), {}
        now, rate = time.monotonic(), self.bucket / self.window
        self._left = min(float(self.bucket), self._left + (now - self._since) * rate)
        self._since = now
        if self._left < 1:
            self.refused += 1
            wait = {"retry-after-ms": str(round(1000 * (1 - self._left) / rate) + 1)}
            return 429, b'{"error": {"message": "Rate limit reached", "code": "rate_limit_exceeded"}}', wait
        self._left -= 1
        told = {
            "x-ratelimit-limit-requests": str(self.bucket),
            "x-ratelimit-remaining-requests": str(int(self._left)),
            "x-ratelimit-reset-requests": f"{round(1000 * (self.bucket - self._left) / rate)}ms",
        }
        return 200, self.vectors(texts), told if self.tells else {}

    def limit(self, bucket: int, window: float, *, tells: bool) -> None:
        self.bucket, self.window, self.tells, self.refused = bucket, window, tells, 0
        self._left, self._since = float(bucket), time.monotonic()

    def vectors(self, texts: list[str]) -> bytes:
        rows = [
            {"object": "embedding", "index": i, "embedding": [float(len(text)), 1.0, 1.0]}
            for i, text in enumerate(texts)
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return json.dumps({"object": "list", "model": "m", "data": rows[::-1], "usage": usage}).encode()

    def fail(self, status: int, code: str = "", times: int = 1, **headers: str) -> None:
        body = json.dumps({"error": {"message": "the server's words", "type": "error", "code": code}}).encode()
        self.replies += [(status, body, {"retry-after-ms": "1"} | headers)] * times


@pytest.fixture
def server() -> Iterator[Server]:
    scripted = Server()
    thread = threading.Thread(target=scripted.http.serve_forever, args=(0.01,))
    thread.start()
    yield scripted
    scripted.http.shutdown()
    thread.join()
    scripted.http.server_close()


@pytest.fixture
def embedder(server: Server) -> Iterator[OpenAIEmbedder]:
    made = OpenAIEmbedder("some-model", api_key="secret", base_url=server.url, timeout=5, retries=1)
    yield made
    made.close()


def test_rows_come_back_in_order_as_unit_vectors(server: Server, embedder: OpenAIEmbedder) -> None:
    rows = embedder.embed_passages(["a", "bbb"])
    assert rows == pytest.approx(np.array([[1, 1, 1], [3, 1, 1]]) / [[3**0.5], [11**0.5]])
    assert rows.dtype == np.float32
    assert server.requests[0]["model"] == "some-model"
    assert server.requests[0]["input"] == ["a", "bbb"]
    assert server.keys == ["Bearer secret"]
    assert embedder.embed_query("bbb") == pytest.approx(rows[1])
    assert embedder.dimensions == 3
    assert embedder.embed_passages([]).shape == (0, 3)


def test_many_texts_go_in_batches(server: Server, embedder: OpenAIEmbedder) -> None:
    texts = ["x" * (i + 1) for i in range(2 * BATCH + 1)]
    rows = embedder.embed_passages(texts)
    assert sorted(len(request["input"]) for request in server.requests) == [1, BATCH, BATCH]
    assert lengths(rows) == [len(text) for text in texts]


def lengths(rows: Any) -> list[int]:
    """Those of the texts that the server was given."""
    return [round(length) for length in rows[:, 0] / rows[:, 1]]


def various(batches: int) -> list[str]:
    """Texts for so many batches, of different lengths beside each other."""
    return ["x" * (i % 97 + 1) for i in range(BATCH * batches)]


def test_batches_are_asked_for_side_by_side_but_not_all_at_once(server: Server, embedder: OpenAIEmbedder) -> None:
    server.delay = 0.1
    texts = various(3 * PARALLEL)
    assert lengths(embedder.embed_passages(texts)) == [len(text) for text in texts]
    assert server.at_most == PARALLEL


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_batch_that_is_too_large_for_the_server_goes_in_halves_and_so_do_later_ones(
    server: Server, embedder: OpenAIEmbedder, status: int
) -> None:
    server.most, server.refusal = BATCH // 4, status
    texts = various(2)
    assert lengths(embedder.embed_passages(texts)) == [len(text) for text in texts]
    server.requests.clear()
    assert lengths(embedder.embed_passages(texts)) == [len(text) for text in texts]
    assert {len(request["input"]) for request in server.requests} == {BATCH // 4}


def test_a_text_that_is_refused_by_itself_is_a_failure(server: Server, embedder: OpenAIEmbedder) -> None:
    server.most = 0
    with pytest.raises(EmbedderUnavailable, match=r"HTTP 400.*batch size exceeds"):
        embedder.embed_passages(various(3))
    assert len(server.requests) < 40


def test_a_limit_that_the_server_tells_is_not_run_into(server: Server, embedder: OpenAIEmbedder) -> None:
    server.limit(8, 0.4, tells=True)
    texts = various(40)
    assert lengths(embedder.embed_passages(texts)) == [len(text) for text in texts]
    assert server.refused <= 2  # those that were on their way


def test_a_limit_that_shows_only_in_refusals_is_waited_out(server: Server, embedder: OpenAIEmbedder) -> None:
    server.limit(8, 0.4, tells=False)
    texts = various(40)
    assert lengths(embedder.embed_passages(texts)) == [len(text) for text in texts]
    assert 0 < server.refused < 40  # each named a wait, and it was kept


def test_a_server_that_goes_on_refusing_is_given_up_after_a_while(server: Server) -> None:
    server.fail(429, "rate_limit_exceeded", times=1000, **{"retry-after-ms": "50"})
    embedder = OpenAIEmbedder("some-model", api_key="secret", base_url=server.url, patience=0.5)
    began = time.monotonic()
    with pytest.raises(EmbedderUnavailable, match="asked too much"):
        embedder.embed_passages(various(4))
    assert 0.3 < time.monotonic() - began < 5
    embedder.close()


def test_a_wait_that_is_longer_than_ours_is_not_begun(server: Server) -> None:
    server.fail(429, "rate_limit_exceeded", times=1000, **{"retry-after-ms": "", "retry-after": "7200"})
    embedder = OpenAIEmbedder("some-model", api_key="secret", base_url=server.url, patience=20)
    with pytest.raises(EmbedderUnavailable, match="asked too much"):
        embedder.embed_passages(various(4))
    embedder.close()


def test_a_limit_that_is_told_is_waited_for_only_as_long_as_there_is_patience(server: Server) -> None:
    server.limit(4, 60.0, tells=True)
    embedder = OpenAIEmbedder("some-model", api_key="secret", base_url=server.url, patience=0.5)
    began = time.monotonic()
    with pytest.raises(EmbedderUnavailable, match="asked too much"):
        embedder.embed_passages(various(12))
    assert time.monotonic() - began < 5
    assert server.refused <= 1
    embedder.close()


def test_a_quota_that_is_used_up_is_not_waited_for(server: Server) -> None:
    server.fail(429, "insufficient_quota", times=1000)
    embedder = OpenAIEmbedder("some-model", api_key="secret", base_url=server.url)
    with pytest.raises(EmbedderUnavailable, match="quota is used up"):
        embedder.embed_passages(various(8))
    assert len(server.requests) <= 8
    embedder.close()


def test_one_bad_moment_of_many_requests_is_passed_over(server: Server, embedder: OpenAIEmbedder) -> None:
    server.fail(500)
    server.fail(408)
    texts = various(6)
    assert lengths(embedder.embed_passages(texts)) == [len(text) for text in texts]


def test_a_server_too_slow_for_several_at_a_time_is_asked_one_by_one(server: Server) -> None:
    """It works on one request at a time: with four under way, the last takes four times as long."""
    turn = threading.Lock()
    answer = server.reply

    def slowly(texts: list[str]) -> tuple[int, bytes, dict[str, str]]:
        server.lock.release()  # held while replying; others are taken in meanwhile
        with turn:
            time.sleep(0.25)
        server.lock.acquire()
        return answer(texts)

    server.reply = slowly  # type: ignore[method-assign]
    embedder = OpenAIEmbedder("some-model", api_key="secret", base_url=server.url, timeout=0.6)
    texts = various(6)
    assert lengths(embedder.embed_passages(texts)) == [len(text) for text in texts]
    embedder.close()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_a_named_wait_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_an_empty_text_is_not_sent_as_one(server: Server, embedder: OpenAIEmbedder) -> None:
    embedder.embed_query("")
    assert server.requests[0]["input"] == [" "]


def test_a_server_without_keys_is_asked_without_ours(server: Server) -> None:
    embedder = OpenAIEmbedder("some-model", api_key=None, base_url=server.url)
    assert embedder.embed_query("a").shape == (3,)
    embedder.close()
    assert server.keys == ["Bearer none"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_failure_is_tried_again(server: Server, embedder: OpenAIEmbedder, status: int) -> None:
    server.fail(status)
    assert embedder.embed_query("a").shape == (3,)
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("status", "code", "words", "next_step"),
    [
        (401, "invalid_api_key", "refused the key", "OPENAI_API_KEY"),
        (403, "", "does not allow", "another model"),
        (404, "model_not_found", "does not know that model", "FOOTNOTE_EMBEDDINGS"),
        (400, "", "HTTP 400.*the server's words", "OPENAI_BASE_URL"),
        (429, "rate_limit_exceeded", "asked too much", "Wait"),
        (429, "insufficient_quota", "quota is used up", "billing"),
        (500, "", "HTTP 500", "later"),
    ],
)
def test_each_failure_is_a_sentence_and_a_next_step(
    server: Server, embedder: OpenAIEmbedder, status: int, code: str, words: str, next_step: str
) -> None:
    server.fail(status, code, times=2)
    with pytest.raises(EmbedderUnavailable, match=words) as caught:
        embedder.embed_query("a")
    assert next_step in caught.value.next_step
    assert "secret" not in str(caught.value)


def vectors(*rows: object) -> bytes:
    data = [{"object": "embedding", "index": i, "embedding": row} for i, row in enumerate(rows)]
    return json.dumps({"object": "list", "model": "m", "data": data}).encode()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<html>Sign in</html>", "text/html"),
        (b"<html>Sign in</html>", "application/json"),
        (b'{"ok": true}', "application/json"),
        (b'{"data": null}', "application/json"),
        (b'{"data": []}', "application/json"),
        (b"[]", "application/json"),
        (vectors([1.0], [2.0]), "application/json"),
        (vectors([]), "application/json"),
        (vectors([0.0, 0.0]), "application/json"),
        (vectors(["a"]), "application/json"),
        (vectors(None), "application/json"),
    ],
)
def test_an_answer_that_holds_no_vectors_is_not_taken_for_one(
    server: Server, embedder: OpenAIEmbedder, body: bytes, kind: str
) -> None:
    server.replies = [(200, body, {"content-type": kind})] * 2
    with pytest.raises(EmbedderUnavailable, match="answered"):
        embedder.embed_query("a")


def test_a_server_that_is_not_there_is_named() -> None:
    embedder = OpenAIEmbedder("some-model", api_key="secret", base_url="http://127.0.0.1:9/v1", retries=0)
    with pytest.raises(EmbedderUnavailable, match=r"127\.0\.0\.1:9/v1\) can't be reached"):
        embedder.embed_query("a")
    embedder.close()


def test_a_server_that_says_nothing_is_left_after_the_time_out(server: Server) -> None:
    server.delay = 0.4
    embedder = OpenAIEmbedder("some-model", api_key="secret", base_url=server.url, timeout=0.1, retries=0)
    with pytest.raises(EmbedderUnavailable, match=r"did not answer within 0\.1 s"):
        embedder.embed_query("a")
    embedder.close()
