"""Hand-made descriptions of a frame: texture and colour of overlapping patches."""

import numpy as np
from numpy.typing import NDArray

CODES = 256  # of a local binary pattern of 8 neighbours
COLOURS = 6  # H S V L a b
LAB_SCALE = 100  # L, a and b in hundredths, to be of the size of the others


def describe(frames: NDArray[np.uint8], stride: tuple[int, int]) -> NDArray[np.float32]:
    r"""What each patch of twice the stride looks like: frames (N, H, W, 3) -> (N, patches, 262).

    For every patch, row by row: the histogram of its local binary patterns (256 shares of its pixels), its
    mean hue, saturation and value, its mean L, a and b. A frame of 128 x 64 has 225 patches of 16 x 8 at
    stride 8 x 4, 58,950 numbers. Source: Yan et al. (ECCV 2016). Ours: shares in place of counts, Lab in
    hundredths, the eight neighbours at distance 1, by scikit-image.
    """
    from skimage.color import rgb2hsv, rgb2lab  # takes a second, and only this method needs it

    colours = np.concatenate([rgb2hsv(frames), rgb2lab(frames) / LAB_SCALE], -1)  # (N, H, W, 6)
    textures = histograms(binary_patterns(frames), stride)
    return np.concatenate([over_patches(textures), over_patches(block_means(colours, stride))], -1).astype(
        np.float32
    )


def binary_patterns(frames: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Which of a pixel's 8 neighbours are at least as bright as it, as a number: (N, H, W) of 0..255."""
    from skimage.color import rgb2gray
    from skimage.feature import local_binary_pattern

    grey = np.round(255 * rgb2gray(frames)).astype(np.uint8)
    return np.stack([local_binary_pattern(frame, P=8, R=1) for frame in grey]).astype(np.int64)


def blocks(maps: NDArray, stride: tuple[int, int]) -> NDArray:
    """Maps (N, H, W, ...) cut into blocks of the stride: (N, H/h, W/w, h, w, ...)."""
    (height, width), (number, *size), rest = stride, maps.shape[:3], maps.shape[3:]
    cut = maps.reshape(number, size[0] // height, height, size[1] // width, width, *rest)
    return np.moveaxis(cut, 2, 3)


def block_means(values: NDArray, stride: tuple[int, int]) -> NDArray:
    """The mean of every block: (N, H, W, C) -> (N, H/h, W/w, C)."""
    return blocks(values, stride).mean((3, 4))


def histograms(codes: NDArray[np.int64], stride: tuple[int, int]) -> NDArray:
    """The share of each code in every block: (N, H, W) of 0..255 -> (N, H/h, W/w, 256)."""
    by_block = blocks(codes, stride)
    pixels = by_block.reshape(-1, stride[0] * stride[1])  # (N * blocks, pixels of one)
    numbered = pixels + CODES * np.arange(len(pixels))[:, None]
    counts = np.bincount(numbered.ravel(), minlength=CODES * len(pixels))
    return counts.reshape(*by_block.shape[:3], CODES) / pixels.shape[1]


def over_patches(means: NDArray) -> NDArray:
    """Means of blocks (N, Y, X, C) -> of the patches of 2 x 2 blocks each: (N, (Y - 1) * (X - 1), C)."""
    patches = means[:, :-1, :-1] + means[:, 1:, :-1] + means[:, :-1, 1:] + means[:, 1:, 1:]
    return (patches / 4).reshape(len(means), -1, means.shape[-1])
