/// A column that a schema needs from a table, and the form it needs it in.
public struct ColumnRequest: Sendable, Hashable {
    /// The form in which a reader keeps a column.
    public enum Kind: Sendable, Hashable {
        /// A dictionary of distinct values and a code a row.
        case categorical
        /// A number a row; a field that is no number is a bad row.
        case numeric
        /// A dictionary and a list of codes a row; empty values between separators are dropped.
        case bag(separator: String)
        /// Seconds since 1970 a row; a field that does not parse is a bad row.
        case timestamp(TimestampFormat)
    }

    /// The column's name in the file.
    public var column: String
    /// The form.
    public var kind: Kind

    /// A request.
    public init(column: String, kind: Kind) {
        self.column = column
        self.kind = kind
    }
}

extension FeatureDefinition {
    /// The form in which the feature needs its column. Texts come as categories: each distinct one is hashed once.
    public var request: ColumnRequest {
        switch kind {
        case .categorical, .text: ColumnRequest(column: column, kind: .categorical)
        case .numeric: ColumnRequest(column: column, kind: .numeric)
        case .bag(let bag), .sequence(let bag): ColumnRequest(column: column, kind: .bag(separator: bag.separator))
        case .timestamp(let timestamp): ColumnRequest(column: column, kind: .timestamp(timestamp.format))
        }
    }
}

extension TaskDefinition {
    /// The form in which the task needs its labels.
    public var request: ColumnRequest {
        switch kind {
        case .regression, .binary(.comparison): ColumnRequest(column: column, kind: .numeric)
        case .multiclass, .binary: ColumnRequest(column: column, kind: .categorical)
        }
    }
}

extension Schema {
    /// Every column and form that the schema needs, each once, features first.
    ///
    /// One column may be wanted in two forms, say a rating as a number for one task and as classes for another.
    ///
    /// - Parameters:
    ///   - labels: whether the tasks' label columns are wanted, which prediction does not.
    ///   - truth: whether the columns of true probabilities are.
    public func columnRequests(labels: Bool = true, truth: Bool = false) -> [ColumnRequest] {
        var requests = features.map(\.request)
        if labels { requests += tasks.map(\.request) }
        if truth { requests += tasks.compactMap(\.truth).map { ColumnRequest(column: $0, kind: .numeric) } }
        var seen: Set<ColumnRequest> = []
        return requests.filter { seen.insert($0).inserted }
    }
}
