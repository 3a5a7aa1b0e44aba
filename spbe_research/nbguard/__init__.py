"""A pytest plugin: what a notebook must be so that a green run means that its text is true.

nbval executes a notebook and compares what it prints. It compares no prose and no pictures, and
believes a cell that prints its committed text, a notebook whose result cells were deleted, a tag
that hides an output. This plugin adds what is missing, for one line in ``pyproject.toml``::

    [tool.pytest.ini_options]
    addopts = "-p spbe_research.nbguard"

Then every notebook that pytest collects has one more test, ``NAME.ipynb::rules``, and with
``--nbval`` its kernel is guarded too. ``[tool.nbguard]`` says where numbers, years, registers and
manifests lie (``nbguard.settings``); a rule whose file is not there rests. It needs nbval,
nbformat, IPython and Pillow (the extra ``[notebooks]``), and of this package only ``errors``.

==========  ======================================================================================
rule        refuses
==========  ======================================================================================
form        another kernel, no code cell, a raw cell, a file that is no notebook
executed    a cell never executed, or out of order
metadata    tags, settings and comments that hide, skip or ignore a cell or an output
path        a path of somebody's machine
output      errors, warnings, text on stderr, kinds of output that nobody compares
code        what is no Python; global, nonlocal, del
import      modules of the system and of the network, also through another package
call        ``__import__``, eval, open, getattr, private names, calls in queries, set attributes
shell       shell lines and magics, ``get_ipython`` under any name
read        reading files, also the committed results: a notebook computes what it shows
write       writing files, beside the notebook or anywhere
network     addresses in code
warnings    silenced warnings and floating-point errors; options that do not widen a display
exceptions  ``try``: an error must end the notebook
loop        ``while``
record      a table or text not made from records, or changed after; a record named and not shown
typed       a number or number word in a print statement, or shown beside a record
hidden      a picture drawn and not shown
picture     one of no record, of another size, cut, with a second frame or unknown chunks
markup      HTML, hidden comments, pictures, programs, strange links; HTML that is no plain table
section     an empty section, or none on what must be said (limits, references)
label       a number that is not the one its id names
keyword     a number whose sentence does not say what it is
year        a number whose sentence does not name its year
opposite    *below* in the sentence of a number of what lies above
part        a count that is said to be part of a smaller one
numeral     a numeral or number word without an id, a sign before one with it; words of two scripts
citation    a key or DOI that the literature does not have
lost        a record of the notebook, or of its release without a line of reason, is not shown
data        data or a picture other than released, without a line of reason
release     any other difference of a cell from the release, without a reason for it as it is
==========  ======================================================================================

While nbval executes, a cell is ended when its kernel died, after its processor time, or when it
does nothing (``nbguard.execution``); pictures are compared as pixels; the kernel writes nothing
into the project, reaches no network and starts no program (``nbguard.kernel``).
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

__all__: list[str] = []


def pytest_configure(config: "pytest.Config") -> None:
    """Guard the kernels of nbval, where it runs."""
    options = config.option
    if getattr(options, "nbval", False) or getattr(options, "nbval_lax", False):
        from spbe_research.nbguard.execution import Execution
        from spbe_research.nbguard.settings import read_settings

        execution = Execution(read_settings(config.rootpath))
        execution.install()
        config.pluginmanager.register(execution, "nbguard-execution")


def pytest_collect_file(file_path: Path, parent: "pytest.Collector") -> "pytest.Collector | None":
    """Ask the rules of each notebook that is no draft."""
    if file_path.suffix != ".ipynb":
        return None
    from spbe_research.nbguard.items import NotebookFile
    from spbe_research.nbguard.settings import read_settings

    drafts = read_settings(parent.config.rootpath).drafts
    if drafts in file_path.relative_to(parent.config.rootpath).parts:
        return None
    return NotebookFile.from_parent(parent, path=file_path)
