extension ModelRegistry {
    /// Finds a model and writes its model directory.
    ///
    /// - Parameter directory: one that does not exist or is empty; its parent must exist.
    /// - Returns: the model, whose ``ModelArtifact/digest`` is what a fine-tune pins as its base.
    @discardableResult
    public func unpack(_ reference: String, into directory: String) throws -> ModelArtifact {
        let artifact = try artifact(resolve(reference))
        try artifact.unpack(into: directory)
        return artifact
    }
}
