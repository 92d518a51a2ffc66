"""Which of the host's own values may travel in a payload: the immutable ones, as they are."""

from runtime.payload import register_atom
from runtime.system.dataset import PyDataSet, PyRow
from runtime.tags.values import QualifiedValue, QualityCode

for _kind in (PyDataSet, PyRow, QualifiedValue, QualityCode):
    register_atom(_kind)
