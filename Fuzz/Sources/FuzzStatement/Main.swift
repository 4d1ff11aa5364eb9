import Fuzzing
import OCI

@testable import ZooRegistry

/// Signature bundles, statements, keys, policies and the heads of weight layers; the first byte picks.
@main struct Main {
    static func main() {
        let file = InputFile()
        Fuzzing.run { input in
            guard let kind = input.first else { return }
            let bytes = Array(input.dropFirst())
            switch kind & 7 {
            case 0:
                let bundle = try SignatureBundle(parsing: bytes, what: "it")
                precondition(try! SignatureBundle(parsing: bundle.canonicalBytes, what: "it") == bundle)
                _ = try ModelStatement(parsing: bundle.envelope.payload, what: "it")
            case 1:
                let statement = try Statement(parsing: bytes, what: "it")
                precondition(try! Statement(parsing: statement.canonicalBytes, what: "it") == statement)
                _ = YankEvent(Digest.of(bytes), statement)
            case 2:
                let statement = try ModelStatement(parsing: bytes, what: "it")
                let again = try ModelStatement(parsing: statement.canonicalBytes, what: "it")
                precondition(again == statement)
            case 3:
                let key = try VerificationKey(parsing: bytes, what: "it")
                precondition(!key.isValid(bytes, for: bytes))
            case 4:
                file.write(bytes[...])
                _ = try PolicyFile(file.path).read()
            default:
                Fuzzing.wait {
                    _ = try? await WeightsHead.tensors(size: bytes.count) { Array(bytes[$0]) }
                }
            }
        }
    }
}
