"""Which mix of measures the actual amounts look like, and how far each weight is known.

Unit *i* has the amount *aᵢ*, rounded, so that the true one lies within *hᵢ* of it. A factor
formula with weights *w* gives it *fᵢ = T Σₖ wₖ mᵢₖ* (:mod:`analysis.formula`). *T* is the sum that
was shared: the amounts' total, to within the rounding of its parts.
"""

from analysis.implied.weights import ImpliedFit, implied_fit, implied_weights

__all__ = ["ImpliedFit", "implied_fit", "implied_weights"]
