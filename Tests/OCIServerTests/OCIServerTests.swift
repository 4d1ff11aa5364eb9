import OCIServer
import Testing

@Suite struct OCIServerTests {}
