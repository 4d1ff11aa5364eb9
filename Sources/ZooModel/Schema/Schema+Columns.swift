extension FeatureDefinition {
    /// The form in which the feature needs its column.
    public var request: ColumnRequest {
        switch kind {
        case .categorical: ColumnRequest(column, as: .categorical)
        case .numeric: ColumnRequest(column, as: .numeric)
        case .bag(let bag): ColumnRequest(column, as: .bag(separator: bag.separator))
        case .sequence(let bag): ColumnRequest(column, as: .sequence(separator: bag.separator))
        case .text: ColumnRequest(column, as: .text)
        case .timestamp(let timestamp): ColumnRequest(column, as: .timestamp(timestamp.format))
        }
    }
}

extension TaskDefinition {
    /// The form in which the task needs its labels.
    public var request: ColumnRequest {
        switch kind {
        case .regression, .binary(.comparison): ColumnRequest(column, as: .numeric)
        case .multiclass, .binary: ColumnRequest(column, as: .categorical)
        }
    }
}

extension Schema {
    /// Whether a reader should look for label columns.
    public enum Labels: Sendable, Hashable {
        /// A table without them is an error: training, evaluation.
        case required
        /// They are read where they are.
        case optional
        /// They are left alone: prediction.
        case unread
    }

    /// Every column and form that the schema needs, each once, features first.
    ///
    /// One column may be wanted in two forms, say a rating as a number for one task and as a class for another. The
    /// columns of true probabilities are always optional.
    public func columnRequests(labels: Labels = .required) -> [ColumnRequest] {
        var requests = features.map(\.request)
        if labels != .unread {
            requests += tasks.map { task in
                ColumnRequest(task.column, as: task.request.kind, isRequired: labels == .required)
            }
            requests += tasks.compactMap(\.truth).map { ColumnRequest($0, as: .numeric, isRequired: false) }
        }
        return ColumnRequest.distinct(requests)
    }
}

extension FittedFeatures {
    /// The columns and forms that encoding needs, each once.
    public var columnRequests: [ColumnRequest] {
        ColumnRequest.distinct(features.map(\.definition.request))
    }
}

extension ColumnRequest {
    /// The requests in order, each column and form once: required where any of its requests is.
    package static func distinct(_ requests: [ColumnRequest]) -> [ColumnRequest] {
        var places: [ColumnRequest: Int] = [:]
        var result: [ColumnRequest] = []
        for request in requests {
            var key = request
            key.isRequired = true
            if let place = places[key] {
                result[place].isRequired = result[place].isRequired || request.isRequired
            } else {
                places[key] = result.count
                result.append(request)
            }
        }
        return result
    }
}
