import OCIClient
import Testing

@Suite struct OCIClientTests {}
