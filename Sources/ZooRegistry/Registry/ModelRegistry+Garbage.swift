import Glibc
public import OCI
package import ZooFiles

extension ModelRegistry {
    private var scratchParent: String { "\(home)/tmp" }

    /// A directory under the store for files in the making: the system's temporary directory may be smaller than a model.
    ///
    /// - Parameter inStore: false lets readers of a store that they cannot write to work in the system's directory.
    package func scratch(inStore: Bool = true) throws -> ScratchDirectory {
        do {
            try OpenFile.makeDirectories(scratchParent)
            return try ScratchDirectory(in: scratchParent)
        } catch let error as FileError where !inStore && error.code == .notPermitted {
            let system = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
            return try ScratchDirectory(in: system, prefix: "zoo-run-")
        }
    }

    /// Frees the user's store of content that no tag refers to and of what killed commands left.
    ///
    /// - Returns: nil where there is no store yet.
    public func collectGarbage(dryRun: Bool = false) throws -> GarbageReport? {
        guard let own = try existingOwnStore() else {
            return nil
        }
        var report = try own.collectGarbage(dryRun: dryRun)
        if access(scratchParent, F_OK) == 0 {
            report.leftovers += try ScratchDirectory.removeAbandoned(in: scratchParent, dryRun: dryRun)
        }
        return report
    }
}
