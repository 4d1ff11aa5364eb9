package import OCI

/// The files of a model and their SHA-256, by path.
package typealias FileDigests = [ExactPath: Digest]

extension [ExactPath: Digest] {
    /// Paths in the order of OMS: component by component.
    var sortedByPath: [(path: String, digest: Digest)] {
        map { (path: $0.key.text, digest: $0.value) }.sorted {
            $0.path.split(separator: "/").lexicographicallyPrecedes($1.path.split(separator: "/")) {
                $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
            }
        }
    }

    /// What differs from `expected`, for people; nil where nothing does.
    func difference(from expected: FileDigests) -> String? {
        let (own, signed) = (Set(keys), Set(expected.keys))
        var parts: [String] = []
        func add(_ what: String, _ paths: some Sequence<ExactPath>) {
            let names = paths.map(\.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            guard let first = names.first else { return }
            parts.append(names.count == 1 ? "\(first) \(what)" : "\(first) and \(names.count - 1) more \(what)")
        }
        add("changed", own.intersection(signed).filter { self[$0] != expected[$0] })
        add("missing", signed.subtracting(own))
        add("not signed", own.subtracting(signed))
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}
