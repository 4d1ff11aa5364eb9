import Glibc
import ZooFiles

/// What is known to be damaged: a file of that name is there, and of that size, but it was read and had another digest.
///
/// Pulls that find all files in place look no closer, and a server tells those that push that it has them; these marks make
/// both fetch or take the content again. They are hints: one too many costs a look.
extension LayoutStore {
    private static let marks = "damaged"

    /// Whether content was found damaged and has not been written again since.
    package func isKnownDamaged(_ digest: Digest) throws -> Bool {
        try damageMarks()?.status(of: Self.mark(digest)) != nil
    }

    /// Whether the store has content, of that size if one is given, that is not known to be damaged.
    package func hasSoundBlob(_ digest: Digest, size: Int? = nil) throws -> Bool {
        try hasBlob(digest, size: size) && !isKnownDamaged(digest)
    }

    /// Whether any content is known to be damaged.
    package func hasKnownDamage() throws -> Bool { try damageMarks()?.names().isEmpty == false }

    /// Notes that content is damaged; a store that cannot be written has to do without.
    func noteDamage(_ digest: Digest) {
        guard let marks = try? workDirectory(Self.marks) else { return }
        _ = try? marks.open(Self.mark(digest), flags: O_WRONLY | O_CREAT)
    }

    /// Takes the note back: the content was written again, found to be right, or removed.
    func forgetDamage(_ digest: Digest) throws {
        try damageMarks()?.remove(Self.mark(digest))
    }

    /// The directory of marks; nil in a store that never had one.
    private func damageMarks() throws -> OpenFile? {
        try root.openIfPresent(".zoo", flags: O_RDONLY | O_DIRECTORY)?
            .openIfPresent(Self.marks, flags: O_RDONLY | O_DIRECTORY)
    }

    private static func mark(_ digest: Digest) -> String { "\(digest.algorithm.rawValue)-\(digest.hex)" }
}
