import Glibc
public import OCI
package import ZooFiles

extension ModelRegistry {
    private var scratchParent: String { "\(home)/tmp" }

    /// A directory under the store for files in the making: the system's temporary directory may be smaller than a model.
    package func scratch() throws -> ScratchDirectory {
        try OpenFile.makeDirectories(scratchParent)
        return try ScratchDirectory(in: scratchParent)
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
