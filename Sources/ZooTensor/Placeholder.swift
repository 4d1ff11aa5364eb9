enum ZooTensorPlaceholder {}
