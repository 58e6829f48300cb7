import Testing

@testable import API

@Suite struct FileRoomTests {
    @Test func `files that are held have the room until nobody holds them`() throws {
        let room = FileRoom(limit: 10)
        var first: FileRoom.Part? = try room.take(6)
        let second = try room.take(4)
        #expect(throws: FileRoom.Full.self) { try room.take(1) }
        first = nil
        #expect(first == nil)
        let third = try room.take(6)
        #expect(throws: FileRoom.Full.self) { try room.take(1) }
        withExtendedLifetime((second, third)) {}
    }

    @Test func `a file that could never fit is refused alone`() throws {
        let room = FileRoom(limit: 10)
        #expect(throws: FileRoom.Full.self) { try room.take(11) }
        withExtendedLifetime(try room.take(10)) {}
    }
}
