import Foundation
import OCIClient
import TestSupport
import Testing

@Suite struct CredentialStoreTests {
    private let temporary = TemporaryDirectory()
    private var directory: String { temporary.root }

    /// Where helper programs are found. Set once: two tests that each append to `PATH` would undo each other's.
    private static let helpers: String = {
        let directory = NSTemporaryDirectory() + "zoo-test-helpers-\(getpid())"
        try? FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        setenv("PATH", "\(String(cString: getenv("PATH"))):\(directory)", 1)
        return directory
    }()

    private func write(_ text: String, _ name: String = "config.json") throws -> String {
        let path = "\(directory)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func read(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }

    private func auth(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    @Test(arguments: [
        "reg.example.com", "https://reg.example.com", "https://reg.example.com/v2/", "http://reg.example.com/",
    ])
    func entriesAreFoundHoweverTheyAreFiled(key: String) async throws {
        let path = try write(#"{"auths":{"\#(key)":{"auth":"\#(auth("alice:a:b"))"}}}"#)
        let found = try await CredentialStore(paths: [path]).credential(for: "reg.example.com")
        #expect(found == Credential(user: "alice", secret: .password("a:b")))
        #expect(try await CredentialStore(paths: [path]).credential(for: "other.example.com") == nil)
    }

    @Test func dockerHubHasItsOldName() async throws {
        let path = try write(#"{"auths":{"https://index.docker.io/v1/":{"auth":"\#(auth("a:b"))"}}}"#)
        #expect(try await CredentialStore(paths: [path]).credential(for: "docker.io")?.user == "a")
    }

    @Test func identityTokenComesBeforeThePassword() async throws {
        let path = try write(#"{"auths":{"r.io":{"auth":"\#(auth("a:"))","identitytoken":"idt"}}}"#)
        let found = try await CredentialStore(paths: [path]).credential(for: "r.io")
        #expect(found?.secret == .identityToken("idt"))
    }

    @Test func earlierFilesComeFirst() async throws {
        let first = try write(#"{"auths":{"a.io":{"auth":"\#(auth("first:1"))"}}}"#, "first.json")
        let second = try write(
            #"{"auths":{"a.io":{"auth":"\#(auth("second:2"))"},"b.io":{"auth":"\#(auth("second:2"))"}}}"#,
            "second.json"
        )
        let store = CredentialStore(paths: [first, "\(directory)/none.json", second])
        #expect(try await store.credential(for: "a.io")?.user == "first")
        #expect(try await store.credential(for: "b.io")?.user == "second")
    }

    @Test func placesComeFromTheEnvironment() {
        let all = ["REGISTRY_AUTH_FILE": "/r.json", "DOCKER_CONFIG": "/d", "HOME": "/h", "XDG_RUNTIME_DIR": "/x"]
        #expect(CredentialStore { all[$0] }.paths == ["/r.json", "/d/config.json", "/x/containers/auth.json"])
        #expect(CredentialStore { ["HOME": "/h"][$0] }.paths == ["/h/.docker/config.json"])
        #expect(CredentialStore { _ in nil }.paths.isEmpty)
    }

    @Test func storedFileIsForItsOwnerAloneAndKeepsTheRest() async throws {
        let path = try write(#"{"auths":{"https://a.io/v1/":{"auth":"\#(auth("old:o"))"}},"detachKeys":"ctrl-z"}"#)
        let store = CredentialStore(paths: [path])
        #expect(try await store.store(Credential(user: "u", secret: .password("p")), for: "a.io") == path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try await store.credential(for: "a.io") == Credential(user: "u", secret: .password("p")))
        let text = try read(path)
        #expect(text.contains("detachKeys"))
        #expect(!text.contains(auth("old:o")))
        #expect(try await store.erase("a.io"))
        #expect(try await store.credential(for: "a.io") == nil)
        #expect(try await !store.erase("a.io"))
        #expect(try read(path).contains("detachKeys"))
    }

    @Test func missingDirectoryIsMade() async throws {
        let path = "\(directory)/docker/config.json"
        _ = try await CredentialStore(paths: [path]).store(Credential(user: "u", secret: .password("p")), for: "a.io")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test(arguments: ["{", "[]", #"{"auths":{"a.io":{"auth":"%%%"}}}"#, #"{"auths":{"a.io":{"auth":"bm9jb2xvbg=="}}}"#])
    func brokenFilesAreNamedAndNotShown(text: String) async throws {
        let path = try write(text)
        let error = await #expect(throws: ClientError.self) {
            try await CredentialStore(paths: [path]).credential(for: "a.io")
        }
        #expect(error?.code == .credentials)
        #expect(error?.message.contains(path) == true)
        #expect(error.map { "\($0)".contains("bm9jb2xvbg") } == false)
    }

    @Test func helpersAreAskedToldAndMadeToForget() async throws {
        let helper = "zoo-test-\(UUID().uuidString)"
        let program = "\(Self.helpers)/docker-credential-\(helper)"
        let kept = "\(directory)/kept"
        let script = """
            #!/bin/sh
            case $1 in
            store) cat > '\(kept)' ;;
            erase) rm -f '\(kept)' ;;
            get) read host
                 if [ "$host" = a.io ] && [ -f '\(kept)' ]; then cat '\(kept)'
                 else echo 'credentials not found in native keychain'; exit 1; fi ;;
            esac
            """
        try Data(script.utf8).write(to: URL(fileURLWithPath: program))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        defer { try? FileManager.default.removeItem(atPath: program) }
        let path = try write(#"{"credHelpers":{"a.io":"\#(helper)"}}"#)
        let store = CredentialStore(paths: [path])
        #expect(try await store.credential(for: "a.io") == nil)
        let credential = Credential(user: "u", secret: .password("p\"q"))
        #expect(try await store.store(credential, for: "a.io") == "docker-credential-\(helper)")
        #expect(try await store.credential(for: "a.io") == credential)
        #expect(try !read(path).contains("auths"))
        #expect(try await store.erase("a.io"))
        #expect(try await store.credential(for: "a.io") == nil)
    }

    @Test(arguments: ["../x", "a b", "a;b", ""])
    func helperNamesAreNames(name: String) async throws {
        let path = try write(#"{"credHelpers":{"a.io":"\#(name)"}}"#)
        let store = CredentialStore(paths: [path])
        if name.isEmpty {
            #expect(try await store.credential(for: "a.io") == nil)
        } else {
            await #expect(throws: ClientError.self) { try await store.credential(for: "a.io") }
        }
    }

    @Test func missingHelperIsNamed() async throws {
        let path = try write(#"{"credsStore":"zoo-no-such-helper"}"#)
        let error = await #expect(throws: ClientError.self) {
            try await CredentialStore(paths: [path]).credential(for: "a.io")
        }
        #expect(error?.message.contains("docker-credential-zoo-no-such-helper") == true)
    }

    @Test func helperThatHangsIsEnded() async throws {
        let helper = "zoo-test-\(UUID().uuidString)"
        let program = "\(Self.helpers)/docker-credential-\(helper)"
        try Data("#!/bin/sh\nexec sleep 60\n".utf8).write(to: URL(fileURLWithPath: program))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        defer { try? FileManager.default.removeItem(atPath: program) }
        let path = try write(#"{"credsStore":"\#(helper)"}"#)
        let error = await #expect(throws: ClientError.self) {
            try await CredentialStore(paths: [path], helperTimeout: .milliseconds(100)).credential(for: "a.io")
        }
        #expect(error?.message.contains("took too long") == true)
    }
}
