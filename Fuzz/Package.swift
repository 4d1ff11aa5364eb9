// swift-tools-version: 6.2
// Fuzzers, one per parser; `scripts/fuzz` builds them with libFuzzer's instrumentation and runs them.
import PackageDescription

func zoo(_ product: String) -> Target.Dependency { .product(name: product, package: "zoo") }

/// A fuzzer is a directory `Sources/Fuzz<Name>` whose `Main.swift` hands a parser to `Fuzzing.run`, and, if it helps,
/// a directory `Corpus/<Name>` of inputs to start from.
func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: "Fuzz\(name)", dependencies: ["Fuzzing"] + dependencies)
}

let package = Package(
    name: "zoo-fuzz",
    dependencies: [.package(name: "zoo", path: "..")],
    targets: [
        .target(name: "CFuzzer"),
        .target(name: "Fuzzing", dependencies: ["CFuzzer"]),
        fuzzer("Safetensors", [zoo("Safetensors")]),
        fuzzer("Tar", [zoo("ZooArchive")]),
        fuzzer("Manifest", [zoo("OCI")]),
        fuzzer("Reference", [zoo("OCI")]),
        fuzzer("Schema", [zoo("ZooModel")]),
        fuzzer("Recipe", [zoo("ZooTraining")]),
        fuzzer("Table", [zoo("ZooModel"), zoo("ZooTraining")]),
        fuzzer("Request", [zoo("OCI"), zoo("OCIServer")]),
        fuzzer("Access", [zoo("OCIServer")]),
        fuzzer("Answer", [zoo("OCI"), zoo("OCIClient")]),
        fuzzer("Statement", [zoo("OCI"), zoo("ZooRegistry")]),
        fuzzer("Inspection", [zoo("ZooModel"), zoo("ZooTraining")]),
    ]
)
