/// Rows grouped by score, best first: one sort from which every threshold-free metric follows.
///
/// Rows whose scores are equal form one group, so ties are exact: the area under the ROC curve counts a tied pair as one
/// half, and average precision moves one group at a time, as scikit-learn does. Takes O(n log n).
public struct RankedScores: Sendable {
    private struct Group {
        var positives = 0
        var negatives = 0
    }

    private let groups: [Group]
    private let failure: String?
    /// Rows labelled 1.
    public let positives: Int
    /// Rows labelled 0.
    public let negatives: Int

    /// Ranks `scores` against binary `labels` (positive from 0.5 up, NaN missing), both one per row.
    public init(scores: [Float], labels: [Float]) {
        var keys: [UInt64] = []
        keys.reserveCapacity(min(scores.count, labels.count))
        var failure: String?
        for (score, label) in zip(scores, labels) where !label.isNaN {
            if score.isNaN { failure = MetricReport.badScore }
            keys.append(UInt64(Self.descendingKey(score)) << 1 | (label >= 0.5 ? 1 : 0))
        }
        keys.sort()

        var groups: [Group] = []
        var previous: UInt64?
        for key in keys {
            if previous != key >> 1 {
                groups.append(Group())
                previous = key >> 1
            }
            if key & 1 == 1 {
                groups[groups.count - 1].positives += 1
            } else {
                groups[groups.count - 1].negatives += 1
            }
        }
        self.groups = groups
        self.failure = failure
        positives = groups.reduce(0) { $0 + $1.positives }
        negatives = groups.reduce(0) { $0 + $1.negatives }
    }

    /// Area under the ROC curve: the share of (positive, negative) pairs ranked rightly, a tie counting one half.
    public var auc: MetricValue {
        if let reason = undefinedReason { return .undefined(reason) }
        if positives == 0 || negatives == 0 { return .undefined(oneClassReason) }
        // Twice the count of well-ranked pairs, so that halves stay whole numbers.
        var doubledPairs = 0.0
        var negativesBelow = negatives
        for group in groups {
            negativesBelow -= group.negatives
            doubledPairs += Double(group.positives) * Double(2 * negativesBelow + group.negatives)
        }
        return .value(doubledPairs / (2 * Double(positives) * Double(negatives)))
    }

    /// Average precision, Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct scores: the area under the precision–recall curve without
    /// interpolation.
    public var averagePrecision: MetricValue {
        if let reason = undefinedReason { return .undefined(reason) }
        if positives == 0 { return .undefined(oneClassReason) }
        var found = 0
        var retrieved = 0
        var area = 0.0
        for group in groups {
            found += group.positives
            retrieved += group.positives + group.negatives
            area += Double(group.positives) * Double(found) / Double(retrieved)
        }
        return .value(area / Double(positives))
    }

    private var undefinedReason: String? {
        groups.isEmpty ? MetricReport.noRows : failure
    }

    private var oneClassReason: String {
        positives == 0 ? "no row is positive" : "no row is negative"
    }

    /// Maps a score to an integer whose order is the scores' falling order, with both zeros equal.
    private static func descendingKey(_ score: Float) -> UInt32 {
        let bits = (score == 0 ? 0 : score).bitPattern
        let ascending = bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
        return ~ascending
    }
}
