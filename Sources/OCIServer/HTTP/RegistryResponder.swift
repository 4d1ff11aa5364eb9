import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTP1
import OCI
import ZooFiles
import ZooJSON

/// Answers every request: who is it, what do they want, may they; then the answer, the log line and the counters.
struct RegistryResponder: HTTPResponder {
    /// Seconds that a client may go on sending what nobody reads.
    private static let lingering = TimeAmount.seconds(5)

    let registry: Registry
    let authenticator: Authenticator
    let pages: RegistryServer.Pages?
    let metrics: Metrics
    let log: LogWriter
    let isEncrypted: Bool
    let patience: Int

    func respond(to request: Request, context: RegistryContext) async throws -> Response {
        metrics.begin()
        let window = Duration.seconds(max(1, patience / 2))
        let body = BodyReader(request, channel: context.channel, window: window)
        var record = Record(request, context, start: .now)
        var answer: Answer
        do {
            answer = try await self.answer(request, context, body, &record)
        } catch {
            let fault = fault(for: error, &record)
            answer = Answer(fault.status, headers: fault.headers, content: .bytes(fault.body))
            answer.headers[.contentType] = "application/json"
            if fault.status == .unauthorized {
                answer.headers[.wwwAuthenticate] = "Basic realm=\"zoo\", charset=\"UTF-8\""
            }
        }
        if record.isRegistry { answer.headers[.dockerVersion] = "registry/2.0" }
        answer.headers[.xContentTypeOptions] = "nosniff"
        await body.drain()
        if !body.isAtEnd { closeSoon(context, &answer) }
        record.status = answer.status.code
        record.received = body.count
        return response(answer, isHead: request.method == .head, context, record)
    }

    private func answer(
        _ request: Request,
        _ context: RegistryContext,
        _ body: BodyReader,
        _ record: inout Record
    ) async throws -> Answer {
        let target = request.head.path ?? "/"
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.first ?? "/"
        if path == "/healthz" {
            record.route = "healthz"
            return try await health()
        }
        record.isRegistry = path == "/v2" || path.hasPrefix("/v2/")
        let isPage = !record.isRegistry && path != "/metrics"
        let caller: Caller
        do {
            caller = try await authenticator.caller(request.headers[.authorization])
        } catch let fault as RegistryFault where fault.status == .unauthorized && isPage && pages != nil {
            // A person reads the answer.
            caller = Caller(name: nil, rights: .none, isRefused: true)
        }
        record.caller = caller.name
        if path == "/metrics" {
            record.route = "metrics"
            return try await metricsPage(caller)
        }
        if isPage {
            record.route = "page"
            if let pages, let answer = try await pages(request, context, caller) { return answer.answer }
            throw RegistryFault(.notFound, .notFound, "there is nothing at this path; the registry is at /v2/")
        }
        let query = try Query(parts.count > 1 ? parts[1] : "", plusIsSpace: false)
        let exchange = Exchange(request: request, context: context, query: query, caller: caller)
        let route: Route
        do {
            route = try Route(path: path, isWriting: request.method == .put)
        } catch {
            // Nobody learns anything before logging in, not even which paths there are.
            if caller.name == nil, caller.rights == .none {
                throw RegistryFault(.unauthorized, .unauthorized, "log in first")
            }
            throw error
        }
        record.route = route.label
        return try await registry.answer(route, exchange, body)
    }

    private func health() async throws -> Answer {
        do {
            _ = try await registry.onDisk { [registry] in try registry.catalog.current() }
        } catch {
            throw RegistryFault(.serviceUnavailable, .unknown, "the store cannot be read")
        }
        return Answer(.ok, headers: [.contentType: "text/plain"], content: .bytes(Array("ok\n".utf8)))
    }

    private func metricsPage(_ caller: Caller) async throws -> Answer {
        if caller.name == nil, registry.settings.hasLogins {
            throw RegistryFault(.unauthorized, .unauthorized, "log in to read the metrics")
        }
        let catalog = try await registry.onDisk { [registry] in try registry.catalog.current() }
        let text = metrics.text(
            uploads: registry.uploads.count,
            repositories: catalog.names.count,
            tags: catalog.tagCount
        )
        return Answer(
            .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            content: .bytes(Array(text.utf8))
        )
    }

