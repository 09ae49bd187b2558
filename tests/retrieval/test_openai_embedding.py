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
from retrieval.openai_embedding import BATCH, OpenAIEmbedder


class Server:
    """Answers /embeddings with (length of the text, 1, 1) in reverse order; `replies` are given first, once each."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.replies: list[tuple[int, bytes, dict[str, str]]] = []
        self.delay = 0.0
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                server.requests.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                server.keys.append(self.headers["authorization"])
                time.sleep(server.delay)
                status, body, headers = server.replies.pop(0) if server.replies else (200, server.vectors(), {})
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

    def vectors(self) -> bytes:
        rows = [
            {"object": "embedding", "index": i, "embedding": [float(len(text)), 1.0, 1.0]}
            for i, text in enumerate(self.requests[-1]["input"])
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
    assert [len(request["input"]) for request in server.requests] == [BATCH, BATCH, 1]
    assert rows[:, 0] / rows[:, 1] == pytest.approx(np.arange(1, len(texts) + 1), rel=1e-5)


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
