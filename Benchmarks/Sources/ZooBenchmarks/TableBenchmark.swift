import ZooModel
import ZooTraining

/// A CSV file to training-ready columns, without the cache: codes with a dictionary, floats with missing values.
/// `peers/csv_columns.py` does the same with pandas. The second figure has the file's digest in it, which the cache and
/// a model's provenance want and pandas does not compute.
enum TableBenchmark {
    private static let numeric: Set = [
        "age", "wage_per_hour", "capital_gains", "capital_losses", "stock_dividends", "num_emp", "weeks_worked",
    ]

    static func run(_ path: String) throws {
        var header = try TableReader(format: .csv, columns: [ColumnRequest("age", as: .numeric)]).read(path: path)
            .sourceColumns
        if Report.isQuick { header = Array(header.prefix(8)) }
        var reader = TableReader(
            format: .csv,
            columns: header.map { ColumnRequest($0, as: numeric.contains($0) ? .numeric : .categorical) }
        )
        reader.threads = Report.threads
        for (metric, wantsDigest) in [("CSV to columns", false), ("CSV to columns and its digest", true)] {
            let started = Report.now()
            let table = try reader.read(path: path)
            if wantsDigest { precondition(table.digest != nil) }
            let seconds = Report.now() - started
            Report.figure(metric, "zoo", Double(table.rowCount) / seconds, "rows/s")
        }
    }
}
