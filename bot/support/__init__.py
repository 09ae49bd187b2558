"""Whether a claim says no more than its quotes: numbers, dates, names, negations and hedges, across two languages.

A quote that stands word for word proves that the source says it, not that the claim follows. These modules look for
what a claim adds to its quotes, alters or leaves away; each fault has a name. None of them reads the archive.
"""
