from pathlib import Path

import pytest
import torch

from stareid.errors import InputError
from stareid.model import build
from stareid.training import restore, save

CONFIG = {"method": "attention", "filters": 2, "reading": "joint-full", "people": 4}


def test_a_network_comes_back_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "new" / "run.safetensors"
    network = build(**CONFIG).eval()  # type: ignore[arg-type]
    save(network, CONFIG, file)
    clips = torch.randn(2, 3, 3, 56, 40)
    restored = restore(file)
    assert not restored.training
    with torch.no_grad():
        torch.testing.assert_close(restored(clips)[0], network(clips)[0])
    assert sorted(f.name for f in file.parent.iterdir()) == ["run.json", "run.safetensors"]


def test_what_is_no_checkpoint_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "run.safetensors"
    with pytest.raises(InputError, match="no checkpoint .*run.safetensors"):
        restore(file)
    save(build(**CONFIG), CONFIG, file)  # type: ignore[arg-type]
    (tmp_path / "run.json").write_text('{"method": "attention", "filters": 3, "people": 4}')
    with pytest.raises(InputError, match="do not make a network"):
        restore(file)
    file.write_bytes(b"not weights")
    with pytest.raises(InputError, match="do not make a network"):
        restore(file)
