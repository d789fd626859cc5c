"""Whole units of account shared out by weight: largest remainder and the divisor methods."""

from __future__ import annotations

from analysis.apportion.methods import METHODS, Method, apportion

__all__ = ["METHODS", "Method", "apportion"]
