"""McLaughlin's network against its equations in plain NumPy, and what a recurrence does to the order."""

import numpy as np
import torch

from stareid.model import build
from stareid.model.recurrent import Recurrence, RecurrentNetwork

CLIPS = torch.randn(3, 4, 5, 56, 40, generator=torch.Generator().manual_seed(0))


def test_the_recurrence_computes_its_equation() -> None:
    recurrence = Recurrence(4, dropout=0.6).double().eval()
    frames = torch.randn(2, 3, 4, dtype=torch.float64)
    w, b, start = (
        recurrence.get_parameter(name).detach().numpy()
        for name in ("feedback.weight", "feedback.bias", "start")
    )
    with torch.no_grad():
        outputs = recurrence(frames).numpy()
    for x, o in zip(frames.numpy(), outputs, strict=True):
        first = x[0] + start
        second = x[1] + w @ np.tanh(first) + b
        np.testing.assert_allclose(o, [first, second, x[2] + w @ np.tanh(second) + b])


def test_dropout_lies_on_the_feedback_path_only() -> None:
    recurrence = Recurrence(200, dropout=0.6).train()
    frames = torch.randn(1, 2, 200)
    with torch.no_grad():
        runs = [recurrence(frames) for _ in range(2)]
        recurrence.get_parameter("feedback.weight").zero_()
        without = [recurrence(frames) for _ in range(2)]
    assert torch.equal(runs[0][:, 0], runs[1][:, 0])
    assert not torch.equal(runs[0][:, 1], runs[1][:, 1])
    assert torch.equal(without[0], without[1])


def test_the_features_are_the_mean_of_the_outputs_and_are_not_normalised() -> None:
    network = build("mclaughlin", channels=5).eval()
    assert isinstance(network, RecurrentNetwork)
    with torch.no_grad():
        embedding, out = network(CLIPS)
        frames = network.embedding(network.backbone(CLIPS).flatten(2))
        expected = network.recurrence(frames).mean(1)
    assert embedding is out["features"]
    torch.testing.assert_close(embedding, expected)
    torch.testing.assert_close(out["logits"], network.classifier(expected))
