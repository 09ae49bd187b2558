"""The command line: commands in `main`, the loop in `repl`, questions in `asking`, the screen in `terminal`."""
