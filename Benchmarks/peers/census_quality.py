"""Quality on Census-Income: test AUC of income and never-married over seeds, shared bottom, MMoE and boosted trees.

    census_quality.py DIR {with,without}-education SEEDS...
"""

import sys

from common import QUICK, configure_torch, note, report

torch = configure_torch()
import numpy as np  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from sklearn.metrics import roc_auc_score  # noqa: E402

import census_data  # noqa: E402
from networks import FusedEmbeddings, Model, SharedBottom, StackedMMoE  # noqa: E402

BATCH, WIDTH, EPOCHS, DROPOUT = 1024, 8, 2 if QUICK else 8, 0.1
directory, education, seeds = sys.argv[1], sys.argv[2], [int(s) for s in sys.argv[3:]]
TASKS = ["income", "never-married"]

frames = {part: census_data.read(f"{directory}/{part}.csv") for part in ["train", "valid", "test"]}
encode = census_data.Encoder(frames["train"], drop=["education"] if education == "without-education" else [])
parts = {p: (*(torch.from_numpy(a) for a in encode(f)), census_data.labels(f)) for p, f in frames.items()}


@torch.inference_mode()
def aucs(net, part):
    ids, dense, labels = parts[part]
    net.eval()
    scores = torch.cat([net(i, d) for i, d in zip(ids.split(8192), dense.split(8192))]).numpy()
    return [roc_auc_score(labels[:, k], scores[:, k]) for k in range(2)]


def train(network, seed):
    torch.manual_seed(seed)
    ids, dense, labels = parts["train"]
    labels = torch.from_numpy(labels)
    width = WIDTH * len(encode.cardinalities) + dense.shape[1]
    net = Model(FusedEmbeddings(encode.cardinalities, WIDTH), network(width, [128, 64], 2, 32, dropout=DROPOUT))
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3, fused=True)
    best, test = -1.0, None
    for _ in range(EPOCHS):
        net.train()
        for rows in torch.randperm(len(ids)).split(BATCH):
            optimiser.zero_grad(set_to_none=True)
            F.binary_cross_entropy_with_logits(net(ids[rows], dense[rows]), labels[rows]).backward()
            optimiser.step()
        score = sum(aucs(net, "valid"))
        if score > best:
            best, test = score, aucs(net, "test")
    return test


def boosted_trees(seed):
    import lightgbm

    tables = {p: np.concatenate([i.numpy(), d.numpy()], axis=1) for p, (i, d, _) in parts.items()}
    fields = list(range(len(encode.categorical)))
    result = []
    for task in range(2):
        sets = {p: lightgbm.Dataset(tables[p], parts[p][2][:, task], categorical_feature=fields) for p in ("train", "valid")}
        options = dict(objective="binary", metric="auc", learning_rate=0.05, num_leaves=63, min_data_in_leaf=50,
                       feature_fraction=0.5, bagging_fraction=0.9, bagging_freq=1, cat_smooth=50, seed=seed,
                       verbosity=-1, num_threads=2)  # fmt: skip
        trees = lightgbm.train(options, sets["train"], 20 if QUICK else 1000, valid_sets=[sets["valid"]],
                               callbacks=[lightgbm.early_stopping(50, verbose=False)])  # fmt: skip
        result.append(roc_auc_score(parts["test"][2][:, task], trees.predict(tables["test"])))
    return result


for seed in seeds:
    for name, run in [("PyTorch shared bottom", lambda s: train(SharedBottom, s)),
                      ("PyTorch MMoE", lambda s: train(StackedMMoE, s)),
                      ("LightGBM", boosted_trees)]:  # fmt: skip
        result = run(seed)
        note(f"{education} seed {seed} {name}: {result}")
        for task, value in zip(TASKS, result):
            report(f"census {education} {task}", name, float(value), "AUC")
