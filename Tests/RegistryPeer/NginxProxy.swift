import Foundation
import TestSupport

/// An nginx of a test's own that speaks TLS and shows a registry on this machine under prefixes: `hub/NAME` outside is
/// `NAME` inside, and all of the API is under `/registry/` too.
package final class NginxProxy {
    /// nginx tells the registry that there is a proxy, and no more.
    package static let forwarded = "proxy_set_header X-Forwarded-For $remote_addr;"
    /// nginx tells the registry what the client asked for.
    package static let original = "proxy_set_header X-Original-URI $request_uri;"

    /// "127.0.0.1:PORT", to be spoken to by TLS.
    package let host: String
    /// The PEM file of the certificate, which says `localhost` and `127.0.0.1`.
    package let certificate: String
    private let process = Process()

    /// Starts one whose files lie in `directory`, in front of the registry at `upstream`.
    ///
    /// - Parameter headers: lines for its `location` blocks.
    package init(directory: String, upstream: String, headers: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        certificate = "\(directory)/chain.pem"
        let key = "\(directory)/key.pem"
        try Self.makeCertificate(certificate, key: key)
        let port = try LoopbackPort.free()
        host = "127.0.0.1:\(port)"
        let blocks = [("/v2/hub/", "/v2/"), ("/registry/", "/")].map { prefix, target in
            "location \(prefix) { proxy_pass http://\(upstream)\(target); \(headers) }"
        }
        let configuration = """
            daemon off; pid \(directory)/nginx.pid; error_log \(directory)/nginx.log;
            events {}
            http {
                access_log off; client_max_body_size 0; proxy_request_buffering off; proxy_http_version 1.1;
                client_body_temp_path \(directory)/body; proxy_temp_path \(directory)/proxy;
                fastcgi_temp_path \(directory)/f; uwsgi_temp_path \(directory)/u; scgi_temp_path \(directory)/s;
                server {
                    listen \(host) ssl;
                    ssl_certificate \(certificate); ssl_certificate_key \(key);
                    location = /v2/ { proxy_pass http://\(upstream)/v2/; }
                    \(blocks.joined(separator: "\n"))
                }
            }

            """
        let file = "\(directory)/nginx.conf"
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: file))
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["PATH=\(Self.path)", "nginx", "-c", file, "-p", directory]
        process.standardError = FileHandle.nullDevice
        try process.run()
        if LoopbackPort.opens(port, by: process) { return }
        let log = (try? String(contentsOfFile: "\(directory)/nginx.log", encoding: .utf8)) ?? ""
        throw Failure(description: "nginx does not start: scripts/bootstrap test installs it\n\(log)")
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
    }

    /// The program is missing or does not start.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Makes a certificate for this machine and its private key.
    package static func makeCertificate(_ certificate: String, key: String) throws {
        try Program.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "-keyout", key, "-out", certificate,
            ]
        )
    }

    /// Debian has nginx where only root looks.
    private static var path: String { "\(ProcessInfo.processInfo.environment["PATH"] ?? ""):/usr/sbin" }
}
