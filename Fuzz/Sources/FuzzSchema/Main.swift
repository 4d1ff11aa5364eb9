import Fuzzing
import ZooModel

/// Schemas and task files; what is understood must survive being written out.
@main struct Main {
    static func main() {
        Fuzzing.run { input in
            let text = String(decoding: input, as: UTF8.self)
            if let task = try? TaskFile.parse(text) {
                precondition(try! TaskFile.parse(task.yaml) == task)
            }
            let schema = try Schema.parse(text)
            precondition(try! Schema.parse(schema.yaml) == schema)
            precondition(Set(schema.columnRequests()).count == schema.columnRequests().count)
        }
    }
}
