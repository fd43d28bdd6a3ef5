import numpy as np
import torch

from stareid.model.conv_lstm import ConvLSTMCell


def test_one_step_on_one_pixel_is_an_lstm_worked_by_hand() -> None:
    """On a 1 x 1 map only the centre of a kernel counts, and the cell is a plain LSTM."""
    cell = ConvLSTMCell(inputs=1, hidden=1).double()
    w, u, bias = [0.5, -0.3, 0.8, 1.2], [0.1, 0.7, -0.4, 0.6], [0.0, 0.2, -0.1, 0.3]
    with torch.no_grad():
        cell.from_input.weight[:, 0, 1, 1] = torch.tensor(w)
        cell.from_state.weight[:, 0, 1, 1] = torch.tensor(u)
        cell.get_parameter("from_input.bias").copy_(torch.tensor(bias))
        x, h, c = 0.9, -0.5, 0.4
        states = (torch.full((1, 1, 1, 1), h).double(), torch.full((1, 1, 1, 1), c).double())
        new_h, new_c = cell(torch.full((1, 1, 1, 1), x).double(), states)
    i, f, o = (1 / (1 + np.exp(-(w[k] * x + u[k] * h + bias[k]))) for k in range(3))
    g = np.tanh(w[3] * x + u[3] * h + bias[3])
    expected_c = f * c + i * g
    np.testing.assert_allclose(new_c.item(), expected_c, rtol=1e-6)
    np.testing.assert_allclose(new_h.item(), o * np.tanh(expected_c), rtol=1e-6)


def test_no_state_is_a_state_of_noughts() -> None:
    cell = ConvLSTMCell(inputs=4, hidden=3).double()
    x, noughts = torch.randn(2, 4, 10, 8).double(), torch.zeros(2, 3, 10, 8).double()
    for fast, plain in zip(cell(x, None), cell(x, (noughts, noughts)), strict=True):
        assert fast.shape == (2, 3, 10, 8)
        torch.testing.assert_close(fast, plain)
