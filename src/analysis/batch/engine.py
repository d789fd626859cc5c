"""papermill's engine ``fork``, as its entry point names it.

papermill imports this module whenever it is imported itself, so nothing here is loaded before
a notebook is run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode


class ForkEngine:
    """Runs notebooks in forked processes; in papermill's own way where forking is not safe."""

    @classmethod
    def execute_notebook(cls, nb: NotebookNode, kernel_name: str, **options: Any) -> NotebookNode:
        """Run a notebook; `analysis.batch.forking.Forking` has the options."""
        from analysis.batch.forking import Forking

        return Forking.execute_notebook(nb, kernel_name, **options)

    @classmethod
    def nb_kernel_name(cls, nb: NotebookNode, name: str | None = None) -> str:
        """Return the kernel that a notebook names."""
        from papermill.utils import nb_kernel_name

        return str(nb_kernel_name(nb, name))

    @classmethod
    def nb_language(cls, nb: NotebookNode, language: str | None = None) -> str:
        """Return the language that a notebook names."""
        from papermill.utils import nb_language

        return str(nb_language(nb, language))
