"""Weights to begin with: from a file, from the file that stands for ImageNet's, or refused."""

from pathlib import Path
from urllib.error import URLError

import pytest
import torch
from safetensors.torch import save_file

from stareid import pretrained
from stareid.errors import InputError

STATE = {
    "features.0.0.weight": torch.arange(4.0),
    "features.0.1.bias": torch.ones(2),
    "classifier.1.bias": torch.ones(3),
}


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_a_file_is_read(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / f"weights{suffix}"
    save_file(STATE, file) if suffix == ".safetensors" else torch.save(STATE, file)
    monkeypatch.setenv("STAREID_WEIGHTS", str(file))
    for name in (str(file), "imagenet"):  # the variable names a file that stands for ImageNet's
        state = pretrained.load(name)
        assert torch.equal(state["features.0.0.weight"], torch.arange(4.0))


def test_a_file_that_is_not_there_or_holds_no_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file .*nothing.pth"):
        pretrained.load("nothing.pth")
    for name in ("broken.safetensors", "broken.pth"):
        (tmp_path / name).write_bytes(b"no weights")
        with pytest.raises(InputError, match=f"{name} holds no weights"):
            pretrained.load(str(tmp_path / name))


def test_what_cannot_be_downloaded_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> None:
        raise URLError("no network")

    monkeypatch.delenv("STAREID_WEIGHTS", raising=False)
    monkeypatch.setattr("torchvision.models.MobileNet_V2_Weights.get_state_dict", offline)
    with pytest.raises(InputError, match="cannot download.*STAREID_WEIGHTS"):
        pretrained.load("imagenet")


def test_the_digest_is_that_of_the_backbone() -> None:
    other = STATE | {"classifier.1.bias": torch.zeros(3), "features.0.1.num_batches_tracked": torch.tensor(1)}
    assert pretrained.digest(STATE) == pretrained.digest(other)
    assert pretrained.digest(STATE) != pretrained.digest(STATE | {"features.0.1.bias": torch.zeros(2)})
