// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who depends on zoo builds it. `Benchmarks/run` is the way in.
let package = Package(
    name: "zoo-benchmarks",
    dependencies: [.package(name: "zoo", path: "..")],
    targets: [
        .executableTarget(
            name: "zoo-benchmarks",
            dependencies: [
                .product(name: "ZooTensor", package: "zoo"),
                .product(name: "ZooModel", package: "zoo"),
                .product(name: "ZooTraining", package: "zoo"),
            ],
            path: "Sources/ZooBenchmarks",
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
            ]
        )
    ]
)
