import FoundationEssentials

/// The JSON text of `value`: names sorted, so that equal values give equal bytes, and slashes left as they are.
package func encoded(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Our own bodies hold neither NaN nor keys that repeat: nothing else makes an encoder throw.
    return [UInt8](try! encoder.encode(value))
}
