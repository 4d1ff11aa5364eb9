"""CSV to training-ready columns: pandas `read_csv`, then `factorize` for categories and float32 for numbers.

The second figure has the file's SHA-256 in it.
"""

import hashlib
import sys
import time

import numpy as np
import pandas as pd

from census_data import NUMERIC
from common import note, report

path = sys.argv[1]


def run(engine):
    started = time.perf_counter()
    frame = pd.read_csv(path, engine=engine)
    columns = {}
    for name in frame.columns:
        values = frame[name]
        columns[name] = values.to_numpy(np.float32) if name in NUMERIC else pd.factorize(values)[0]
    read = time.perf_counter() - started
    with open(path, "rb") as file:
        hashlib.file_digest(file, "sha256")
    return len(frame) / read, len(frame) / (time.perf_counter() - started)


VARIANTS = {"pandas": "c", "pandas, pyarrow engine": "pyarrow"}
for name in sys.argv[2:] or VARIANTS:
    try:
        for metric, rate in zip(("CSV to columns", "CSV to columns and its digest"), run(VARIANTS[name])):
            report(metric, name, rate, "rows/s")
    except ImportError as error:
        note(f"{name}: {error}")
