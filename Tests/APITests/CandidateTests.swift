import EventSourcing
import FoundationEssentials
import JSON
import Postgres
import Recruiting
import TestSupport
import Testing

@testable import API
@testable import Access

/// Who somebody is that applies: by the device, and by a telephone number that was confirmed or that staff entered.
@Suite(.timeLimit(.minutes(5))) struct CandidateTests {
    private static let number = "19900001234"
    private static let master = Array(repeating: UInt8(7), count: 32)
    private static let phone = Identity(subject: "a phone", grants: [.viewer], expires: .distantFuture)
    private static let tablet = Identity(subject: "a tablet", grants: [.viewer], expires: .distantFuture)

    @Test func `a candidate is called at random, otherwise in every database, by device and by number`() async throws {
        func people() async throws -> [CandidateID] {
            try await withDatabase { pool, _ in
                let candidates = Candidates(pool: pool, master: Self.master)
                let number = try PhoneNumber(Self.number)
                return try await candidates.applying(Self.phone) + candidates.applying(Self.tablet) + [candidates.candidate(of: number)]
            }
        }
        let all = try await people() + people()
        #expect(Set(all).count == 6)
        for person in all { #expect(person.description.dropFirst(14).first == "4", "a version 4 UUID, not a digest") }
    }

    @Test func `who only watches is nobody, and leaves no row`() async throws {
        try await withServer { server in
            let token = try await server.token(.viewer, Self.phone.subject)
            #expect(try await server.get("/v1/submissions", as: token).text == "{\"items\":[]}")
            let nothing = "/v1/submissions/7f9f3c52-0000-4000-8000-000000000000"
            #expect(try await server.get(nothing, as: token).status == 404)
            #expect(try await server.post("\(nothing)/withdrawal", as: token).status == 404)
            #expect(try await Self.rows(server.pool).isEmpty)
        }
    }

    @Test func `many devices that confirm one number at once are one person`() async throws {
        try await withDatabase(maximum: 16) { pool, _ in
            let candidates = Candidates(pool: pool, master: Self.master)
            let number = try PhoneNumber(Self.number)
            let people = try await withThrowingTaskGroup(of: CandidateID.self, returning: [CandidateID].self) { tasks in
                for device in 0..<40 {
                    let holder = Identity(subject: "device \(device % 20)", grants: [.viewer], expires: .distantFuture)
                    tasks.addTask { try await candidates.confirm(number, of: holder) }
                    tasks.addTask { try await candidates.candidate(of: number) }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(people.count == 80 && Set(people).count == 1)
            #expect(try await Self.rows(pool).count == 21)
        }
    }

    @Test func `one device that applies many times at once is one person`() async throws {
        try await withDatabase(maximum: 16) { pool, _ in
            let candidates = Candidates(pool: pool, master: Self.master)
            let people = try await withThrowingTaskGroup(of: [CandidateID].self, returning: [[CandidateID]].self) { tasks in
                for _ in 0..<40 { tasks.addTask { try await candidates.applying(Self.phone) } }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(people.count == 40 && Set(people).count == 1)
        }
    }

    @Test func `a number is one person however it is written, and another number is another`() async throws {
        try await withDatabase { pool, _ in
            let candidates = Candidates(pool: pool, master: Self.master)
            let forms = ["19900001234", "+86 199 0000 1234", "0086-19900001234", "86 19900001234", "１９９００００１２３４", "(199) 0000.1234"]
            var people: Set<CandidateID> = []
            for form in forms { people.insert(try await candidates.candidate(of: PhoneNumber(form))) }
            #expect(people.count == 1)
            people.insert(try await candidates.candidate(of: PhoneNumber("19900001235")))
            people.insert(try await candidates.candidate(of: PhoneNumber("+1 990 000 1234")))
            #expect(people.count == 3)
        }
    }

    @Test func `a number stands nowhere in clear or as a plain digest, and is nobody under another master key`() async throws {
        try await withDatabase { pool, _ in
            let number = try PhoneNumber(Self.number)
            try await Candidates(pool: pool, master: Self.master).confirm(number, of: Self.phone)
            let mine = try await Self.rows(pool)
            let other = Candidates(pool: pool, master: Array(repeating: 8, count: 32))
            #expect(try await other.candidates(of: Self.phone).isEmpty)
            try await other.confirm(number, of: Self.phone)
            #expect(try await Self.rows(pool).count == 4 && mine.count == 2)
            let plain = try await pool.connection { db in
                try db.query(
                    """
                    SELECT count(*) FROM candidate_identities AS c, unnest(ARRAY['19900001234', '+8619900001234', 'a phone']) AS clear,
                        unnest(ARRAY['', 'number|', 'holder|']) AS kind
                    WHERE c::text LIKE '%' || clear || '%' OR position(clear::bytea IN digest) > 0
                        OR digest = sha256((kind || clear)::bytea)
                    """
                )[0].decode(0, as: Int.self)
            }
            #expect(plain == 0)
        }
    }

    @Test func `a device that confirms one number after the other is all of them, new ones go under the last`() async throws {
        try await withDatabase { pool, _ in
            let candidates = Candidates(pool: pool, master: Self.master)
            let own = try await candidates.applying(Self.phone)[0]
            let first = try await candidates.confirm(PhoneNumber(Self.number), of: Self.phone)
            let second = try await candidates.confirm(PhoneNumber("19900009999"), of: Self.phone)
            #expect(try await candidates.applying(Self.phone) == [own, first, second])
            #expect(try await candidates.confirm(PhoneNumber(Self.number), of: Self.phone) == first)
            #expect(try await candidates.candidates(of: Self.phone) == [own, second, first])
        }
    }

    /// The digests that stand in the table.
    private static func rows(_ pool: PostgresPool) async throws -> Set<[UInt8]> {
        try await pool.connection { db in
            Set(try db.query("SELECT digest FROM candidate_identities").map { try $0.decode(0, as: [UInt8].self) })
        }
    }
}
