import Crypto
import FoundationEssentials
import Glibc

/// The keys of this installation; the same on every node.
struct Secrets {
    /// Signs tokens.
    let token: [UInt8]
    /// Wraps the keys that seal personal data: whoever loses it loses every résumé.
    private let master: [UInt8]

    /// 32 bytes from the master secret, RFC 5869.
    var masterKey: [UInt8] {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: SymmetricKey(data: master), info: Array("jobcast master".utf8), outputByteCount: 32)
            .withUnsafeBytes { Array($0) }
    }

    /// From the settings, or from files in the data folder that are made at first use, readable by their owner only.
    static func read(_ settings: Settings) throws -> Secrets {
        Secrets(
            token: try secret("JOBCAST_TOKEN_SECRET", file: "token.secret", settings),
            master: try secret("JOBCAST_MASTER_KEY", file: "master.key", settings)
        )
    }

    private static func secret(_ name: String, file: String, _ settings: Settings) throws -> [UInt8] {
        if let text = try settings.value(name) {
            guard text.utf8.count >= 32 else {
                throw SettingError(
                    description: "\(name) has \(text.utf8.count) bytes and needs 32 or more: openssl rand -hex 32 makes one."
                )
            }
            return Array(text.utf8)
        }
        let folder = try settings.dataFolder
        let path = "\(folder)/\(file)"
        if let text = try? String(contentsOfFile: path, encoding: .utf8), text.utf8.count >= 32 { return Array(text.utf8) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let fresh = (0..<32).map { _ in UInt8.random(in: .min ... .max) }.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else {
            // Another process was first.
            guard errno == EEXIST, let text = try? String(contentsOfFile: path, encoding: .utf8), text.utf8.count >= 32 else {
                throw SettingError(
                    description: "\(path) can't be made: \(String(cString: strerror(errno))). Set \(name), or choose another --data."
                )
            }
            return Array(text.utf8)
        }
        defer { close(descriptor) }
        _ = fresh.withCString { write(descriptor, $0, strlen($0)) }
        return Array(fresh.utf8)
    }
}
