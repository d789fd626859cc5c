"""How social-assistance money is shared among counties, and how long it lasts."""

__version__ = "0.1.0"
