"""Parameters of a notebook: papermill only warns of one that the notebook does not have; this refuses it."""

import ast
from collections.abc import Sequence

from stareid.errors import InputError

INJECTED = "# Parameters\n"  # how papermill begins the cell that it puts after the notebook's own parameters


def refuse_unknown() -> None:
    """Refuse a parameter that papermill gave to the running notebook and that the notebook does not have.

    Outside papermill nothing is injected and nothing refused. Raises InputError naming the parameter.
    """
    from IPython import get_ipython

    if shell := get_ipython():
        check_injected(shell.user_ns["In"])


def check_injected(cells: Sequence[str]) -> None:
    """Refuse an injected parameter that the cell before it does not assign; `cells` are the sources run.

    >>> check_injected(["filters = 3", "# Parameters\\nfilters = 0"])
    """
    for before, cell in zip(cells[:-1], cells[1:], strict=True):
        if cell.startswith(INJECTED):
            known = assigned(before)
            unknown = [name for name in assigned(cell) if name not in known]
            if unknown:
                raise InputError(f"unknown parameter {unknown[0]!r}: this notebook has {', '.join(known)}.")


def assigned(source: str) -> list[str]:
    """The names that simple assignments of a cell give values to, in order.

    >>> assigned("filters = 3\\nsplit: int = 0")
    ['filters', 'split']
    """
    names = []
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign):
            names += [target.id for target in statement.targets if isinstance(target, ast.Name)]
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            names.append(statement.target.id)
    return names
