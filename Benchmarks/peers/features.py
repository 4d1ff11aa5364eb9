"""How the PyTorch peers turn columns into numbers: everything is learnt from the train rows only."""

import numpy as np

BUCKETS = 32


class Encoder:
    """Categories to ids (0 = unseen), numbers to buckets and z-scores, bags to padded lists of ids (0 = nothing)."""

    def __init__(self, train, categorical, numeric, bags=()):
        self.categorical, self.numeric, self.bag_columns = list(categorical), list(numeric), list(bags)
        self.maps = {c: {v: i + 1 for i, v in enumerate(train[c].value_counts().index)} for c in self.categorical}
        quantiles = np.linspace(0, 1, BUCKETS + 1)[1:-1]
        self.edges = {}
        for c in self.numeric:
            values = train[c].to_numpy()
            positive = values[values > 0]
            edges = [np.quantile(values, quantiles), [0.5] if (values == 0).any() else []]
            self.edges[c] = np.unique(np.concatenate([*edges, np.quantile(positive, quantiles)]))
        self.mean = {c: self.bent(train[c]).mean() for c in self.numeric}
        self.std = {c: self.bent(train[c]).std() for c in self.numeric}
        self.cardinalities = [len(self.maps[c]) + 1 for c in self.categorical]
        self.cardinalities += [len(self.edges[c]) + 1 for c in self.numeric]
        self.members = {}
        for c in self.bag_columns:
            values = train[c].str.split("|").explode()
            self.members[c] = {v: i + 1 for i, v in enumerate(values[values != ""].value_counts().index)}
        self.bag_cardinalities = [len(self.members[c]) + 1 for c in self.bag_columns]

    @staticmethod
    def bent(values):
        return np.sign(values) * np.log1p(np.abs(values))

    def __call__(self, frame):
        ids = [frame[c].map(self.maps[c]).fillna(0).to_numpy(np.int64) for c in self.categorical]
        ids += [np.searchsorted(self.edges[c], frame[c].to_numpy(), side="right") for c in self.numeric]
        dense = [(self.bent(frame[c]) - self.mean[c]) / self.std[c] for c in self.numeric]
        return np.stack(ids, axis=1).astype(np.int64), np.stack(dense, axis=1).astype(np.float32)

    def bags(self, frame):
        """One [rows, longest] matrix of ids for each bag column."""
        result = []
        for c in self.bag_columns:
            lists = [[self.members[c].get(v, 0) for v in text.split("|")] for text in frame[c]]
            matrix = np.zeros((len(lists), max(map(len, lists))), dtype=np.int64)
            for row, values in enumerate(lists):
                matrix[row, : len(values)] = values
            result.append(matrix)
        return result
