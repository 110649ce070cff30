"""How long reading may take, in the tests that hold it to that."""

MOST_SECONDS = 1.0
SLACK = 4
"""How much slower the machine that runs the tests may be than one of today, while it does something else besides."""
MOST_SECONDS_HERE = MOST_SECONDS * SLACK
"""Of a processor's time."""
