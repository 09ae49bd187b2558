"""Kept answers -> the messages of a chat: plain text with entities, and buttons. Pure; knows no Telegram library."""
