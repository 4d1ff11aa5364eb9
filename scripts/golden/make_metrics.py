#!/usr/bin/env python3
"""Writes scikit-learn's values for the metric tests (needs numpy and scikit-learn).

    python3 scripts/golden/make_metrics.py > Tests/ZooTrainingTests/Golden/metrics.json

Scores are float32, printed with the digits that tell them apart, and handed to scikit-learn as the same numbers in float64. A null label is
missing; a null value means that the metric is undefined there.
"""
import json
import sys
import warnings

import numpy as np
from sklearn import metrics as sk

warnings.simplefilter("ignore")
EPSILON = float(np.finfo(np.float32).eps)


def calibration_error(confidence, hit, bins=15):
    edges = np.arange(1, bins) / bins
    index = np.searchsorted(edges, confidence, side="left")
    gaps = [abs(hit[index == b].sum() - confidence[index == b].sum()) for b in range(bins)]
    return float(sum(gaps) / len(hit))


def binary(name, scores, labels, threshold=0.5):
    scores = np.asarray(scores, np.float32)
    labels = np.asarray(labels, np.float64)
    known = ~np.isnan(labels)
    p, y = scores[known].astype(np.float64), labels[known].astype(int)
    predicted = (scores[known] >= np.float32(threshold)).astype(int)
    both = 0 < y.sum() < len(y)
    expected = {
        "auc": sk.roc_auc_score(y, p) if both else None,
        "pr_auc": sk.average_precision_score(y, p) if y.sum() else None,
        "log_loss": sk.log_loss(y, np.clip(p, EPSILON, 1 - EPSILON), labels=[0, 1]) if len(y) else None,
        "accuracy": sk.accuracy_score(y, predicted) if len(y) else None,
        "precision": sk.precision_score(y, predicted) if predicted.sum() else None,
        "recall": sk.recall_score(y, predicted) if y.sum() else None,
        "f1": sk.f1_score(y, predicted) if y.sum() + predicted.sum() else None,
        "calibration_error": calibration_error(p, y) if len(y) else None,
    }
    return case(name, "binary", scores, labels, expected, threshold=threshold)


def multiclass(name, scores, labels, top=3):
    scores = np.asarray(scores, np.float32)
    labels = np.asarray(labels, np.float64)
    classes = scores.shape[1]
    known = ~np.isnan(labels)
    p, y = scores[known].astype(np.float64), labels[known].astype(int)
    predicted = scores[known].argmax(axis=1) if len(y) else np.zeros(0, int)
    every = list(range(classes))
    complete = len(y) and set(y) == set(every)
    expected = {
        "accuracy": sk.accuracy_score(y, predicted) if len(y) else None,
        "macro_auc": sk.roc_auc_score(y, p, multi_class="ovr", average="macro") if complete else None,
        "macro_precision": sk.precision_score(y, predicted, average="macro") if len(y) else None,
        "macro_recall": sk.recall_score(y, predicted, average="macro") if len(y) else None,
        "macro_f1": sk.f1_score(y, predicted, average="macro") if len(y) else None,
        "log_loss": sk.log_loss(y, np.clip(p, EPSILON, 1 - EPSILON), labels=every) if len(y) else None,
        "calibration_error": calibration_error(p.max(axis=1), predicted == y) if len(y) else None,
    }
    if classes > top:
        expected[f"top_{top}_accuracy"] = (
            sk.top_k_accuracy_score(y, scores[known], k=top, labels=every) if len(y) else None
        )
    return case(name, "multiclass", scores, labels, expected, classes=classes)


def regression(name, scores, labels):
    scores = np.asarray(scores, np.float32)
    labels = np.asarray(labels, np.float32).astype(np.float64)
    known = ~np.isnan(labels)
    p, y = scores[known].astype(np.float64), labels[known]
    expected = {
        "rmse": sk.root_mean_squared_error(y, p) if len(y) else None,
        "mae": sk.mean_absolute_error(y, p) if len(y) else None,
    }
    return case(name, "regression", scores, labels, expected)


def case(name, kind, scores, labels, expected, **more):
    return {
        "name": name,
        "kind": kind,
        "scores": [float(str(x)) for x in scores.ravel()],
        "labels": [None if np.isnan(x) else float(x) for x in labels],
        "expected": {key: None if value is None else float(value) for key, value in expected.items()},
        **more,
    }


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def main():
    rng = np.random.default_rng(20)
    nan = float("nan")
    y = (rng.random(200) < 0.3).astype(float)
    p = 1 / (1 + np.exp(-(1.5 * y - 1 + rng.normal(size=200))))
    holes = y.copy()
    holes[rng.random(200) < 0.25] = nan
    c = rng.integers(0, 5, 120).astype(float)
    logits = rng.normal(size=(120, 5)) + 1.2 * np.eye(5)[c.astype(int)]
    c_holes = c.copy()
    c_holes[::7] = nan
    exact = np.float32(softmax(logits))
    cases = [
        binary("smooth scores", p, y),
        binary("ties: scores rounded to one digit", np.round(p, 1), y),
        binary("missing labels", p, holes),
        binary("another threshold", p, y, threshold=0.25),
        binary("a threshold that scores hit exactly", np.round(p * 4) / 4, y, threshold=0.75),
        binary("every score equal", np.full(40, 0.25), y[:40]),
        binary("perfect", y, y),
        binary("perfectly wrong", 1 - y, y),
        binary("saturated scores", np.where(p > 0.5, 1.0, 0.0), y),
        binary("tiny differences", 0.5 + np.arange(60) * 2.0**-24, y[:60]),
        binary("scores on the edges of the calibration bins", np.arange(200) % 16 / 15, y),
        binary("negatives only", p[:20], np.zeros(20)),
        binary("positives only", p[:20], np.ones(20)),
        binary("nothing predicted positive", p * 0.4, y),
        binary("one row", [0.7], [1]),
        binary("two rows, tied", [0.7, 0.7], [1, 0]),
        binary("no labelled row", [0.7, 0.2], [nan, nan]),
        binary("no row", [], []),
        multiclass("five classes", exact, c),
        multiclass("five classes, missing labels", exact, c_holes),
        multiclass("three classes", softmax(logits[:, :3]), c % 3),
        multiclass("ties between classes", np.full((30, 5), 0.2), c[:30]),
        multiclass("a class that never occurs", exact, np.where(c == 4, 0, c)),
        multiclass("a class never predicted", softmax(logits - 50 * np.eye(5)[2]), c),
        multiclass("one row of four classes", [[0.1, 0.2, 0.3, 0.4]], [2]),
        multiclass("no labelled row of four classes", [[0.1, 0.2, 0.3, 0.4]], [nan]),
        regression("ratings", 3.5 + rng.normal(size=100), rng.integers(1, 6, 100)),
        regression("missing targets", 3.5 + rng.normal(size=100), np.where(rng.random(100) < 0.3, nan, 4.0)),
        regression("large offset", 1e6 + rng.normal(size=50), 1e6 + rng.normal(size=50)),
        regression("exact", [1, 2, 3], [1, 2, 3]),
        regression("no row with a target", [1, 2, 3], [nan, nan, nan]),
    ]
    lines = ",\n".join(json.dumps(case) for case in cases)
    sys.stdout.write(f"[\n{lines}\n]\n")


main()
