"""The statuses of figures, the most trustworthy first; needs nothing, so that it loads at once."""

STATUSES = ("official", "estimate", "assumption", "synthetic")
