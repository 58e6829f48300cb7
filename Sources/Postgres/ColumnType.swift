import CLibpq

/// PostgreSQL's built-in types by their fixed object identifiers (src/include/catalog/pg_type.dat).
package enum ColumnType: UInt32, Sendable {
    case bool = 16
    case bytea = 17
    case char = 18
    case name = 19
    case int8 = 20
    case int2 = 21
    case int4 = 23
    case text = 25
    case oid = 26
    case json = 114
    case float4 = 700
    case float8 = 701
    case void = 2278
    case unknown = 705
    case bpchar = 1042
    case varchar = 1043
    case date = 1082
    case timestamp = 1114
    case timestamptz = 1184
    case numeric = 1700
    case uuid = 2950
    case jsonb = 3802

    case boolArray = 1000
    case byteaArray = 1001
    case nameArray = 1003
    case int2Array = 1005
    case int4Array = 1007
    case textArray = 1009
    case varcharArray = 1015
    case int8Array = 1016
    case float8Array = 1022
    case dateArray = 1182
    case timestamptzArray = 1185
    case uuidArray = 2951
    case jsonbArray = 3807
}

/// `type` as a person would name it.
func typeName(_ type: Oid) -> String {
    ColumnType(rawValue: type).map { "\($0)" } ?? "type \(type)"
}
