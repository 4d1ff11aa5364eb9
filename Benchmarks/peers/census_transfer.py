"""Transfer on Census-Income: an encoder pretrained on income and never-married, education neither input nor task; the
new task is `associates degree or above` from 0.25, 1 and 5 per cent of the train rows, tested on the whole test file.

    census_transfer.py DIR SEEDS...
"""

import sys

from common import QUICK, configure_torch, note, report

torch = configure_torch()
import copy  # noqa: E402

import numpy as np  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.metrics import roc_auc_score  # noqa: E402

import census_data  # noqa: E402
from networks import FusedEmbeddings, Model, SharedBottom, mlp  # noqa: E402

WIDTH, PRETRAIN_EPOCHS, DROPOUT = 8, 1 if QUICK else 4, 0.1
directory, seeds = sys.argv[1], [int(s) for s in sys.argv[2:]]

train = census_data.read(f"{directory}/train.csv")
test = census_data.read(f"{directory}/test-all.csv")
encode = census_data.Encoder(train, drop=["education"])
width = WIDTH * len(encode.cardinalities) + len(census_data.NUMERIC)


def tensors(frame):
    return tuple(torch.from_numpy(a) for a in encode(frame))


test_ids, test_dense = tensors(test)
test_labels = census_data.degree(test)


def network():
    return Model(
        FusedEmbeddings(encode.cardinalities, WIDTH), SharedBottom(width, [128, 64], 2, 32, dropout=DROPOUT)
    )


def pretrain(seed):
    torch.manual_seed(seed)
    (ids, dense), labels = tensors(train), torch.from_numpy(census_data.labels(train))
    net = network()
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3, fused=True)
    for _ in range(PRETRAIN_EPOCHS):
        for rows in torch.randperm(len(ids)).split(1024):
            optimiser.zero_grad(set_to_none=True)
            F.binary_cross_entropy_with_logits(net(ids[rows], dense[rows]), labels[rows]).backward()
            optimiser.step()
    return net


def finetune(base, few, seed, rates, epochs):
    """`rates` are the learning rates of the encoder and of the head; an encoder's rate of 0 freezes it."""
    torch.manual_seed(seed)
    (ids, dense), labels = tensors(few), torch.from_numpy(census_data.degree(few))
    net = copy.deepcopy(base)
    head = torch.nn.Sequential(mlp([64, 32]), torch.nn.Linear(32, 1))
    encoder = [*net.embeddings.parameters(), *net.network.trunk.parameters()]
    groups = [{"params": head.parameters(), "lr": rates[1]}]
    if rates[0]:
        groups.append({"params": encoder, "lr": rates[0]})
    optimiser = torch.optim.Adam(groups, fused=True)
    represent = lambda i, d: net.network.trunk(net.inputs(i, d))  # noqa: E731
    net.train(rates[0] > 0)
    for _ in range(1 if QUICK else epochs):
        for rows in torch.randperm(len(ids)).split(64):
            optimiser.zero_grad(set_to_none=True)
            with torch.set_grad_enabled(rates[0] > 0):
                h = represent(ids[rows], dense[rows])
            F.binary_cross_entropy_with_logits(head(h).squeeze(1), labels[rows]).backward()
            optimiser.step()
    net.eval()
    with torch.inference_mode():
        scores = torch.cat([head(represent(i, d)) for i, d in zip(test_ids.split(8192), test_dense.split(8192))])
    return roc_auc_score(test_labels, scores.numpy())


def logistic_regression(few):
    ids, dense = tensors(few)
    offsets = np.cumsum([0, *encode.cardinalities[:-1]])
    total = sum(encode.cardinalities)

    def design(ids, dense):
        from scipy.sparse import csr_matrix, hstack

        rows = np.repeat(np.arange(len(ids)), ids.shape[1])
        one_hot = csr_matrix((np.ones(rows.size), (rows, (ids.numpy() + offsets).ravel())), shape=(len(ids), total))
        return hstack([one_hot, csr_matrix(dense.numpy())]).tocsr()

    model = LogisticRegression(C=0.1, max_iter=500)
    model.fit(design(ids, dense), census_data.degree(few))
    return roc_auc_score(test_labels, model.decision_function(design(test_ids, test_dense)))


for seed in seeds:
    base = pretrain(seed)
    torch.manual_seed(1000 + seed)
    blank = network()
    for share in ["0.25", "1", "5"]:
        few = census_data.read(f"{directory}/few-{share}.{seed}.csv")
        epochs = {"0.25": 30, "1": 15, "5": 6}[share]
        results = {
            "full": finetune(base, few, seed, (3e-4, 1e-3), epochs),
            "scratch": finetune(blank, few, seed, (1e-3, 1e-3), epochs),
            "frozen": finetune(base, few, seed, (0, 3e-3), epochs),
            "logistic regression": logistic_regression(few),
        }
        note(f"transfer seed {seed} share {share}: {results}")
        for mode, value in results.items():
            report(f"transfer census {share} %", f"reference, {mode}", float(value), "AUC")
