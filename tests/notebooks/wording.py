"""Properties that every text of a report has, whatever the case."""

import re

from analysis.words import catalogue

PLURALS = "units|counties|errors|warnings|notes|points|groups|persons|households|months|days"
PLURALS += "|years|forecasts|paths|others"
# What a value that nobody wrote out looks like.
_RAW = re.compile(r"\bnan\b|\bNaN\b|\binf\b|\bNone\b|\d[eE][+-]\d\d|[{}]|<NA>")
_ONE_OF_MANY = re.compile(rf"(?<![\d.,–])\b1 ({PLURALS})\b")
_STAMMER = re.compile(
    r"  |。。|(?<!\.)\.\.(?!\.)|，，|,,|；。|、、|、。| [,.;:](?!\d)|（）|\(\)|：。"
)
END = {"zh": ("。", "！", "？"), "en": (".", "!", "?")}


def faults(text, lang, *, names=()):
    """Return what is wrong with a text; names of units are no part of it."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "X")
    if "{" in "".join(names):
        # A chart may cut a long name short.
        text = re.sub("[{}]", "x", text)
    found = [_RAW, _STAMMER] if lang == "zh" else [_RAW, _STAMMER, _ONE_OF_MANY]
    return [match[0] for each in found for match in each.finditer(text)]


def sentences(text, lang, *, names=()):
    """Split a paragraph into its sentences."""
    for place, name in enumerate(names):
        text = text.replace(name, f"X{place}")
    parts = re.split(r"(?<=[。！？])" if lang == "zh" else r"(?<=[.!?]) (?=[A-Z])", text)
    return [part.strip() for part in parts if part.strip()]


def verdict_text(verdict, lang):
    return catalogue(lang)(f"verdict.{verdict}")
