"""The data of the quality and transfer tables for the peers: which columns are inputs, which are labels."""

from dataclasses import dataclass, field
from typing import Callable

import numpy as np
import pandas as pd

import census_data
import features


@dataclass
class Task:
    """A label of every row; NaN where there is none."""

    name: str
    kind: str  # binary or regression
    labels: Callable


@dataclass
class Dataset:
    """What a peer needs to know of a data set: inputs, tasks to train on together, and a new task for transfer."""

    read: Callable
    encoder: Callable
    tasks: list
    new_task: Task = None
    width: int = 16
    batch: int = 256
    dropout: float = 0.3
    weight_decay: float = 0.0
    hidden: list = field(default_factory=lambda: [128, 64])


def census(drop=()):
    return Dataset(
        read=census_data.read,
        encoder=lambda train: census_data.Encoder(train, drop),
        tasks=[
            Task("income", "binary", lambda f: census_data.labels(f)[:, 0]),
            Task("never-married", "binary", lambda f: census_data.labels(f)[:, 1]),
        ],
        new_task=Task("degree", "binary", census_data.degree),
        width=8,
        batch=1024,
        dropout=0.1,
    )


def movielens(sums=True):
    """`sums`: whether the means and counts that `prepare` writes are inputs, too."""
    numeric = ["age", "year"] + (["item_mean", "item_ratings", "user_mean", "user_ratings", "genre_taste"] if sums else [])

    def read(path):
        frame = pd.read_csv(path, dtype={"user": str, "item": str, "region": str, "genres": str}, keep_default_na=False)
        frame["year"] = pd.to_numeric(frame["year"], errors="coerce").fillna(1995)
        return frame

    categorical = ["user", "item", "gender", "occupation", "region"]
    return Dataset(
        read=read,
        encoder=lambda train: features.Encoder(train, categorical, numeric, ["genres"]),
        tasks=[
            Task("rating", "regression", lambda f: f["rating"].to_numpy(np.float32)),
            Task("like", "binary", lambda f: (f["rating"] >= 4).to_numpy(np.float32)),
        ],
        new_task=Task("loves", "binary", lambda f: (f["rating"] >= 5).to_numpy(np.float32)),
        weight_decay=1.0,
    )


def shop():
    def read(path):
        frame = pd.read_csv(path, dtype={"history": str, "tags": str}, keep_default_na=False)
        time = pd.to_datetime(frame["time"])
        frame["hour"], frame["weekday"] = time.dt.hour.astype(str), time.dt.weekday.astype(str)
        frame["age"] = pd.to_numeric(frame["age"], errors="coerce").fillna(40)
        frame["words"] = frame["title"].str.lower().str.replace(r"[^a-z0-9]+", "|", regex=True).str.strip("|")
        return frame

    def column(name):
        return lambda f: pd.to_numeric(f[name], errors="coerce").to_numpy(np.float32)

    categorical = ["user", "gender", "city", "member", "hour", "weekday", "device", "page", "item", "category", "brand"]
    return Dataset(
        read=read,
        encoder=lambda train: features.Encoder(
            train, categorical, ["age", "position", "price"], ["history", "tags", "words"]
        ),
        tasks=[Task(name, "binary", column(name)) for name in ("click", "cart", "buy", "returned")]
        + [Task("rating", "regression", column("rating"))],
        new_task=Task("again", "binary", column("again")),
        batch=512,
        weight_decay=0.1,
    )


def named(name):
    return {
        "census": census,
        "census without education": lambda: census(["education"]),
        "movielens": movielens,
        "movielens without sums": lambda: movielens(sums=False),
        "shop": shop,
    }[name]()


