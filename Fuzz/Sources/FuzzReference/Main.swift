import Fuzzing
import OCI

/// References and digests; what is understood must read back from what it prints.
@main struct Main {
    static func main() {
        Fuzzing.run { input in
            let text = String(decoding: input, as: UTF8.self)
            if let digest = try? Digest(text) { precondition(digest.description == text) }
            let reference = try Reference(text)
            precondition(reference.description == text)
            precondition(try! Reference(reference.description) == reference)
            precondition(!reference.name.contains("..") && !reference.name.hasPrefix("/"))
        }
    }
}
