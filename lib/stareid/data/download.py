"""Fetching a data set from its authors: resumed where it stopped, checked where a sum is known.

No set is ours to hand out. Where no address works, or none is public, the place to ask is said.
"""

import hashlib
import re
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError, URLError

from tqdm import tqdm

from stareid.data.listing import printable
from stareid.errors import InputError

BLOCK = 2**16
PATIENCE = 30  # seconds of silence
ATTEMPTS = 4  # at one address without anything new


@dataclass(frozen=True)
class Offer:
    """What is known of where a set can be had; the sum of iLIDS-VID is from one source."""

    file: str
    addresses: tuple[str, ...]
    terms: str
    ask: str
    md5: str | None = None


OFFERS = {
    "ilids_vid": Offer(
        "iLIDS-VID.tar",
        ("http://www.eecs.qmul.ac.uk/~xiatian/iLIDS-VID/iLIDS-VID.tar",),
        "research only, no commercial use; its authors assume that you have the right to the i-LIDS MCTS "
        "videos. Cite Wang et al., ECCV 2014.",
        "https://xiatian-zhu.github.io/downloads_qmul_iLIDS-VID_ReID_dataset.html",
        md5="7752bd15b611558701bb0e2380ed8950",
    ),
    "prid2011": Offer(
        "prid_2011.zip",
        ("https://files.icg.tugraz.at/f/6ab7e8ce8f/?raw=1",),
        "research only. Cite Hirzer et al., SCIA 2011.",
        "https://www.tugraz.at/institute/icg/research/team-bischof/lrs/downloads/PRID11/",
    ),
    "mars": Offer(
        "bbox_train.zip, bbox_test.zip and the info/ folder of MARS-evaluation",
        (),
        "research only. Cite Zheng et al., ECCV 2016.",
        "http://www.liangzheng.com.cn/Project/project_mars.html",
    ),
}
OFFERS["mars300"] = OFFERS["mars"]


class BrokenError(Exception):
    """An address that does not give the file, or not the whole of it."""


def download(offer: Offer, folder: Path, say: Callable[[str], None] = print) -> Path | None:
    """Fetch the file of an offer into `folder`; None, after saying where to ask, when no address works.

    What has arrived is kept as NAME.part, and the next call goes on from there. InputError when the file is
    there already or cannot be written.
    """
    say(f"{offer.file}. Terms: {offer.terms}")
    target = folder / offer.file
    if target.exists():
        raise InputError(f"{printable(target)} is there already: unpack it, or remove it to fetch it again.")
    try:
        for address in offer.addresses:
            folder.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f"{target.name}.part")
            try:
                _fetch(address, part, say)
            except BrokenError as error:
                say(f"{address}: {error}")
                continue
            return _finish(part, target, offer.md5, say)
    except OSError as error:
        raise InputError(f"{printable(target)} cannot be written: {error.strerror or error}.") from error
    say(f"No address works from here. Ask for it at {offer.ask}")
    return None


def _finish(part: Path, target: Path, md5: str | None, say: Callable[[str], None]) -> Path | None:
    """Check the sum and give the file its name; one of another sum is set aside."""
    if md5 is None:
        say("No sum is known for this file: `data verify` will tell whether it is whole.")
    else:
        with part.open("rb") as file:
            found = hashlib.file_digest(file, "md5").hexdigest()
        if found != md5:
            aside = target.with_name(f"{target.name}.unexpected")
            part.replace(aside)
            say(
                f"{printable(aside)} has the md5 {found}, not {md5} as published. Remove it and fetch it "
                "again; if it comes out the same, its authors have changed it."
            )
            return None
    return part.replace(target)


def _fetch(address: str, part: Path, say: Callable[[str], None]) -> None:
    """Bring `part` to full length, taking up broken transfers; BrokenError when it gets no further."""
    attempts = ATTEMPTS
    while attempts:
        before = part.stat().st_size if part.exists() else 0
        try:
            if _continue(address, part, before):
                return
            problem = "the transfer broke off"
        except (HTTPException, URLError, TimeoutError, ConnectionError) as error:
            problem = str(error) or type(error).__name__
        grown = part.exists() and part.stat().st_size > before
        attempts = ATTEMPTS if grown else attempts - 1
        if attempts:
            say(f"{address}: {problem}; trying again.")
    raise BrokenError(problem)


def _continue(address: str, part: Path, have: int) -> bool:
    """Append to `part` what is missing; whether it is whole now."""
    request = urllib.request.Request(address, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        answer = urllib.request.urlopen(request, timeout=PATIENCE)
    except HTTPError as error:
        total = re.fullmatch(r"bytes \*/(\d+)", error.headers.get("Content-Range", ""))
        error.close()
        if error.code == 416 and total and int(total[1]) == have:
            return True
        if error.code == 416:
            part.unlink()  # longer than the file: of another one
        if 400 <= error.code < 500 and error.code != 416:
            raise BrokenError(f"answers {error.code} {error.reason}") from error
        raise
    with answer:
        if answer.headers.get_content_type() == "text/html":
            raise BrokenError("answers with a page, not with the file")
        return _append(answer, part, have)


def _append(answer: HTTPResponse, part: Path, have: int) -> bool:
    """Write an answer to the end of `part`, or from its beginning when the server does not resume."""
    resumed = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", answer.headers.get("Content-Range", ""))
    if answer.status == 206 and (resumed is None or int(resumed[1]) != have):
        raise BrokenError("resumes at another place than asked")
    start = have if answer.status == 206 else 0
    total = None if answer.length is None else start + answer.length
    with (
        part.open("ab" if start else "wb") as file,
        tqdm(desc=part.name, total=total, initial=start, unit="B", unit_scale=True, leave=False) as bar,
    ):
        while block := answer.read(BLOCK):
            file.write(block)
            bar.update(len(block))
    return total is None or part.stat().st_size == total
