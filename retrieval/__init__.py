"""Find passages in a folder of articles. Knows nothing of chat, language models or Telegram."""
