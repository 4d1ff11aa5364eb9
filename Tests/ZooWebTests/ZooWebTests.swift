import ZooWeb
import Testing

@Suite struct ZooWebTests {}
