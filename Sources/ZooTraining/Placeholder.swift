enum ZooTrainingPlaceholder {}
