"""Rewriting a follow-up without a language model: does it lean on what was asked before, and on what of it."""