    /// What the client is told of an error; what only the operator should know goes to the log.
    private func fault(for error: any Error, _ record: inout Record) -> RegistryFault {
        if let fault = error as? RegistryFault {
            record.error = fault.reason
            return fault
        }
        if error is HTTPParserError || error is ChannelError || error is IOError || error is CancellationError {
            record.error = "the connection broke off"
            return RegistryFault(.badRequest, .sizeInvalid, "the body broke off")
        }
        record.error = "\(error)"
        if let error = error as? FileError, error.isOutOfSpace {
            return RegistryFault(
                HTTPResponse.Status(code: 507),
                .denied,
                "the server has no space left; nothing was changed"
            )
        }
        if let error = error as? OCIError, error.code == .contended {
            return RegistryFault(.serviceUnavailable, .tooManyRequests, "the store is busy; try again")
        }
        return RegistryFault(.internalServerError, .unknown, "the server failed; its log says why")
    }

    /// Ends the connection after the answer: the rest of a body that nobody reads is not worth the wait.
    private func closeSoon(_ context: RegistryContext, _ answer: inout Answer) {
        answer.headers[.connection] = "close"
        let channel = context.channel
        channel.eventLoop.scheduleTask(in: Self.lingering) { channel.close(promise: nil) }
    }

    private func response(
        _ answer: Answer,
        isHead: Bool,
        _ context: RegistryContext,
        _ record: Record
    ) -> Response {
        switch answer.content {
        case .none:
            finish(record, sent: 0)
            return Response(status: answer.status, headers: answer.headers)
        case .bytes(let bytes):
            finish(record, sent: isHead ? 0 : bytes.count)
            if isHead {
                var headers = answer.headers
                headers[.contentLength] = String(bytes.count)
                return Response(status: answer.status, headers: headers)
            }
            return Response(
                status: answer.status,
                headers: answer.headers,
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
            )
        case .file(let file, let range):
            let sender = FileSender(
                file: file,
                range: range,
                channel: context.channel,
                isEncrypted: isEncrypted,
                threads: registry.threads,
                patience: .seconds(Int64(patience))
            )
            let body = ResponseBody(contentLength: range.count) { writer in
                do {
                    try await sender.send(to: &writer)
                    try await writer.finish(nil)
                    finish(record, sent: range.count)
                } catch {
                    var record = record
                    record.error = "the client went away"
                    finish(record, sent: 0)
                    throw error
                }
            }
            return Response(status: answer.status, headers: answer.headers, body: body)
        }
    }

    private func finish(_ record: Record, sent: Int) {
        let elapsed = (ContinuousClock.now - record.start).components
        let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
        metrics.end(
            method: record.method,
            route: record.route,
            status: record.status,
            seconds: seconds,
            received: record.received,
            sent: sent
        )
        var members: [String: JSONValue] = [
            "method": .string(record.method), "path": .string(record.path), "peer": .string(record.peer),
            "status": .number(String(record.status)), "received": .number(String(record.received)),
            "sent": .number(String(sent)), "milliseconds": .number(String(Int(seconds * 1000))),
        ]
        if let caller = record.caller { members["user"] = .string(caller) }
        if let error = record.error { members["error"] = .string(error) }
        log.write(members)
    }

    /// What the log says of a request; never a query or a credential.
    private struct Record {
        let start: ContinuousClock.Instant
        let method: String
        let path: String
        let peer: String
        var route = "none"
        var isRegistry = false
        var caller: String?
        var status = 0
        var received = 0
        var error: String?

        init(_ request: Request, _ context: RegistryContext, start: ContinuousClock.Instant) {
            self.start = start
            method = String(request.method.rawValue.prefix(16))
            path = String((request.head.path ?? "").prefix { $0 != "?" }.prefix(512))
            peer = context.peer
        }
    }
}
