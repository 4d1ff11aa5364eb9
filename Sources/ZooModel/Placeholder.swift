enum ZooModelPlaceholder {}
