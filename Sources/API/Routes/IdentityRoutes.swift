import Access
import Hummingbird
import Recruiting

/// Tells the holder of a token whose it is: what a person is asked before taking one over from a link.
struct IdentityRoutes {
    var routes: [Route] {
        [Route(.get, "/v1/identity") { .json(Holder(try $0.caller)) }]
    }
}

/// The body of `GET /v1/identity`.
private struct Holder: Encodable {
    let subject: String
    let grants: [Grant]
    let expires: Timestamp

    init(_ identity: Identity) {
        subject = identity.subject
        grants = identity.grants
        expires = Timestamp(identity.expires)
    }
}
