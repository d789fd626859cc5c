"""Charts as SVG: the same bytes on every machine, with alternative text."""
