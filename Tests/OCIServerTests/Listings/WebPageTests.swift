import Foundation
import OCI
import Testing

/// The web page as a browser without scripts asks for it.
@Suite struct WebPageTests {
    private func text(_ answer: HTTPAnswer) -> String { String(decoding: answer.body, as: UTF8.self) }

    @Test func listsSearchesAndShows() throws {
        let server = try ServedStore()
        try server.pushImage([Array("a".utf8)], to: "team/shop", as: "1.0.0")
        try server.pushImage([Array("b".utf8)], to: "rating", as: "latest")
        let list = try server.request("GET", "/")
        #expect(list.status == 200)
        #expect(text(list).contains("href=\"/models/team/shop\""))
        #expect(text(list).contains("2 models"))
        let found = try server.request("GET", "/?q=rat")
        #expect(text(found).contains("/models/rating"))
        #expect(!text(found).contains("/models/team/shop"))
        let model = try server.request("GET", "/models/team/shop")
        #expect(text(model).contains("<code>skopeo copy docker://127.0.0.1"), "zoo pull would refuse what is no model")
        #expect(text(model).contains("<h2 id=\"history\">History</h2>"))
        let json = try server.request("GET", "/search?q=shop")
        #expect(text(json).contains("\"name\":\"team/shop\""))
        try server.pushImage([Array("c".utf8)], to: "third", as: "latest")
        #expect(text(try server.request("GET", "/")).contains("3 models"))
    }

    @Test func answersHeadAndKnowsWhatIsKnown() throws {
        let server = try ServedStore()
        let page = try server.request("GET", "/")
        let tag = try #require(page["etag"])
        let head = try server.request("HEAD", "/")
        #expect(head.status == 200)
        #expect(head["content-length"] == String(page.body.count))
        #expect(head.body.isEmpty)
        #expect(try server.request("GET", "/", ["If-None-Match": tag]).status == 304)
        #expect(try server.request("GET", "/", ["If-None-Match": "\"other\""]).status == 200)
        try server.pushImage([Array("a".utf8)], to: "shop", as: "1")
        #expect(try server.request("GET", "/", ["If-None-Match": tag]).status == 200)
    }

    @Test func missingPagesAndWrongMethodsSaySo() throws {
        let server = try ServedStore()
        for path in ["/nothing", "/models/none", "/models/../etc", "/models/%2e%2e/x", "/models/", "/assets/other.css"]
        {
            #expect(try server.request("GET", path).status == 404, "\(path)")
        }
        #expect(try server.request("POST", "/", body: []).status == 405)
        try server.pushImage([Array("a".utf8)], to: "shop", as: "1")
        for page in ["999999999999999999999", "100", "0", "x"] {
            #expect(text(try server.request("GET", "/?page=\(page)")).contains("/models/shop"), "\(page)")
        }
        #expect(try server.request("GET", "/?page=-1&q=%22%27%3Cscript%3E").status == 200)
    }

    @Test func trustsNoContent() throws {
        let server = try ServedStore()
        let page = try server.request("GET", "/?q=%3Cscript%3Ealert(1)%3C/script%3E&task=%22%3E%3Cimg%20src=x%3E")
        #expect(!text(page).contains("<script>alert"))
        #expect(!text(page).contains("<img src=x"))
        let policy = try #require(page["content-security-policy"])
        #expect(policy.contains("default-src 'none'"))
        #expect(!policy.contains("unsafe"))
        #expect(!text(page).contains(" style=\""))
        #expect(!text(page).contains(" onclick="))
        for asset in ["/assets/zoo.css", "/assets/zoo.js", "/assets/zoo.svg"] {
            #expect(text(page).contains(asset))
            #expect(try server.request("GET", asset).status == 200)
        }
    }

    @Test func showsOnlyWhatMayBeRead() throws {
        let users = try runProgram("htpasswd", ["-nbBC", "5", "alice", "secret"]).output
        let access = """
            users:
              alice: {read: "**", write: "**"}
            anonymous: {read: "public/**"}

            """
        let server = try ServedStore(
            ["--auth", "%/users", "--access", "%/access"],
            files: ["users": users.trimmingCharacters(in: .whitespacesAndNewlines), "access": access]
        )
        let alice = ["Authorization": "Basic " + Data("alice:secret".utf8).base64EncodedString()]
        try server.pushImage([Array("a".utf8)], to: "secret/plan", as: "1", headers: alice)
        try server.pushImage([Array("b".utf8)], to: "public/shop", as: "1", headers: alice)
        let open = text(try server.request("GET", "/"))
        #expect(open.contains("public/shop"))
        #expect(!open.contains("secret"))
        #expect(open.contains("href=\"/login\""))
        #expect(try server.request("GET", "/models/secret/plan").status == 404)
        #expect(!text(try server.request("GET", "/search?q=plan")).contains("secret"))
        #expect(try server.request("GET", "/login").status == 401)
        #expect(try server.request("GET", "/login", alice).status == 303)
        #expect(text(try server.request("GET", "/models/secret/plan", alice)).contains("secret/plan"))
    }

    @Test func asksForCredentialsWhereNothingIsOpen() throws {
        let users = try runProgram("htpasswd", ["-nbBC", "5", "alice", "secret"]).output
        let server = try ServedStore(
            ["--auth", "%/users"],
            files: ["users": users.trimmingCharacters(in: .whitespacesAndNewlines)]
        )
        let answer = try server.request("GET", "/")
        #expect(answer.status == 401)
        #expect(answer["www-authenticate"]?.contains("Basic") == true)
        #expect(text(answer).contains("<h1>Log in"))
        #expect(try server.request("GET", "/assets/zoo.css").status == 200, "what the page is made with is no secret")
        let search = try server.request("GET", "/search?q=a")
        #expect(search.status == 401 && search.code == "UNAUTHORIZED")
    }

    @Test(arguments: ["Basic " + Data("alice:guess".utf8).base64EncodedString(), "Bearer guess", "Basic ???"])
    func wrongCredentialsAreAskedForAgain(authorization: String) throws {
        let users = try runProgram("htpasswd", ["-nbBC", "5", "alice", "secret"]).output
        let server = try ServedStore(
            ["--auth", "%/users", "--anonymous-read"],
            files: ["users": users.trimmingCharacters(in: .whitespacesAndNewlines)]
        )
        for path in ["/", "/login", "/models/shop"] {
            let answer = try server.request("GET", path, ["Authorization": authorization])
            #expect(answer.status == 401 && answer["www-authenticate"]?.contains("Basic") == true, "\(path): \(answer)")
            #expect(answer["content-type"]?.hasPrefix("text/html") == true, "\(path): \(answer)")
            #expect(text(answer).contains("the password is wrong"), "\(path): \(answer)")
        }
        for path in ["/v2/", "/metrics", "/search?q=a"] {
            let answer = try server.request("GET", path, ["Authorization": authorization])
            #expect(answer.status == 401 && answer.code == "UNAUTHORIZED", "\(path): \(answer)")
        }
    }
}
