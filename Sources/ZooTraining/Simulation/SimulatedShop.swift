import ZooFiles

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A shop with a known truth, written as training data: impressions → click → cart → buy → return, and ratings.
///
/// Users and items have latent tastes that ids reveal little by little and profiles hint at; popularity is skewed,
/// tastes and popularity drift, users and items keep joining. Labels are conditional, as conversion models have them:
/// `cart` and `buy` are missing unless clicked, `returned` and `rating` missing unless bought.
public struct SimulatedShop {
    /// One file that was written.
    public struct File: Sendable, Hashable, Codable {
        /// Its name within the directory.
        public var name: String
        /// Its rows, the header not counted; nil for a file that is no table.
        public var rows: Int?
    }

    private let options: ShopOptions
    private let world: ShopWorld

    /// Makes the shop's users and items.
    ///
    /// - Throws: `ZooTrainingError` `.usage` for sizes out of range.
    public init(_ options: ShopOptions) throws {
        try options.validate()
        self.options = options
        world = ShopWorld(options)
    }

    /// Writes all files into a directory, which is made if need be; files of the same names are replaced.
    ///
    /// - Parameter progress: told now and then how many events of how many are written.
    /// - Throws: `FileError` where the directory cannot be written to.
    public func write(to directory: String, progress: (Int, Int) -> Void = { _, _ in }) throws -> [File] {
        try OpenFile.makeDirectories(directory)
        let rows = ShopRows(world)
        var files = try writeEvents(to: directory, rows, progress)
        files += try writeNewTask(to: directory, rows)
        for (name, text) in ShopDocuments.all(options) {
            try AtomicFile.write(Array(text.utf8), to: "\(directory)/\(name)")
            files.append(File(name: name, rows: nil))
        }
        return files
    }

    /// Events that are drawn at once, while those before them are written.
    private static let chunk = 1 << 16
    /// Events that a thread draws at once.
    private static let piece = 1 << 12

    /// Writes `train.csv`, `valid.csv` and `test.csv`: 80, 10 and 10 % of the events, in the order of time.
    private func writeEvents(
        to directory: String,
        _ rows: ShopRows,
        _ progress: (Int, Int) -> Void
    ) throws -> [File] {
        let count = options.events
        let ends = [count / 10 * 8, count / 10 * 9, count]
        var files: [File] = []
        var start = 0
        for (name, end) in zip(["train.csv", "valid.csv", "test.csv"], ends) {
            let hasTruth = name != "train.csv"
            let header = ShopRows.columns + ShopDocuments.labels + (hasTruth ? ShopDocuments.truths : [])
            let writer = EventWriter(try RowBuffer("\(directory)/\(name)", header: header), rows, hasTruth: hasTruth)
            try writer.write(start..<end, chunk: Self.chunk, piece: Self.piece) { [world] event in
                ShopEvent(event, of: count, in: world)
            } progress: {
                progress($0, count)
            }
            try writer.finish()
            files.append(File(name: name, rows: end - start))
            start = end
        }
        return files
    }

    /// Writes the new task's files: three nested training sets, a validation and a test set, all of purchases in the
    /// last fifth of the time, with the users' histories as they were at the end.
    private func writeNewTask(to directory: String, _ rows: ShopRows) throws -> [File] {
        var files: [File] = []
        for (stream, name, count) in ShopDocuments.newTaskFiles {
            let hasTruth = stream != 0
            let header = ShopRows.columns + ["again"] + (hasTruth ? ["p_again"] : [])
            var buffer = try RowBuffer("\(directory)/\(name)", header: header)
            for row in 0..<count {
                let element = UInt64(stream) << 40 | UInt64(row)
                var random = CounterRandom(seed: options.seed, stream: .newTask, element: element)
                let (impression, truth) = purchase(&random)
                try rows.write(impression, to: &buffer)
                buffer.append(random.uniform() < truth.again ? ",1" : ",0")
                if hasTruth {
                    buffer.comma()
                    buffer.append(decimal: truth.again)
                }
            }
            try buffer.finish()
            files.append(File(name: name, rows: count))
        }
        return files
    }

    /// Draws impressions until one is bought.
    private func purchase(_ random: inout CounterRandom) -> (ShopBehaviour.Impression, ShopBehaviour) {
        while true {
            let day = ShopWorld.days * (0.8 + 0.2 * random.uniform())
            let impression = world.impression(on: day, &random)
            let truth = ShopBehaviour(impression, in: world)
            // As if everybody clicked: what follows a click is enough for a buyer's taste, at a fifth of the draws.
            if random.uniform() < truth.buy { return (impression, truth) }
        }
    }
}
