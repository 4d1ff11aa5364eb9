// swift-tools-version: 6.2
import PackageDescription

/// Set by CI; elsewhere a newer compiler's new warning must not stop a build.
let warningsAreErrors = Context.environment["ZOO_WARNINGS_AS_ERRORS"] != nil

let cSettings: [CSetting] = warningsAreErrors ? [.treatAllWarnings(as: .error)] : []
let swiftSettings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ] + (warningsAreErrors ? [.treatAllWarnings(as: .error)] : [])

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let nio = ["NIOCore", "NIOPosix", "NIOHTTP1", "NIOFoundationCompat"].map {
    Target.Dependency.product(name: $0, package: "swift-nio")
}
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

/// The program brings the Swift runtime along: it starts in half the time and runs where no toolchain is. Only the
/// link differs, so tests share every compiled object. `ZOO_DYNAMIC_RUNTIME` is for toolchains without static libraries.
let runtime: [LinkerSetting] =
    Context.environment["ZOO_DYNAMIC_RUNTIME"] != nil
    ? []
    : [.unsafeFlags(["-static-stdlib", "-use-ld=lld"])]
        + ["CoreFoundation", "_FoundationICU", "_FoundationCShims", "_FoundationCollections"].map { .linkedLibrary($0) }

/// A Swift target with the house settings.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

/// The tests of one target; `Tests/` mirrors `Sources/`.
func tests(of name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.byName(name: name), "TestSupport"] + dependencies,
        resources: resources,
        swiftSettings: swiftSettings
    )
}

/// What several test targets share.
func support(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: swiftSettings)
}

let package = Package(
    name: "zoo",
    products: [
        .executable(name: "zoo", targets: ["zoo"]),
        .library(name: "OCI", targets: ["OCI"]),
        .library(name: "OCIClient", targets: ["OCIClient"]),
        .library(name: "OCIServer", targets: ["OCIServer"]),
        .library(name: "Safetensors", targets: ["Safetensors"]),
        .library(name: "ZooArchive", targets: ["ZooArchive"]),
        .library(name: "ZooTensor", targets: ["ZooTensor"]),
        .library(name: "ZooModel", targets: ["ZooModel"]),
        .library(name: "ZooTraining", targets: ["ZooTraining"]),
        .library(name: "ZooRegistry", targets: ["ZooRegistry"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CDNNL", providers: [.apt(["libdnnl-dev"])]),
        .target(name: "CKernels", cSettings: cSettings),
        library("ZooFiles", ["CLinux"]),
        library("ZooJSON"),
        library("ZooText"),
        library("ZooArchive", ["CArchive", "CZlib", "ZooFiles"]),
        library("Safetensors", ["ZooFiles", "ZooJSON"]),
        library("OCI", ["ZooFiles", "ZooJSON", crypto]),
        .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
        library("OCIClient", ["OCI", "ZooFiles", "ZooJSON", httpClient, nioSSL, logging] + nio),
        library(
            "OCIServer",
            [
                "OCI", "ZooFiles", "ZooJSON", "CCrypt", crypto, yams, hummingbird, hummingbirdCore, hummingbirdTLS,
                nioSSL, httpTypes, logging,
            ] + nio
        ),
        library("ZooTensor", ["CKernels"]),
        library("ZooModel", ["ZooTensor", "Safetensors", "ZooFiles", yams]),
        library(
            "ZooTraining",
            ["ZooModel", "ZooTensor", "Safetensors", "ZooFiles", "ZooArchive", "CKernels", crypto, yams]
        ),
        library(
            "ZooRegistry",
            ["OCI", "OCIClient", "ZooArchive", "Safetensors", "ZooFiles", "ZooJSON", crypto, cryptoExtras, yams]
        ),
        .systemLibrary(name: "CCmark", providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]),
        library("ZooIndex", ["OCI", "ZooFiles", "ZooRegistry", grdb]),
        library(
            "ZooWeb",
            [
                "OCI", "OCIServer", "ZooIndex", "ZooJSON", "ZooRegistry", "ZooText", "CCmark", hummingbird, httpTypes,
            ] + nio
        ),
        library(
            "ZooCommands",
            [
                "OCI", "OCIClient", "OCIServer", "Safetensors", "ZooArchive", "ZooFiles", "ZooModel",
                "ZooTensor", "ZooText", "ZooTraining", "ZooRegistry", "ZooIndex", "ZooWeb",
                argumentParser,
            ]
        ),
        .executableTarget(
            name: "zoo",
            dependencies: ["ZooCommands", argumentParser],
            swiftSettings: swiftSettings,
            linkerSettings: runtime
        ),
        support("TestSupport"),
        support("ModelSamples", ["Safetensors", "TestSupport", "ZooRegistry"]),
        support("RegistryPeer", ["TestSupport"]),
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        tests(of: "ZooJSON"),
        tests(of: "ZooText"),
        tests(of: "ZooFiles"),
        tests(of: "ZooArchive", ["CArchive", "ZooFiles"]),
        tests(of: "Safetensors"),
        // Not "store-stress-unlocked": its flock(2) that does nothing would be linked into every test.
        tests(of: "OCI", ["StoreStress", "store-stress"]),
        .target(
            name: "StoreStress",
            dependencies: ["OCI"],
            path: "Tests/StoreStress/Samples",
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "store-stress",
            dependencies: ["StoreStress"],
            path: "Tests/StoreStress/Locked",
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "store-stress-unlocked",
            dependencies: ["StoreStress", "NoLocks"],
            path: "Tests/StoreStress/Unlocked",
            swiftSettings: swiftSettings
        ),
        .target(name: "NoLocks", path: "Tests/StoreStress/NoLocks"),
        tests(of: "ZooTensor", ["AllocationCounter", "CDNNL", "CKernels"], resources: [.copy("Golden")]),
        tests(of: "ZooModel", ["Safetensors"]),
        tests(of: "ZooTraining", ["AllocationCounter", "CKernels"], resources: [.copy("Golden")]),
        tests(of: "OCIClient", ["OCI", nioSSL] + nio),
        tests(of: "ZooRegistry", ["ModelSamples", "OCI", "OCIClient", "RegistryPeer", "ZooArchive"]),
        tests(of: "ZooIndex", ["ModelSamples", "OCI", "ZooRegistry"]),
        tests(of: "ZooWeb"),
        // They run the program "zoo", which every build of the tests makes; as a dependency it would be linked in.
        tests(of: "OCIServer", ["ModelSamples", "OCI", "RegistryPeer", "ZooRegistry"]),
        tests(
            of: "ZooCommands",
            [
                "ModelSamples", "OCI", "RegistryPeer", "Safetensors", "ZooModel", "ZooRegistry", "ZooTraining",
                argumentParser,
            ]
        ),
    ]
)
