"""Scripts that make the data files of `retrieval/` and `bot/` from public question sets; not installed."""
