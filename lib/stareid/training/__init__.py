"""Training: losses, settings, recipes, the loop, checkpoints and seeds. Knows no evaluation."""

from stareid.training.checkpoint import THRESHOLD as THRESHOLD
from stareid.training.checkpoint import read_config as read_config
from stareid.training.checkpoint import restore as restore
from stareid.training.checkpoint import save as save
from stareid.training.history import History as History
from stareid.training.loop import NonFiniteLossError as NonFiniteLossError
from stareid.training.loop import train as train
from stareid.training.seeding import generator as generator
from stareid.training.seeding import stream_seed as stream_seed
from stareid.training.settings import Pairwise as Pairwise
from stareid.training.settings import Training as Training
