import Glibc
public import OCI

/// What the processes do that tests start and kill.
///
/// `publish STORE FIRST COUNT [LAYER-BYTES]` publishes artifacts FIRST, FIRST+1, … and tags each `stress/<n mod 7>:<n>`;
/// the tag is printed once it is in force. `gc STORE COUNT` collects garbage COUNT times.
public enum StoreStress {
    /// Runs the command line.
    public static func main() {
        do {
            let arguments = CommandLine.arguments
            guard arguments.count >= 4, let first = Int(arguments[3]) else { exit(64) }
            let store = try LayoutStore.open(at: arguments[2], create: true)
            switch arguments[1] {
            case "publish":
                let count = arguments.count > 4 ? Int(arguments[4]) ?? 1 : 1
                let size = arguments.count > 5 ? Int(arguments[5]) ?? 3000 : 3000
                for seed in first..<first + count {
                    say(try publish(seed, in: store, layerSize: size), on: STDOUT_FILENO)
                }
            case "gc":
                for _ in 0..<first { _ = try store.collectGarbage() }
            default: exit(64)
            }
        } catch {
            say("store-stress: \(error)", on: STDERR_FILENO)
            exit(70)
        }
    }

    /// Writes a line at once: a killed process has said all that it did.
    private static func say(_ text: String, on descriptor: Int32) {
        let line = Array("\(text)\n".utf8)
        _ = write(descriptor, line, line.count)
    }

    /// Publishes an artifact under a tag of its own and gives the tag.
    public static func publish(_ seed: Int, in store: LayoutStore, layerSize: Int = 3000) throws -> String {
        let lease = try store.lease()
        defer { lease.end() }
        let name = "stress/\(seed % 7):\(seed)"
        try store.tag(try StoreSamples.publish(seed, through: lease, layerSize: layerSize), as: name)
        return name
    }
}
