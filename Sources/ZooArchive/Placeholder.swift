enum ZooArchivePlaceholder {}
