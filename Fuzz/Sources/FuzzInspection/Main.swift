import Fuzzing
import Glibc
import ZooModel
import ZooTraining

/// Whole files, compressed or not, whose layout is guessed; a proposed schema must read the file that it was made from.
@main struct Main {
    static func main() {
        var name = Array("/tmp/zoo-fuzz-XXXXXX".utf8CString)
        let file = mkstemp(&name)
        precondition(file >= 0 && unlink(name) == 0)
        let path = "/proc/self/fd/\(file)"
        Fuzzing.run { input in
            precondition(ftruncate(file, 0) == 0)
            precondition(pwrite(file, input, input.count, 0) == input.count)
            let inspection = try DataInspection(path)
            guard !inspection.schema.features.isEmpty else { return }
            let schema = try! Schema.parse(inspection.schema.yaml)
            var reader = TableReader(format: schema.source, columns: schema.columnRequests())
            reader.threads = 1
            reader.maxBadRows = inspection.badRows
            // A row that only a column left out by the proposal made bad is read.
            precondition(try! reader.read(path: path).rowCount >= inspection.rows)
        }
    }
}
