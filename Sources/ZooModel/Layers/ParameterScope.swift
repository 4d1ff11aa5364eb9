public import ZooTensor

/// Where a layer adds its parameters: a store, a name prefix and a group.
public struct ParameterScope {
    /// The store.
    public let store: ParameterStore
    /// What the parameters' names start with, with its final dot.
    public let prefix: String
    /// What the parameters belong to.
    public let group: ParameterGroup

    /// A scope.
    public init(store: ParameterStore, prefix: String, group: ParameterGroup) {
        self.store = store
        self.prefix = prefix
        self.group = group
    }

    /// The scope of a part.
    public func scope(_ name: String) -> ParameterScope {
        ParameterScope(store: store, prefix: "\(prefix)\(name).", group: group)
    }

    /// Adds a parameter.
    public func add(_ name: String, _ shape: Shape, _ initialiser: Initialiser) -> Parameter {
        store.add(prefix + name, shape, group: group, initialiser: initialiser)
    }
}
