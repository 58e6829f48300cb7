/// A frame that every viewer of a room gets, once and in order.
package struct OrderedFrame: Sendable {
    /// The frame's position in the event log.
    package let position: Int64
    /// The position of the room's ordered frame before it: what tells a viewer of a gap.
    package let previous: Int64
    /// The whole frame as it travels, header included.
    package let wire: [UInt8]

    package init(position: Int64, previous: Int64, wire: [UInt8]) {
        self.position = position
        self.previous = previous
        self.wire = wire
    }
}
