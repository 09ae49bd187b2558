"""The Telegram bot: the only package that imports python-telegram-bot."""
