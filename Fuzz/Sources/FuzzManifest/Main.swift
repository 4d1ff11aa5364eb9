import Fuzzing
import OCI

/// Manifests and indexes; what is understood must survive its own canonical form.
@main struct Main {
    static func main() {
        Fuzzing.run { input in
            if let manifest = try? Manifest(parsing: input) {
                precondition(try! Manifest(parsing: manifest.canonicalBytes) == manifest)
            }
            let index = try ImageIndex(parsing: input)
            precondition(try! ImageIndex(parsing: index.canonicalBytes) == index)
        }
    }
}
