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

    /// The secrets from the settings, or from files in the data folder that are made at first use, readable by their owner only.
    static func read(_ settings: Settings) throws -> Secrets {
        Secrets(
            token: try secret(.tokenSecret, file: "token.secret", settings),
            master: try secret(.masterKey, file: "master.key", settings)
        )
    }

    /// RFC 7518 §3.2: as many bytes as the hash has, at least.
    private static let least = 32

    private static func secret(_ setting: Setting, file: String, _ settings: Settings) throws -> [UInt8] {
        if let text = try settings.value(setting) {
            guard text.utf8.count >= least else {
                throw SettingError(
                    "\(setting.name) has \(text.utf8.count) bytes and needs \(least) or more: openssl rand -hex 32 makes one."
                )
            }
            return Array(text.utf8)
        }
        let folder = try settings.dataFolder
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw SettingError("The folder \(folder) can't be made: choose another with --data, or set \(setting.name).")
        }
        let path = "\(folder)/\(file)"
        if access(path, F_OK) != 0 { try make(path, or: setting) }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw SettingError("\(path) can't be read: make it readable, or set \(setting.name).")
        }
        guard text.trimmed.utf8.count >= least else {
            throw SettingError(
                """
                \(path) has \(text.trimmed.utf8.count) bytes and needs \(least) or more: put the right secret into it, or set \
                \(setting.name). Only where nothing was served yet delete it, and another is made.
                """
            )
        }
        return Array(text.trimmed.utf8)
    }

    /// Makes the file whole or not at all, also when another process does the same at this moment: then that one's stays.
    private static func make(_ path: String, or setting: Setting) throws {
        let fresh = (0..<least).map { _ in UInt8.random(in: .min ... .max) }.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let draft = "\(path).\(getpid())"
        defer { unlink(draft) }
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let isWritten =
            descriptor >= 0 && fresh.withCString { write(descriptor, $0, strlen($0)) } == fresh.utf8.count && fsync(descriptor) == 0
        let failure = errno
        if descriptor >= 0 { close(descriptor) }
        guard isWritten, link(draft, path) == 0 || errno == EEXIST else {
            let reason = String(cString: strerror(isWritten ? errno : failure))
            throw SettingError("\(path) can't be made: \(reason). Set \(setting.name), or choose another --data.")
        }
    }
}
