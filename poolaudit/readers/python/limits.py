"""How far expressions are followed, so that no file takes long or leads in a circle."""

DEEPEST = 40
"""How many expressions, modules or classes may stand in one another."""
MOST_STEPS = 50_000
"""How many expressions are worked out for one module."""
