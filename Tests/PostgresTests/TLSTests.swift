import FoundationEssentials
import Glibc
import Postgres
import PostgresCluster
import TestSupport
import Testing

/// libpq does the work; this shows that settings given by URL reach it and that a wrong server is refused.
@Suite struct `Over TCP with sslmode=verify-full` {
    @Test func `a server with the right certificate is accepted, others are refused`() async throws {
        let port = try freePort()
        let access = ["hostssl all all 127.0.0.1/32 trust"]
        try await withCluster([("listen_addresses", "127.0.0.1"), ("port", "\(port)")], access: access) { cluster in
            let folder = "\(cluster.server.data)/tls"
            try cluster.server.makeCertificates(in: folder)
            try await secure(cluster, folder)
            let right = "sslmode=verify-full&sslrootcert=\(folder)/ca.crt"
            let inUse = try await encryption("localhost", port, right)
            #expect(inUse == true)
            try await refusal("127.0.0.1", port, right, "does not match host name")
            try await refusal("localhost", port, "sslmode=verify-full&sslrootcert=\(folder)/other.crt", "certificate verify failed")
            try await refusal("localhost", port, "sslmode=verify-full&sslrootcert=\(folder)/none.crt", "does not exist")
            try await refusal("localhost", port, "sslmode=disable", "no encryption")
        }
    }

    private func secure(_ cluster: TestCluster, _ folder: String) async throws {
        let files = [("ssl", "on"), ("ssl_cert_file", "\(folder)/server.crt"), ("ssl_key_file", "\(folder)/server.key")]
        let pool = PostgresPool(
            ConnectionSettings(url: cluster.settings().url + " port=\(try port(of: cluster))"),
            maximum: 1,
            logger: .quiet
        )
        try await pool.connection { db in
            for (name, value) in files { try db.execute("ALTER SYSTEM SET \(name) = '\(value)'") }
        }
        await pool.close()
        try await cluster.restart()
    }

    private func port(of cluster: TestCluster) throws -> String {
        let text = try String(contentsOfFile: "\(cluster.server.data)/postmaster.pid", encoding: .utf8)
        return String(text.split(separator: "\n", omittingEmptySubsequences: false)[3])
    }

    private func encryption(_ host: String, _ port: UInt16, _ options: String) async throws -> Bool {
        let settings = ConnectionSettings(url: "postgresql://jobcast@\(host):\(port)/postgres?\(options)")
        let pool = PostgresPool(settings, maximum: 1, logger: .quiet)
        do {
            let rows = try await pool.connection { try $0.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") }
            await pool.close()
            return try rows[0].decode(0)
        } catch {
            await pool.close()
            throw error
        }
    }

    private func refusal(_ host: String, _ port: UInt16, _ options: String, _ reason: String) async throws {
        let failure = await #expect(throws: PostgresError.self) { try await encryption(host, port, options) }
        let text = "\(try #require(failure))"
        #expect(text.contains(reason))
    }
}

extension PostgresServer {
    /// A certificate for `localhost` by an authority of its own, and another authority that has nothing to do with it.
    fileprivate func makeCertificates(in folder: String) throws {
        try account.makePrivate(folder)
        let authority = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        let steps = [
            authority + ["-subj", "/CN=Test authority", "-keyout", "\(folder)/ca.key", "-out", "\(folder)/ca.crt"],
            authority + ["-subj", "/CN=Other authority", "-keyout", "\(folder)/other.key", "-out", "\(folder)/other.crt"],
            authority + [
                "-CA", "\(folder)/ca.crt", "-CAkey", "\(folder)/ca.key", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost",
                "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", "\(folder)/server.key", "-out", "\(folder)/server.crt",
            ],
        ]
        for step in steps {
            let answer = try account.run(step)
            try #require(answer.status == 0, "\(answer.output)")
        }
    }
}

/// A TCP port that nothing listens to at the moment.
private func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
        }
    }
    try #require(bound)
    return UInt16(bigEndian: address.sin_port)
}
