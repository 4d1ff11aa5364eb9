enum ZooRegistryPlaceholder {}
