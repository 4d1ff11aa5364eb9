import HTTPTypes
import OCI
import OCIServer

/// The answers of the pages, with what tells browsers to keep and to trust.
enum Reply {
    private static let safety: HTTPFields = {
        var fields: HTTPFields = [
            .contentSecurityPolicy: "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
                + "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            .xContentTypeOptions: "nosniff",
        ]
        fields[HTTPField.Name("Referrer-Policy")!] = "same-origin"
        return fields
    }()

    static func page(_ html: HTML, _ request: HTTPFields, _ status: HTTPResponse.Status = .ok) -> Page {
        fresh(Array(html.text.utf8), type: "text/html; charset=utf-8", request, status)
    }

    static func json(_ bytes: [UInt8], _ request: HTTPFields) -> Page {
        fresh(bytes, type: "application/json", request, .ok)
    }

    /// Kept by browsers, but asked for again each time: what it says, and who may see it, can change.
    private static func fresh(
        _ bytes: [UInt8],
        type: String,
        _ request: HTTPFields,
        _ status: HTTPResponse.Status
    ) -> Page {
        var headers = safety
        headers[.cacheControl] = "private, no-cache"
        headers[.vary] = "Authorization"
        guard status == .ok else { return Page(status, type: type, headers: headers, bytes: bytes) }
        return tagged("\"\(Digest.of(bytes).hex.prefix(32))\"", bytes, type: type, headers, request)
    }

    static func asset(_ asset: Asset, _ request: HTTPFields, isPinned: Bool) -> Page {
        var headers = safety
        headers[.cacheControl] = isPinned ? "public, max-age=31536000, immutable" : "no-cache"
        return tagged("\"\(asset.digest)\"", asset.bytes, type: asset.type, headers, request)
    }

    /// The bytes, or word that the browser has them.
    private static func tagged(
        _ tag: String,
        _ bytes: [UInt8],
        type: String,
        _ headers: HTTPFields,
        _ request: HTTPFields
    ) -> Page {
        var headers = headers
        headers[.eTag] = tag
        if EntityTag.isKnown(tag, by: request) { return Page(.notModified, type: type, headers: headers, bytes: []) }
        return Page(type: type, headers: headers, bytes: bytes)
    }

    static func message(_ status: HTTPResponse.Status, _ text: String, headers: HTTPFields = [:]) -> Page {
        Page(status, type: "text/plain; charset=utf-8", headers: safety + headers, bytes: Array("\(text)\n".utf8))
    }

    /// Asks for user and password.
    ///
    /// - Parameter isRefused: what was given is wrong.
    static func logIn(isRefused: Bool) -> Page {
        let headers = safety + [.wwwAuthenticate: "Basic realm=\"zoo\", charset=\"UTF-8\"", .cacheControl: "no-store"]
        return Page(
            .unauthorized,
            type: "text/html; charset=utf-8",
            headers: headers,
            bytes: Array(WebPages.logInPage(isRefused: isRefused).text.utf8)
        )
    }

    static func redirect(to path: String) -> Page { message(.seeOther, path, headers: [.location: path]) }
}

extension HTTPFields {
    fileprivate static func + (first: HTTPFields, second: HTTPFields) -> HTTPFields {
        var sum = first
        for field in second { sum[field.name] = field.value }
        return sum
    }
}
