"""What a person or a program sees of an outcome: pure functions from the values in `bot.types`, no input or output."""
