import Glibc

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A directory of a command's own under the store, gone when the command ends.
///
/// It lies beside the blobs and not in the system's temporary directory because models can be larger than that one, and
/// so that what is done can be moved into place.
package struct Workspace: ~Copyable {
    /// The directory.
    package let path: String

    /// Makes a new directory under `home`.
    ///
    /// - Throws: ``CommandError`` (`inputOutput`) when it cannot be made.
    package init(home: String) throws {
        let parent = home + "/tmp"
        do {
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        } catch {
            throw CommandError(.inputOutput, "cannot create the directory '\(parent)': \(Self.reason())")
        }
        Self.removeAbandoned(in: parent)
        var template = Array((parent + "/run-\(getpid())-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CommandError(.inputOutput, "cannot create a directory in '\(parent)': \(Self.reason())")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Removes what processes left that were killed.
    private static func removeAbandoned(in parent: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] {
            let parts = name.split(separator: "-")
            guard parts.count == 3, let process = Int32(parts[1]), process > 0 else { continue }
            if kill(process, 0) != 0 && errno == ESRCH {
                try? FileManager.default.removeItem(atPath: parent + "/" + name)
            }
        }
    }

    private static func reason() -> String {
        String(cString: strerror(errno))
    }
}
