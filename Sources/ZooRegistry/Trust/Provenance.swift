import OCI
import ZooJSON

/// Where a model comes from, as a statement that other tools read (SLSA provenance 1 in an in-toto statement).
///
/// It says nothing that the model's own `zoo.json` does not say, in a form that needs no unpacking; so it has no time,
/// the same model always has the same provenance, and one that says something else is found out.
enum Provenance {
    static let predicateType = "https://slsa.dev/provenance/v1"
    /// What kind of build it was: the names of the parameters follow from it.
    static let buildType = "https://zoo.dev/build/training/v1"
    static let builder = "https://zoo.dev/zoo"
    /// The annotation by which tools tell statements apart.
    static let annotation = "in-toto.io/predicate-type"

    /// The statement about a model.
    static func statement(of artifact: ModelArtifact) throws -> Statement {
        let document = artifact.document
        return Statement(
            subjects: [.init(name: document.name, sha256: artifact.digest.hex)],
            predicateType: predicateType,
            predicate: .object([
                "buildDefinition": .object([
                    "buildType": .string(buildType),
                    "externalParameters": .object([
                        "mode": .string(document.training.mode),
                        "recipe": try json(document.training.recipe),
                        "seed": .number(String(document.training.seed)),
                        "tasks": .array(document.tasks.map { .string($0.name) }),
                    ]),
                    "internalParameters": .object([
                        "epochs": .number(String(document.training.epochs)),
                        "instructionSet": .string(document.tool.instructionSet),
                    ]),
                    "resolvedDependencies": .array(dependencies(of: document)),
                ]),
                "runDetails": .object([
                    "builder": .object([
                        "id": .string(builder), "version": .object(["zoo": .string(document.tool.version)]),
                    ]),
                    "byproducts": .array([
                        .object(["name": .string("metrics"), "annotations": try metrics(of: document)])
                    ]),
                ]),
            ])
        )
    }

    private static func dependencies(of document: ModelDocument) -> [JSONValue] {
        func dependency(_ name: String, _ digest: String, _ annotations: [String: JSONValue]) -> JSONValue {
            let parts = digest.split(separator: ":", maxSplits: 1).map(String.init)
            return .object([
                "name": .string(name),
                "digest": .object(parts.count == 2 ? [parts[0]: .string(parts[1])] : [:]),
                "annotations": .object(annotations),
            ])
        }
        let base = document.base.map { [dependency($0.reference, $0.digest, ["role": .string("base")])] } ?? []
        return base
            + document.training.data.map {
                dependency($0.file, $0.digest, ["role": .string($0.role), "rows": .number(String($0.rows))])
            }
    }

    private static func metrics(of document: ModelDocument) throws -> JSONValue {
        let tasks = Dictionary(document.tasks.map { ($0.name, $0.metrics) }) { first, _ in first }
        return .object(["tasks": try json(tasks), "run": try json(document.training.metrics)])
    }

    private static func json(_ value: some Encodable) throws -> JSONValue {
        try JSONValue(parsing: DocumentJSON.encode(value, what: "provenance"))
    }
}
