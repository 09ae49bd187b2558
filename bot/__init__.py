"""Answer questions from retrieved passages, every claim resting on verified quotes."""
