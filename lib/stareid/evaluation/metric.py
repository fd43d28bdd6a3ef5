"""What compares two embeddings: Euclidean distance, or a metric that is learned from people who are known."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from scipy import linalg
from torch import Tensor
from torch.nn import functional as F

from stareid.errors import InputError
from stareid.evaluation.distance import euclidean

Metric = Callable[[Tensor, Tensor], Tensor]  # probes (P, D), gallery (G, D) -> distances (P, G)
METRICS = ("euclidean", "xqda")
RIDGE = 0.001  # what is added to the variances within people, of features of unit length (Liao et al. 2015)


def fit_metric(name: str, features: Tensor, people: Sequence[str], cameras: Sequence[int]) -> Metric:
    """The distance function of a metric, fitted on embeddings (N, D) of training people.

    `euclidean` needs no fitting. `xqda` needs people seen by two cameras, and at least two of them; it sees
    embeddings scaled to unit length, as the parts of Liao et al.'s descriptors are: their ridge is no measure
    for others.
    """
    if name == "euclidean":
        return euclidean
    if name != "xqda":
        raise InputError(f"unknown metric {name!r}: the metrics are {', '.join(METRICS)}.")
    directions = torch.from_numpy(xqda(unit(features).cpu().numpy(), people, cameras))

    def distance(probes: Tensor, gallery: Tensor) -> Tensor:
        ours = directions.to(probes.device)
        return euclidean(unit(probes) @ ours, unit(gallery) @ ours).square()

    return distance


def unit(features: Tensor) -> Tensor:
    """Rows scaled to unit length, in double precision."""
    return F.normalize(features.double(), dim=1)


def xqda(features: np.ndarray, people: Sequence[str], cameras: Sequence[int]) -> np.ndarray:
    r"""Cross-view quadratic discriminant analysis (Liao et al. 2015), as directions (D, r).

    With $\Sigma_I$ and $\Sigma_E$ the mean $\delta \delta^\top$ of differences $\delta$ between two cameras,
    of one person and of two, and $\Sigma_I$ already holding the ridge $0.001\,I$:

    $$\Sigma_E w = \lambda\,\Sigma_I w, \qquad W = (w : \lambda > 1), \qquad
      M = (W^\top \Sigma_I W)^{-1} - (W^\top \Sigma_E W)^{-1}, \qquad
      d(x, z) = (x - z)^\top W M W^\top (x - z)$$

    The solver scales W so that $W^\top \Sigma_I W = I$ and $W^\top \Sigma_E W = \mathrm{diag}(\lambda)$; so
    nothing has to be inverted: $M = \mathrm{diag}(1 - 1/\lambda)$, and d is the squared Euclidean distance
    after $x \mapsto M^{1/2} W^\top x$. The ridge stays in $\Sigma_I$ because that is singular for more
    numbers than pairs. If no $\lambda$ exceeds 1, the first direction alone is kept, with weight 1.

    Differences lie in the span of the centred features, and outside of it $\lambda = 0$. With more numbers
    than embeddings the problem is therefore solved in a basis of that span, which changes nothing else.
    """
    basis = span(features - features.mean(0)) if features.shape[1] > len(features) else None
    inside = features if basis is None else features @ basis
    within, between = scatter(inside, people, cameras)
    values, vectors = linalg.eigh(between, within + RIDGE * np.eye(len(within)))
    kept = values > 1
    weights = 1 - 1 / values[kept] if kept.any() else np.ones(1)
    directions = (vectors[:, kept] if kept.any() else vectors[:, -1:]) * np.sqrt(weights)
    return directions if basis is None else basis @ directions


def scatter(
    features: np.ndarray, people: Sequence[str], cameras: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    r"""The mean of $\delta \delta^\top$ over all pairs of two cameras: of one person, and of two.

    For a symmetric table A of pairs, $\sum_{i<j} A_{ij} (x_i - x_j)(x_i - x_j)^\top
    = X^\top (\mathrm{diag}(A 1) - A) X$.
    """
    across = np.asarray(cameras)[:, None] != np.asarray(cameras)[None, :]
    same = np.asarray(people)[:, None] == np.asarray(people)[None, :]
    means = []
    for pairs in (across & same, across & ~same):
        if not pairs.any():
            raise InputError("xqda needs at least two people, and each of them seen by two cameras.")
        table = pairs.astype(float)
        total = features.T @ ((table.sum(1)[:, None] * features) - table @ features)
        means.append(2 * total / table.sum())
    return means[0], means[1]


def span(centred: np.ndarray) -> np.ndarray:
    """An orthonormal basis (D, r) of the rows of `centred` (N, D), without directions of rounding errors."""
    _, sizes, rows = linalg.svd(centred, full_matrices=False)
    smallest = sizes.max(initial=0.0) * max(centred.shape) * np.finfo(float).eps
    return rows[: max(1, int((sizes > smallest).sum()))].T
