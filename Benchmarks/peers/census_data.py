"""Census-Income for the PyTorch peers: vocabularies, statistics and bucket edges from the train rows only."""

import numpy as np
import pandas as pd

NUMERIC = ["age", "wage_per_hour", "capital_gains", "capital_losses", "stock_dividends", "num_emp", "weeks_worked"]
DEGREES = {
    "Associates degree-academic program", "Associates degree-occup /vocational", "Bachelors degree(BA AB BS)",
    "Masters degree(MA MS MEng MEd MSW MBA)", "Prof school degree (MD DDS DVM LLB JD)", "Doctorate degree(PhD EdD)",
}  # fmt: skip
NOT_INPUTS = {"instance_weight", "income_50k", "marital_stat"}
BUCKETS = 32


def read(path):
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    for name in frame.columns:
        frame[name] = frame[name].str.strip()
    for name in NUMERIC:
        frame[name] = frame[name].astype(np.float32)
    return frame


def labels(frame):
    income = (frame["income_50k"] == "50000+.").to_numpy(np.float32)
    single = (frame["marital_stat"] == "Never married").to_numpy(np.float32)
    return np.stack([income, single], axis=1)


def degree(frame):
    return frame["education"].isin(DEGREES).to_numpy(np.float32)


class Encoder:
    """Categories to ids (0 = unseen), numbers to buckets and z-scores."""

    def __init__(self, train, drop=()):
        skip = NOT_INPUTS | set(drop)
        self.categorical = [c for c in train.columns if c not in skip and c not in NUMERIC]
        self.maps = {c: {v: i + 1 for i, v in enumerate(train[c].value_counts().index)} for c in self.categorical}
        quantiles = np.linspace(0, 1, BUCKETS + 1)[1:-1]
        self.edges = {}
        for c in NUMERIC:
            values = train[c].to_numpy()
            positive = values[values > 0]
            self.edges[c] = np.unique(np.concatenate([np.quantile(values, quantiles), [0.5], np.quantile(positive, quantiles)]))
        self.mean = {c: np.log1p(train[c]).mean() for c in NUMERIC}
        self.std = {c: np.log1p(train[c]).std() for c in NUMERIC}
        self.cardinalities = [len(self.maps[c]) + 1 for c in self.categorical]
        self.cardinalities += [len(self.edges[c]) + 1 for c in NUMERIC]

    def __call__(self, frame):
        ids = [frame[c].map(self.maps[c]).fillna(0).to_numpy(np.int64) for c in self.categorical]
        ids += [np.searchsorted(self.edges[c], frame[c].to_numpy(), side="right") for c in NUMERIC]
        dense = [(np.log1p(frame[c]) - self.mean[c]) / self.std[c] for c in NUMERIC]
        return np.stack(ids, axis=1).astype(np.int64), np.stack(dense, axis=1).astype(np.float32)
