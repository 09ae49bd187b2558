"""An archive on a Chroma server that several machines use: one writes at a time, each reads from a replica of its own.

`server` speaks with Chroma; `records` are articles as they lie there; `publishing` makes the server equal to a home,
`pulling` a home equal to the server; `reading` is what an index needs of the server while it answers.
"""
