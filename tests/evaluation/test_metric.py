"""XQDA against the generalised eigenproblem written out, and on people who differ in one direction only."""

import numpy as np
import pytest
import torch
from scipy import linalg

from stareid.errors import InputError
from stareid.evaluation import euclidean, fit_metric


def made(people: int, size: int, seed: int = 0) -> tuple[np.ndarray, list[str], list[int]]:
    """Embeddings of people in two cameras: more alike in some directions than in others."""
    random = np.random.default_rng(seed)
    own = random.normal(size=(people, size)) * np.linspace(2.0, 0.1, size)
    seen = [own + random.normal(size=own.shape) * np.linspace(0.1, 2.0, size) for _ in (1, 2)]
    names = [f"person{number}" for number in range(people)]
    return np.concatenate(seen), names * 2, [1] * people + [2] * people


def written_out(features: np.ndarray, people: list[str], cameras: list[int]) -> np.ndarray:
    """W M W^T by loops over pairs, a generalised eigenproblem and two inverses."""
    size = features.shape[1]
    same: list[np.ndarray] = []
    other: list[np.ndarray] = []
    for i in range(len(features)):
        for j in range(len(features)):
            if cameras[i] == 1 and cameras[j] == 2:
                difference = features[i] - features[j]
                (same if people[i] == people[j] else other).append(np.outer(difference, difference))
    within, between = np.mean(same, axis=0) + 0.001 * np.eye(size), np.mean(other, axis=0)
    values, vectors = linalg.eig(between, within)
    w = vectors[:, values.real > 1].real
    middle = linalg.inv(w.T @ within @ w) - linalg.inv(w.T @ between @ w)
    return w @ middle @ w.T


def of_length_one(rows: np.ndarray) -> np.ndarray:
    return rows / np.sqrt((rows**2).sum(1, keepdims=True))


@pytest.mark.parametrize(
    ("people", "size"), [(30, 5), (12, 6), (5, 16)]
)  # the last: more numbers than embeddings
def test_distances_are_those_of_the_problem_written_out(people: int, size: int) -> None:
    features, names, cameras = made(people, size)
    matrix = written_out(of_length_one(features), names, cameras)
    distance = fit_metric("xqda", torch.from_numpy(features), names, cameras)
    probes, gallery, *_ = np.random.default_rng(1).normal(size=(2, 4, size))
    measured = distance(torch.from_numpy(probes), torch.from_numpy(gallery[:3]))
    probes, gallery = of_length_one(probes), of_length_one(gallery)
    expected = [[(x - z) @ matrix @ (x - z) for z in gallery[:3]] for x in probes]
    np.testing.assert_allclose(measured.numpy(), expected, rtol=1e-6, atol=1e-9)
    assert measured.shape == (4, 3)


def test_what_says_nothing_of_the_person_is_not_looked_at() -> None:
    random = np.random.default_rng(0)
    own = random.normal(size=(40, 3))
    noise = [random.normal(size=(40, 6)) * [0.05, 0.05, 0.05, 3, 3, 0] for _ in (1, 2)]
    features = np.concatenate([np.pad(own, ((0, 0), (0, 3))) + one for one in noise])
    features[:, 5] = 20  # everybody's: lengths differ little
    tensor, names = torch.from_numpy(features).float(), [str(n) for n in range(40)] * 2
    distance = fit_metric("xqda", tensor, names, [1] * 40 + [2] * 40)

    def found(between: torch.Tensor) -> float:
        return (between.argmin(1) == torch.arange(40)).float().mean().item()

    assert found(distance(tensor[:40], tensor[40:])) > 0.8
    assert found(euclidean(tensor[:40], tensor[40:])) < 0.2


def test_how_long_embeddings_are_does_not_matter() -> None:
    features, names, cameras = made(30, 5)
    probes, gallery = torch.rand(4, 5), torch.rand(3, 5)
    near, far = (fit_metric("xqda", torch.from_numpy(features) * size, names, cameras) for size in (0.1, 50))
    torch.testing.assert_close(near(probes, gallery), far(7 * probes, gallery / 9), rtol=1e-5, atol=1e-5)


def test_features_that_collapsed_to_a_point_are_all_at_distance_nought() -> None:
    distance = fit_metric("xqda", torch.ones(6, 3), ["a", "b", "c"] * 2, [1] * 3 + [2] * 3)
    assert distance(torch.ones(2, 3), torch.ones(2, 3)).abs().max() == 0
    assert torch.isfinite(distance(torch.rand(2, 3), torch.rand(2, 3))).all()


def test_euclidean_distances_need_no_people() -> None:
    assert fit_metric("euclidean", torch.zeros(0, 3), [], []) is euclidean


def test_what_cannot_be_fitted_is_refused() -> None:
    features = torch.rand(4, 3)
    with pytest.raises(InputError, match="unknown metric 'cosine'"):
        fit_metric("cosine", features, ["a", "b"] * 2, [1, 1, 2, 2])
    with pytest.raises(InputError, match="seen by two cameras"):
        fit_metric("xqda", features, ["a", "b"] * 2, [1, 1, 1, 1])
    with pytest.raises(InputError, match="two people"):
        fit_metric("xqda", features, ["a"] * 4, [1, 1, 2, 2])
