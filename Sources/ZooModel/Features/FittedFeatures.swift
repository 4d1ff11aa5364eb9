/// Features with what training data said about them: everything needed to turn raw rows into encoded ones.
public struct FittedFeatures: Sendable, Hashable {
    /// The fitted features, in the schema's order.
    public let features: [FittedFeature]
    /// The shape of a row that they encode.
    public let layout: InputLayout
    /// Where each feature's ids and numbers stand in a row, parallel to `features`.
    public let placements: [Placement]

    /// Where one feature's ids and numbers stand in a row.
    public struct Placement: Sendable, Hashable {
        /// Its slots.
        public var slots: Range<Int>
        /// Its bag slots.
        public var bags: Range<Int>
        /// Its dense columns.
        public var dense: Range<Int>
    }

    /// Fitted features in the order given.
    public init(_ features: [FittedFeature]) {
        var layout = InputLayout(slots: [], bags: [], dense: [])
        var placements: [Placement] = []
        for feature in features {
            let (slots, bags, dense) = (layout.slots.count, layout.bags.count, layout.dense.count)
            feature.append(to: &layout)
            placements.append(
                Placement(
                    slots: slots..<layout.slots.count,
                    bags: bags..<layout.bags.count,
                    dense: dense..<layout.dense.count
                )
            )
        }
        self.features = features
        self.layout = layout
        self.placements = placements
    }
}

/// One feature with its vocabulary or statistics.
public struct FittedFeature: Sendable, Hashable {
    /// What fitting found.
    public enum State: Sendable, Hashable {
        /// Values seen in training.
        case vocabulary(Vocabulary)
        /// Mean, deviation, bucket edges.
        case numeric(NumericStatistics)
        /// Nothing to fit: hashed values, texts and parts of timestamps have a fixed number of rows.
        case stateless
    }

    /// The feature.
    public let definition: FeatureDefinition
    /// What fitting found.
    public let state: State

    /// A feature with its state.
    ///
    /// - Throws: `ZooModelError` `.badData` where the state is not of the feature's kind.
    public init(_ definition: FeatureDefinition, _ state: State) throws {
        self.definition = definition
        self.state = state
        let fits =
            switch (definition.fittedState, state) {
            case (.vocabulary, .vocabulary), (.numeric, .numeric), (.stateless, .stateless): true
            default: false
            }
        guard fits else {
            throw ZooModelError(
                .badData,
                "feature '\(definition.name)' is \(definition.kind.name) and cannot have the state it was given"
            )
        }
    }

    /// Rows of its embedding table, or of each part's, where it has any.
    public var rows: Int {
        switch (state, definition.kind) {
        case (.vocabulary(let vocabulary), _): vocabulary.rows
        case (.numeric(let statistics), _): statistics.rows
        case (.stateless, .categorical(let options)): options.rows.fixedRows
        case (.stateless, .bag(let options)), (.stateless, .sequence(let options)): options.rows.fixedRows
        case (.stateless, .text(let options)): options.buckets + Int(Vocabulary.firstValueRow)
        case (.stateless, _): 0
        }
    }

    /// Adds the feature's slots, bags and dense columns to a layout.
    fileprivate func append(to layout: inout InputLayout) {
        let name = definition.name
        switch definition.kind {
        case .categorical(let options):
            layout.slots.append(slot(name, rows, options.dimension))
        case .numeric(let options):
            if options.buckets != nil { layout.slots.append(slot(name, rows, options.dimension)) }
            layout.dense.append(name)
            if options.hasMissingFlag { layout.dense.append("\(name).missing") }
        case .bag(let options), .sequence(let options):
            layout.bags.append(bag(name, rows, options.dimension, options.combiner, options.maximumLength))
        case .text(let options):
            layout.bags.append(bag(name, rows, options.dimension, options.combiner, options.maximumLength))
        case .timestamp(let options):
            for part in options.parts {
                let rows = part.cardinality + Int(Vocabulary.firstValueRow)
                layout.slots.append(slot("\(name).\(part.rawValue)", rows, options.dimension))
            }
        }
    }

    private func slot(_ name: String, _ rows: Int, _ dimension: FeatureDefinition.Dimension) -> InputLayout.Slot {
        InputLayout.Slot(name: name, rows: rows, dimension: dimension.resolved(rows: rows))
    }

    private func bag(
        _ name: String,
        _ rows: Int,
        _ dimension: FeatureDefinition.Dimension,
        _ combiner: InputLayout.Combiner,
        _ maximumLength: Int
    ) -> InputLayout.BagSlot {
        InputLayout.BagSlot(
            name: name,
            rows: rows,
            dimension: dimension.resolved(rows: rows),
            combiner: combiner,
            maximumLength: maximumLength
        )
    }
}

extension FeatureDefinition {
    /// What fitting a feature yields.
    package enum FittedState: Sendable, Hashable {
        case vocabulary, numeric, stateless
    }

    /// What fitting this feature yields.
    package var fittedState: FittedState {
        switch kind {
        case .categorical(let options): options.rows.isHashed ? .stateless : .vocabulary
        case .bag(let options), .sequence(let options): options.rows.isHashed ? .stateless : .vocabulary
        case .numeric: .numeric
        case .text, .timestamp: .stateless
        }
    }
}

extension FeatureDefinition.Rows {
    /// Whether values are hashed rather than looked up.
    package var isHashed: Bool {
        if case .hashed = self { true } else { false }
    }

    /// Embedding rows of a hashed feature.
    fileprivate var fixedRows: Int {
        if case .hashed(let buckets) = self { buckets + Int(Vocabulary.firstValueRow) } else { 0 }
    }
}
