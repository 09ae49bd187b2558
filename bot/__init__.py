"""Answer questions from retrieved passages, every claim resting on verified quotes."""

__version__ = "0.1.0"
