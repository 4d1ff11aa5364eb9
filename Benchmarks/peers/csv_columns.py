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


for engine in sys.argv[2:] or ["c", "pyarrow"]:
    try:
        report("CSV to columns", f"pandas, {engine} engine", run(engine), "rows/s")
    except ImportError as error:
        note(f"pandas: {error}")
