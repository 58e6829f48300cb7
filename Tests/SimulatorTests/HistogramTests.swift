import Simulator
import Testing

@Suite struct `A histogram` {
    @Test func `an empty one answers zero`() {
        #expect(Histogram().quantile(0.5) == .zero)
    }

    @Test(arguments: [0.5, 0.9, 0.99, 1.0])
    func `a quantile is at most 3.2 percent above the true one`(part: Double) {
        var histogram = Histogram()
        for value in 1...10_000 { histogram.record(.microseconds(value * 7)) }
        let exact = Int64(part * 10_000) * 7
        let found = histogram.quantile(part).microseconds
        #expect(found >= exact && Double(found) <= Double(exact) * 1.032, "\(found) for \(exact)")
    }

    @Test func `small values are exact`() {
        var histogram = Histogram()
        for value in 0..<32 { histogram.record(.microseconds(value)) }
        #expect(histogram.quantile(0.5) == .microseconds(15))
    }

    @Test func `no quantile exceeds the maximum`() {
        var histogram = Histogram()
        histogram.record(.microseconds(1_000_003))
        #expect(histogram.quantile(0.99) == .microseconds(1_000_003))
    }

    @Test func `negative and endless latencies are counted at the ends`() {
        var histogram = Histogram()
        histogram.record(.microseconds(-5))
        histogram.record(.seconds(1_000_000))
        #expect(histogram.count == 2)
        #expect(histogram.quantile(0.5) == .zero)
    }

    @Test func `adding two is as recording all in one`() {
        var (one, other, both) = (Histogram(), Histogram(), Histogram())
        for value in 1...500 {
            one.record(.microseconds(value))
            other.record(.milliseconds(value))
            both.record(.microseconds(value))
            both.record(.milliseconds(value))
        }
        one.add(other)
        #expect(one == both)
    }

    @Test func `neighbouring streams have no number in common`() {
        let numbers = (0..<UInt64(100)).flatMap { stream in
            var random = SeededRandom(seed: 1, stream: stream)
            return (0..<100).map { _ in random.next() }
        }
        #expect(Set(numbers).count == numbers.count)
    }

    @Test func `the generator follows its seed and stream`() {
        var (one, same, other) = (SeededRandom(seed: 1), SeededRandom(seed: 1), SeededRandom(seed: 1, stream: 1))
        let first = one.next()
        #expect(same.next() == first)
        #expect(other.next() != first)
    }
}
