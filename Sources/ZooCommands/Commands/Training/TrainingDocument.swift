import ZooTraining

/// What `zoo pretrain --format json` and `zoo finetune --format json` print.
struct TrainingDocument: Encodable {
    let reference: String?
    let digest: String?
    let base: String?
    let growth: Int?
    let directory: String?
    let mode: String
    let seed: UInt64
    let epochs: Int
    let bestEpoch: Int
    let parameters: Int
    let trainedParameters: Int
    let seconds: Double
    let rowsPerSecond: Double
    let tasks: [TaskMetricsDocument]
    let history: [EpochSummary]

    init(_ result: TrainingResult, metrics: [TaskMetrics], _ publication: PublicationDocument?, out: String?) {
        reference = publication?.reference
        digest = publication?.digest
        base = publication?.base
        growth = publication?.growth
        directory = out
        mode = result.mode.rawValue
        seed = result.recipe.seed
        epochs = result.epochs
        bestEpoch = result.bestEpoch
        parameters = result.modules.reduce(0) { $0 + $1.parameters }
        trainedParameters = result.trainedParameters
        seconds = result.seconds
        rowsPerSecond = result.rowsPerSecond
        tasks = metrics.map(TaskMetricsDocument.init)
        history = result.history
    }
}
