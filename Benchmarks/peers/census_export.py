"""Writes Census-Income's train rows as the peers encode them, so that the engine trains on the very same batches:

census.shape (text: rows, fields, dense columns, tasks, then the cardinalities), census.ids (int32, row-major),
census.dense (float32, row-major) and census.labels (float32, task after task).
"""

import sys

import numpy as np

import census_data

directory, out = sys.argv[1:3]
train = census_data.read(f"{directory}/train.csv")
encode = census_data.Encoder(train)
ids, dense = encode(train)
labels = census_data.labels(train)
order = np.random.default_rng(1).permutation(len(ids))
ids[order].astype(np.int32).tofile(f"{out}/census.ids")
dense[order].astype(np.float32).tofile(f"{out}/census.dense")
np.ascontiguousarray(labels[order].T, dtype=np.float32).tofile(f"{out}/census.labels")
with open(f"{out}/census.shape", "w") as file:
    print(len(ids), ids.shape[1], dense.shape[1], labels.shape[1], *encode.cardinalities, file=file)
