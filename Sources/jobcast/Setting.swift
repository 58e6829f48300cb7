/// The settings there are, by their names in the environment and in the file.
enum Setting: String, CaseIterable {
    case databaseURL = "DATABASE_URL"
    case data = "JOBCAST_DATA"
    case host = "JOBCAST_HOST"
    case port = "JOBCAST_PORT"
    case tokenSecret = "JOBCAST_TOKEN_SECRET"
    case masterKey = "JOBCAST_MASTER_KEY"
    case connections = "JOBCAST_CONNECTIONS"
    case drain = "JOBCAST_DRAIN"
    case origins = "JOBCAST_ORIGINS"
    case maxViewers = "JOBCAST_MAX_VIEWERS"
    case maxViewersPerAddress = "JOBCAST_MAX_VIEWERS_PER_ADDRESS"
    case trustedProxies = "JOBCAST_TRUSTED_PROXIES"
    case signInIdle = "JOBCAST_SIGN_IN_IDLE"
    case signInLifetime = "JOBCAST_SIGN_IN_LIFETIME"
    case secondFactor = "JOBCAST_SECOND_FACTOR"
    case address = "JOBCAST_ADDRESS"
    case issuer = "JOBCAST_OIDC_ISSUER"
    case clientID = "JOBCAST_OIDC_CLIENT_ID"
    case clientSecret = "JOBCAST_OIDC_CLIENT_SECRET"
    case providerName = "JOBCAST_OIDC_NAME"
    case scopes = "JOBCAST_OIDC_SCOPES"
    case accountClaim = "JOBCAST_OIDC_ACCOUNT"
    case grantRules = "JOBCAST_OIDC_GRANTS"
    case node = "JOBCAST_NODE"
    case logLevel = "JOBCAST_LOG_LEVEL"
    case logFormat = "JOBCAST_LOG_FORMAT"
    case config = "JOBCAST_CONFIG"

    var name: String { rawValue }
    /// The name under which stands the path of a file that holds the value.
    var fileName: String { rawValue + "_FILE" }

    /// Every name under which something is read; the file of settings holds no path of another.
    private static let known = allCases.flatMap { $0 == .config ? [$0.name] : [$0.name, $0.fileName] }

    static func isKnown(_ name: String) -> Bool { known.contains(name) }

    /// The name that was meant; nil when `name` is like none of them, and may be anything, also part of a secret.
    static func nearest(to name: String) -> String? {
        let near = known.map { (known: $0, steps: distance($0, name.uppercased())) }.min { $0.steps < $1.steps }
        return near.flatMap { $0.steps <= 3 ? $0.known : nil }
    }

    /// Letters to add, take away or change until one is the other (Levenshtein).
    private static func distance(_ known: String, _ name: String) -> Int {
        guard name.utf8.count <= 64 else { return .max }
        var row = Array(0...name.utf8.count)
        for (index, letter) in known.utf8.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (place, other) in name.utf8.enumerated() {
                let change = diagonal + (letter == other ? 0 : 1)
                diagonal = row[place + 1]
                row[place + 1] = min(change, row[place] + 1, diagonal + 1)
            }
        }
        return row[name.utf8.count]
    }
}
