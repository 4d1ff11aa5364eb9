package import HTTPTypes

/// What a client says that it has (`If-None-Match`; RFC 9110, section 13.1.2).
package enum EntityTag {
    /// Whether a request's headers say that the client has what a tag stands for.
    package static func isKnown(_ tag: String, by request: HTTPFields) -> Bool {
        guard let known = request[.ifNoneMatch] else { return false }
        return known.split(separator: ",").contains {
            let text = $0.drop { $0 == " " }.prefix { $0 != " " }
            return text == "*" || text == tag || text == "W/\(tag)"
        }
    }
}
