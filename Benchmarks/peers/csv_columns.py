"""CSV to training-ready columns: pandas `read_csv`, then `factorize` for categories and float32 for numbers."""

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
    return len(frame) / (time.perf_counter() - started)


VARIANTS = {"pandas": "c", "pandas, pyarrow engine": "pyarrow"}
for name in sys.argv[2:] or VARIANTS:
    try:
        report("CSV to columns", name, run(VARIANTS[name]), "rows/s")
    except ImportError as error:
        note(f"{name}: {error}")
