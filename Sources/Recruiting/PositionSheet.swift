/// A table of positions to import, as CSV.
package enum PositionSheet {}
