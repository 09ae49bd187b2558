"""Talking to a language model's server: `open_model` in `adapter.py` makes a `ChatModel`."""
