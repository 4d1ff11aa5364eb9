"""Census-Income for the PyTorch peers, as `zoo/census-mmoe/prepare` writes it."""

import numpy as np
import pandas as pd

import features

NUMERIC = ["age", "wage_per_hour", "capital_gains", "capital_losses", "stock_dividends", "num_emp", "weeks_worked"]
DEGREES = {
    "Associates degree-academic program", "Associates degree-occup /vocational", "Bachelors degree(BA AB BS)",
    "Masters degree(MA MS MEng MEd MSW MBA)", "Prof school degree (MD DDS DVM LLB JD)", "Doctorate degree(PhD EdD)",
}  # fmt: skip
NOT_INPUTS = {"instance_weight", "income_50k", "marital_stat"}


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


class Encoder(features.Encoder):
    """Every column but the labels, the survey's weight and those to drop."""

    def __init__(self, train, drop=()):
        skip = NOT_INPUTS | set(drop)
        super().__init__(train, [c for c in train.columns if c not in skip and c not in NUMERIC], NUMERIC)
