import Foundation
import TestSupport
import Testing

/// `zoo serve` as a user meets it.
@Suite struct ServeCommandTests {
    private let directory = TemporaryDirectory()
    private let zoo: ZooProcess

    init() {
        zoo = ZooProcess(directory: URL(fileURLWithPath: directory.root))
    }

    @Test(arguments: [
        ["--listen", "nonsense"], ["--listen", "127.0.0.1:99999"], ["--listen", "::1:5000"], ["--tls-cert", "a.pem"],
        ["--upload-expiry", "0"], ["--max-connections", "0"], ["--idle-timeout", "0"], ["--root", "a", "--home", "b"],
        ["--anonymous-read"],
    ])
    func wrongOptions(_ arguments: [String]) throws {
        let run = try zoo.run(["serve"] + arguments)
        #expect(run.status == 64 && run.isOneLineError, "\(run)")
    }

    @Test func filesThatAreMissing() throws {
        for option in ["--auth", "--tokens", "--access"] {
            let run = try zoo.run(["serve", "--listen", "127.0.0.1:0", option, "absent"])
            #expect(run.status == 66 && run.isOneLineError, "\(run)")
        }
        let tls = try zoo.run(["serve", "--listen", "127.0.0.1:0", "--tls-cert", "absent", "--tls-key", "absent"])
        #expect(tls.status == 65 && tls.isOneLineError, "\(tls)")
        let readOnly = try zoo.run(["serve", "--listen", "127.0.0.1:0", "--read-only", "--root", "absent"])
        #expect(readOnly.status == 66 && readOnly.isOneLineError, "\(readOnly)")
    }

    @Test func anAddressThatIsTaken() throws {
        let socket = try FileHandle.listening()
        let run = try zoo.run(["serve", "--listen", "127.0.0.1:\(socket.port)"])
        #expect(run.status == 74 && run.isOneLineError, "\(run)")
        #expect(run.errors.contains("127.0.0.1:\(socket.port): Address already in use\n"), "\(run)")
    }

    @Test func interruptedItEndsInOrder() throws {
        let running = try zoo.start(["serve", "--listen", "127.0.0.1:0"])
        running.waitForLine()
        running.process.interrupt()
        let run = try running.finish()
        #expect(run.status == 0, "\(run)")
        #expect(run.output.hasPrefix("serving ") && run.output.contains(" at http://127.0.0.1:"), "\(run)")
    }
}

extension FileHandle {
    /// A socket that listens on a port of its own.
    fileprivate static func listening() throws -> (handle: FileHandle, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, size)
                _ = listen(descriptor, 1)
                _ = getsockname(descriptor, $0, &size)
            }
        }
        return (FileHandle(fileDescriptor: descriptor, closeOnDealloc: true), Int(UInt16(bigEndian: address.sin_port)))
    }
}
