"""One module for each kind of file: `read(name, content)` gives its documents, and rows for what it can't give.

A reader takes bytes and touches neither disk nor network. What it cannot do with a whole file it raises as `Refused`.
Only `text` and `jsonl` run in this process; for all others `apart` keeps a process of their own, with limits.
"""
