/// What stands between a model from a registry and its tag in the user's store.
package struct RemoteAdmission: Sendable {
    /// Whether the whole model must be fetched even where parts are wanted: a signature covers all its files.
    let needsSignature: Bool
    /// Judges a model whose content is in the store already.
    let check: @Sendable (ModelRegistry.Entry) throws -> Void

    package init(needsSignature: Bool, check: @escaping @Sendable (ModelRegistry.Entry) throws -> Void) {
        self.needsSignature = needsSignature
        self.check = check
    }

    /// Accepts everything.
    package static let open = RemoteAdmission(needsSignature: false) { _ in }
}
