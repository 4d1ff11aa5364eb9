"""Quality over seeds by the peers: shared bottom and MMoE in PyTorch, boosted trees.

    quality.py DATASET TRAIN VALID TEST SEEDS...

VALID may be `-`: then a tenth of the train rows chooses the epoch.
"""

import sys

from common import QUICK, configure_torch, note, report

torch = configure_torch()
import numpy as np  # noqa: E402
from sklearn.metrics import log_loss, roc_auc_score  # noqa: E402

import datasets  # noqa: E402
from networks import SharedBottom, StackedMMoE  # noqa: E402
from training import Rows, fit, network, scores, split  # noqa: E402

name, train_file, valid_file, test_file, *seeds = sys.argv[1:]
EPOCHS = 1 if QUICK else 8
data = datasets.named(name)
train_frame = data.read(train_file)
encode = data.encoder(train_frame)
train = Rows(data, encode, train_frame, data.tasks)
valid = train if valid_file == "-" else Rows(data, encode, data.read(valid_file), data.tasks, train.scales)
test = Rows(data, encode, data.read(test_file), data.tasks, train.scales)


def measures(k, label, score):
    """A task's figures from labels and logits, or standardised predictions, by their units."""
    if data.tasks[k].kind == "regression":
        return {"RMSE": float(np.sqrt(np.mean((score - label) ** 2)) * train.scales[k][1])}
    return {"AUC": roc_auc_score(label, score), "log loss": log_loss(label, 1 / (1 + np.exp(-score.astype(np.float64))))}


def merit(result):
    return sum(value if unit == "AUC" else -value for figures in result for unit, value in figures.items() if unit != "log loss")


def chosen_rows(seed):
    if valid is not train:
        return torch.arange(len(train)), torch.arange(len(valid))
    return split(len(train), 0.1, seed)


def pytorch(kind, seed):
    torch.manual_seed(seed)
    net = network(data, encode, kind)
    chosen, held = chosen_rows(seed)

    def evaluate(rows, which=None):
        found = scores(net, rows, which).numpy()
        labels = rows.labels.numpy() if which is None else rows.labels[which].numpy()
        return [measures(k, labels[:, k], found[:, k]) for k in range(len(data.tasks))]

    groups = [{"params": net.parameters(), "lr": 1e-3}]
    fit(net, net, groups, data.tasks, train, chosen, data.batch, EPOCHS, lambda: merit(evaluate(valid, held)),
        weight_decay=data.weight_decay)  # fmt: skip
    return evaluate(test)


def boosted_trees(_, seed):
    import lightgbm

    def table(rows):
        bags = [(bag.unsqueeze(2) == torch.arange(1, n)).any(dim=1).numpy()
                for bag, n in zip(rows.inputs[2:], encode.bag_cardinalities)]  # fmt: skip
        return np.concatenate([rows.inputs[0].numpy(), rows.inputs[1].numpy(), *bags], axis=1)

    chosen, held = (rows.numpy() for rows in chosen_rows(seed))
    tables = {"train": table(train)[chosen], "valid": table(valid)[held], "test": table(test)}
    fields = list(range(len(encode.categorical)))
    result = []
    for k, task in enumerate(data.tasks):
        labels = {"train": train.labels.numpy()[chosen, k], "valid": valid.labels.numpy()[held, k]}
        sets = {p: lightgbm.Dataset(tables[p], labels[p], categorical_feature=fields) for p in labels}
        goal = dict(objective="regression", metric="rmse") if task.kind == "regression" else dict(objective="binary", metric="auc")
        options = dict(goal, learning_rate=0.05, num_leaves=63, min_data_in_leaf=50, feature_fraction=0.5,
                       bagging_fraction=0.9, bagging_freq=1, cat_smooth=50, seed=seed, verbosity=-1, num_threads=2)  # fmt: skip
        trees = lightgbm.train(options, sets["train"], 20 if QUICK else 1000, valid_sets=[sets["valid"]],
                               callbacks=[lightgbm.early_stopping(50, verbose=False)])  # fmt: skip
        raw = trees.predict(tables["test"], raw_score=task.kind != "regression")
        result.append(measures(k, test.labels[:, k].numpy(), raw))
    return result


for seed in map(int, seeds):
    for variant, run, kind in [("PyTorch shared bottom", pytorch, SharedBottom), ("PyTorch MMoE", pytorch, StackedMMoE),
                               ("LightGBM", boosted_trees, None)]:  # fmt: skip
        result = run(kind, seed)
        note(f"{name}, seed {seed}, {variant}: {result}")
        for task, figures in zip(data.tasks, result):
            for unit, value in figures.items():
                report(f"{name}: {task.name}", variant, float(value), unit)
