package import ZooTraining

/// Writes a run's epochs as TensorBoard curves.
///
/// Curves: `loss/train/TASK`, `loss/valid/TASK`, `learning_rate/GROUP`, `speed/rows_per_second`, each against the number
/// of steps done.
package struct TrainingRecorder {
    private let writer: TensorBoardWriter

    /// Creates an event file in `directory`.
    ///
    /// - Throws: ``ZooTrainingError`` (`io`) when it cannot be created.
    package init(directory: String) throws {
        writer = try TensorBoardWriter(directory: directory)
    }

    /// Adds one point to each curve.
    package func record(_ epoch: EpochSummary) throws {
        var scalars = epoch.trainLosses.map { TensorBoardWriter.Scalar("loss/train/\($0.task)", $0.loss) }
        scalars += epoch.validationLosses.map { .init("loss/valid/\($0.task)", $0.loss) }
        scalars += epoch.learningRates.sorted { $0.key < $1.key }.map { .init("learning_rate/\($0.key)", $0.value) }
        scalars.append(.init("speed/rows_per_second", epoch.rowsPerSecond))
        try writer.write(scalars, step: epoch.steps)
    }
}
