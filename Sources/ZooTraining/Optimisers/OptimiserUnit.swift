internal import CKernels
internal import ZooTensor

/// A piece of an update that one thread does: one embedding field, or a range of one dense parameter.
///
/// The pieces are a function of the store alone, so that sums over them do not depend on the number of threads.
struct OptimiserUnit {
    enum Kind {
        case field(table: Int, field: Int, number: Int)
        case range(parameter: Int, offset: Int, count: Int)
    }

    let kind: Kind
    let group: ParameterGroup

    var isSparse: Bool {
        if case .field = kind { true } else { false }
    }

    /// Floats of one dense piece: large enough to amortise its start, small enough to balance two threads.
    private static let rangeLimit = 8192

    /// All the pieces of a store, dense ranges and fields alternating so that every thread's share holds both.
    static func units(of store: ParameterStore) -> [OptimiserUnit] {
        var fields: [OptimiserUnit] = []
        var ranges: [OptimiserUnit] = []
        for table in store.tables {
            for field in table.fields.indices {
                let number = table.firstUnit + field
                fields.append(
                    OptimiserUnit(
                        kind: .field(table: table.index, field: field, number: number),
                        group: table.group
                    )
                )
            }
        }
        for parameter in store.parameters {
            var done = 0
            while done < parameter.count {
                let count = min(rangeLimit, parameter.count - done)
                ranges.append(
                    OptimiserUnit(
                        kind: .range(parameter: parameter.index, offset: parameter.offset + done, count: count),
                        group: parameter.group
                    )
                )
                done += count
            }
        }
        var units: [OptimiserUnit] = []
        for index in 0..<max(fields.count, ranges.count) {
            if index < fields.count { units.append(fields[index]) }
            if index < ranges.count { units.append(ranges[index]) }
        }
        return units
    }
}

extension OptimiserConfiguration.Rule {
    var kernel: zoo_rule {
        switch self {
        case .sgd: zoo_sgd
        case .adam, .adamW: zoo_adam
        case .adagrad: zoo_adagrad
        }
    }

    /// State floats for each weight.
    var momentCount: Int {
        switch self {
        case .sgd(let momentum): momentum > 0 ? 1 : 0
        case .adagrad: 1
        case .adam, .adamW: 2
        }
    }
}

extension OptimiserConfiguration {
    /// One step's numbers for one group.
    func numbers(group: ParameterGroup, sparse: Bool, rate: Float, step: Int, clip: Float) -> zoo_update {
        let options = groups[group] ?? GroupOptions()
        let decay = sparse ? embeddingDecay : (options.weightDecay ?? weightDecay)
        var numbers = zoo_update()
        numbers.rate = rate * options.rateFactor
        numbers.clip = clip
        numbers.correction1 = 1
        numbers.correction2 = 1
        switch rule {
        case .sgd(let momentum):
            numbers.beta1 = momentum
            numbers.decay = decay
        case .adagrad(let epsilon):
            numbers.epsilon = epsilon
            numbers.decay = decay
        case .adam(let beta1, let beta2, let epsilon), .adamW(let beta1, let beta2, let epsilon):
            numbers.beta1 = beta1
            numbers.beta2 = beta2
            numbers.epsilon = epsilon
            numbers.correction1 = Float(1 - power(Double(beta1), step))
            numbers.correction2 = Float(1 / (1 - power(Double(beta2), step)).squareRoot())
            if case .adamW = rule { numbers.shrink = numbers.rate * decay } else { numbers.decay = decay }
        }
        return numbers
    }

    // Repeated squaring: the same bits on every machine, unlike the library's power function.
    private func power(_ base: Double, _ exponent: Int) -> Double {
        var result = 1.0
        var factor = base
        var left = exponent
        while left > 0 {
            if left & 1 == 1 { result *= factor }
            factor *= factor
            left >>= 1
        }
        return result
    }
}
