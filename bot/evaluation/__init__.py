"""How good the answers are: questions with known evidence are asked, and what comes back is scored, compared and shown.

cases.py, formats.py    questions, and what is known of their answers
archives.py             the index they are asked of
places.py               the evidence, found in the articles
observing.py            what came back, as values to keep
scores.py, measures.py  how good one answer is, and why; pure
metrics.py, chance.py   how good they are together, with intervals; pure
running.py              asks, keeps what was answered, goes on where it was interrupted
record.py               a run as JSON, with all it was made from
comparing.py, gate.py   worse than before? good enough?
text.py, junit.py, page/    what is shown
variants.py, drafting.py, judges.py    settings compared; questions drafted; a model's opinion
"""
