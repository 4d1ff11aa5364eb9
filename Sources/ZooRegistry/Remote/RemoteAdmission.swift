package import OCI

/// What stands between a model from a registry and its tag in the user's store.
package struct RemoteAdmission: Sendable {
    /// Whether the whole model must be fetched even where parts are wanted: a signature covers all its files.
    let needsSignature: Bool
    /// Judges a model whose content is in the store already.
    let check: Check

    /// Judges a model, with those it is built on that no store lists yet.
    package typealias Check = @Sendable (ModelRegistry.Entry, _ bases: [Digest: ModelRegistry.Entry]) throws -> Void

    package init(needsSignature: Bool, check: @escaping Check) {
        self.needsSignature = needsSignature
        self.check = check
    }

    /// Accepts everything.
    package static let open = RemoteAdmission(needsSignature: false) { _, _ in }
}
