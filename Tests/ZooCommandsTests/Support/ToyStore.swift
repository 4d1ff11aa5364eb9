import Foundation
import ModelSamples
import ZooRegistry

/// Model directories that no training run wrote, and `zoo` beside them: for tests of the registry's commands.
struct ToyStore {
    let models = ModelFixture()

    /// `zoo` in the directory of the models; each `home` is a store of its own.
    func zoo(home: String = "home") -> ZooProcess {
        ZooProcess(
            directory: URL(fileURLWithPath: models.root),
            environment: ["ZOO_HOME": "\(models.root)/\(home)", "ZOO_BUNDLED": ""]
        )
    }

    /// An encoder `shop:1` and a head `again:1` on it, published.
    func publishPair() throws {
        let zoo = zoo()
        try models.makeModel("shop")
        try zoo("publish shop shop:1").check()
        let digest = try StoreFiles(URL(fileURLWithPath: "\(models.root)/home"), "shop:1").digest
        try models.makeModel("again", task: "again", base: .init(reference: "shop:1", digest: digest))
        try zoo("publish again again:1").check()
    }

    /// The path of a blob in the store.
    func blob(_ digest: String) -> String {
        "\(models.root)/home/blobs/sha256/\(digest.dropFirst("sha256:".count))"
    }
}

extension ZooProcess.Outcome {
    struct Failure: Error { let outcome: ZooProcess.Outcome }

    /// Throws unless the run succeeded.
    func check() throws {
        if status != 0 { throw Failure(outcome: self) }
    }

    /// The words that standard output shows.
    var words: Set<String> { Set(output.split(whereSeparator: \.isWhitespace).map(String.init)) }
}
