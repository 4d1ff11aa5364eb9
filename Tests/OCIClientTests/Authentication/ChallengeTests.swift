import OCIClient
import Testing

@Suite struct ChallengeTests {
    @Test func bearerWithQuotedParameters() {
        let text =
            #"Bearer realm="https://auth.example.com/token",service="reg.example.com",scope="repository:a/b:pull,push""#
        let challenges = Challenge.parse([text])
        #expect(challenges.map(\.scheme) == ["bearer"])
        #expect(challenges[0].parameters["realm"] == "https://auth.example.com/token")
        #expect(challenges[0].parameters["service"] == "reg.example.com")
        #expect(challenges[0].parameters["scope"] == "repository:a/b:pull,push")
    }

    @Test func severalInOneValueAndInSeveral() {
        let parsed = Challenge.parse([#"Basic realm="a, b", Bearer realm="r",service=s"#, "Negotiate"])
        #expect(parsed.map(\.scheme) == ["basic", "bearer", "negotiate"])
        #expect(parsed[0].parameters == ["realm": "a, b"])
        #expect(parsed[1].parameters == ["realm": "r", "service": "s"])
    }

    @Test func unquotedValuesMayHoldWhatTokensMayNot() {
        let parsed = Challenge.parse(["Bearer realm=https://a/token?x=1,service=reg:5000, scope=repository:a:pull"])
        #expect(parsed[0].parameters["realm"] == "https://a/token?x=1")
        #expect(parsed[0].parameters["service"] == "reg:5000")
        #expect(parsed[0].parameters["scope"] == "repository:a:pull")
    }

    @Test func caseAndSpaceDoNotMatter() {
        let parsed = Challenge.parse(["  BEARER   Realm = \"r\" , SERVICE = \"s\""])
        #expect(parsed == [Challenge(scheme: "bearer", parameters: ["realm": "r", "service": "s"])])
    }

    @Test func firstOfRepeatedParametersCounts() {
        #expect(Challenge.parse(["Bearer realm=\"a\",realm=\"b\""])[0].parameters["realm"] == "a")
    }

    @Test func escapesInsideQuotes() {
        #expect(Challenge.parse([#"Basic realm="a\"b\\c""#])[0].parameters["realm"] == #"a"b\c"#)
    }

    @Test(arguments: ["", ",,,", "=", "\"", "Bearer realm=\"unclosed", "Basic realm", "@@@ \u{1F600}", "a=b"])
    func nonsenseIsSurvived(text: String) {
        for challenge in Challenge.parse([text]) { #expect(!challenge.scheme.isEmpty) }
    }
}
