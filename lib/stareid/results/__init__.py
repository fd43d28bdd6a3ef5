"""Results: one JSON file a run, and what follows from many of them."""

from stareid.results import evidence as evidence
from stareid.results.record import fingerprint as fingerprint
from stareid.results.record import is_done as is_done
from stareid.results.record import read as read
from stareid.results.record import read_all as read_all
from stareid.results.record import read_evidence as read_evidence
from stareid.results.record import write as write
