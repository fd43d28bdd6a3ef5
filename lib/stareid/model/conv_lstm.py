"""One step of a convolutional LSTM."""

from torch import Tensor, nn

State = tuple[Tensor, Tensor]
SPREAD = 0.05  # standard deviation of the first weights, from maps of 32 channels


class ConvLSTMCell(nn.Module):
    r"""One step: $(x, (h, c)) \mapsto (h', c')$, with $*$ a 3 x 3 convolution that keeps the size.

    $$i = \sigma(W_i * x + U_i * h + b_i) \quad f = \sigma(W_f * x + U_f * h + b_f)$$
    $$o = \sigma(W_o * x + U_o * h + b_o) \quad g = \tanh(W_c * x + U_c * h + b_c)$$
    $$c' = f \odot c + i \odot g \qquad h' = o \odot \tanh(c')$$

    x: (N, inputs, H, W); h, c: (N, hidden, H, W). Source: Cornia et al. (2018), equations of the attentive
    ConvLSTM; there are no peepholes, and the forget bias is not raised. Initialised as there: W normal
    (0.05), U orthogonal, biases zero.
    """

    def __init__(self, inputs: int, hidden: int, spread: float = SPREAD) -> None:
        super().__init__()
        self.spread = spread
        self.hidden = hidden
        self.from_input = nn.Conv2d(inputs, 4 * hidden, kernel_size=3, padding=1)
        self.from_state = nn.Conv2d(hidden, 4 * hidden, kernel_size=3, padding=1, bias=False)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.normal_(self.from_input.weight, std=self.spread)
        nn.init.zeros_(self.from_input.bias)  # type: ignore[arg-type]
        for gate in self.from_state.weight.chunk(4):
            nn.init.orthogonal_(gate)

    def forward(self, x: Tensor, state: State | None) -> State:
        """One step from `state`; None is the zero state, of which nothing has to be convolved."""
        if state is None:
            i, _, o, g = self.from_input(x).chunk(4, dim=1)
            c = i.sigmoid() * g.tanh()
        else:
            h, c = state
            gates = self.from_input(x) + self.from_state(h)  # (N, 4 * hidden, H, W)
            i, f, o, g = gates.chunk(4, dim=1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
