"""What the bot does with an update: a module for each kind of thing that people do in a chat."""
