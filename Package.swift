// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let jwt = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
func nio(_ product: String) -> Target.Dependency { .product(name: product, package: "swift-nio") }

let package = Package(
    name: "jobcast",
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    ],
    targets: [
        // Each target imports only what stands above it; the build is run with
        // --explicit-target-dependency-import-check error.
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CQrencode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "HTTPClient", dependencies: ["CCurl"], swiftSettings: settings),
        .target(name: "Tables", dependencies: ["CZip", "CExpat"], swiftSettings: settings),
        .target(name: "Schema", path: "schema", resources: [.copy("migrations")], swiftSettings: settings),
        .target(name: "Postgres", dependencies: ["CLibpq", deque, logging], swiftSettings: settings),
        .target(name: "PostgresCluster", dependencies: ["CLibpq", "Postgres", logging], swiftSettings: settings),
        .target(name: "JSON", swiftSettings: settings),
        .target(name: "EventSourcing", swiftSettings: settings),
        .target(name: "EventStore", dependencies: ["EventSourcing", "Postgres", deque, lifecycle, logging], swiftSettings: settings),
        .target(
            name: "Recruiting",
            dependencies: ["EventSourcing", "JSON", crypto],
            resources: [.embedInCode("Lint/lint.json"), .embedInCode("Values/occupations.csv")],
            swiftSettings: settings
        ),
        .target(
            name: "ReadModels",
            dependencies: ["EventSourcing", "EventStore", "Recruiting", "Postgres", "JSON"],
            swiftSettings: settings
        ),
        .target(
            name: "Access",
            dependencies: ["JSON", "Recruiting", "Postgres", "HTTPClient", crypto, cryptoExtras, jwt],
            swiftSettings: settings
        ),
        .target(name: "Imports", dependencies: ["ReadModels", "Recruiting", "Postgres", "JSON", "Tables"], swiftSettings: settings),
        .target(
            name: "Commands",
            dependencies: ["Access", "EventStore", "EventSourcing", "Recruiting", crypto, logging],
            swiftSettings: settings
        ),
        .target(
            name: "Processes",
            dependencies: [
                "Commands", "Access", "Imports", "ReadModels", "EventStore", "EventSourcing", "Recruiting", "Postgres", lifecycle, logging,
            ],
            swiftSettings: settings
        ),
        .target(name: "Wire", dependencies: ["EventSourcing", "Recruiting"], swiftSettings: settings),
        .target(name: "WebSocket", swiftSettings: settings),
        .target(name: "Fanout", dependencies: ["WebSocket", deque, nio("NIOCore")], swiftSettings: settings),
        .target(name: "Pages", dependencies: ["CZlib", "CQrencode"], resources: [.copy("Static")], swiftSettings: settings),
        .target(
            name: "Live",
            dependencies: [
                "Commands", "Access", "ReadModels", "EventStore", "EventSourcing", "Recruiting", "Postgres", "Fanout", "WebSocket",
                "Wire", "JSON", lifecycle, logging, nio("NIOCore"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "API",
            dependencies: [
                "Live", "Processes", "Commands", "Access", "Imports", "ReadModels", "EventStore", "EventSourcing", "Recruiting", "Postgres",
                "Fanout",
                "Wire", "Pages", "JSON", "Tables", "HTTPClient",
                hummingbird, .product(name: "HummingbirdCore", package: "hummingbird"), crypto, lifecycle, logging, httpTypes,
                nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ],
            resources: [.copy("Contract/openapi")],
            swiftSettings: settings
        ),
        .target(
            name: "Simulator",
            dependencies: [
                "Wire", "Recruiting", "EventSourcing", "JSON", lifecycle,
                nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), nio("NIOWebSocket"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "jobcast",
            dependencies: [
                "API", "Simulator", "Processes", "Commands", "Access", "ReadModels", "EventStore", "EventSourcing", "Recruiting", "Pages",
                "PostgresCluster", "Postgres", "Schema",
                argumentParser, crypto, lifecycle, logging, unixSignals,
            ],
            resources: [.embedInCode("chinese.json")],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "LogBench",
            dependencies: [
                "EventStore", "EventSourcing", "ReadModels", "Recruiting", "PostgresCluster", "Postgres", "Schema", argumentParser, logging,
                unixSignals,
            ],
            path: "Benchmarks/Log",
            swiftSettings: settings
        ),
        .executableTarget(name: "jobcast-fanout-limit", path: "Benchmarks/FanoutLimit"),
        .executableTarget(name: "jobcast-fanout-load", path: "Benchmarks/FanoutLoad"),
        .executableTarget(
            name: "jobcast-bench-fanout",
            dependencies: [
                "API", "Fanout", "WebSocket", argumentParser, logging, nio("NIOCore"), nio("NIOPosix"),
                "jobcast-fanout-limit", "jobcast-fanout-load",
            ],
            path: "Benchmarks/Fanout",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "jobcast-echo",
            dependencies: ["WebSocket", nio("NIOCore"), nio("NIOHTTP1"), nio("NIOPosix"), nio("NIOWebSocket")],
            path: "Tests/conformance/echo",
            swiftSettings: settings
        ),
        .target(
            name: "TestSupport",
            dependencies: ["CLibpq", "Postgres", "PostgresCluster", "Schema", logging],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "PostgresTests",
            dependencies: ["Postgres", "PostgresCluster", "Schema", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PostgresClusterTests",
            dependencies: ["Postgres", "PostgresCluster", "TestSupport", logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EventStoreTests",
            dependencies: ["EventStore", "EventSourcing", "Postgres", "PostgresCluster", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RecruitingTests",
            dependencies: ["Recruiting", "EventSourcing", "TestSupport"],
            exclude: ["events.golden"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ReadModelsTests",
            dependencies: [
                "Processes", "Commands", "ReadModels", "EventStore", "EventSourcing", "Recruiting", "Postgres", "TestSupport", logging,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "LiveTests",
            dependencies: ["Live", "Fanout", "ReadModels", "EventStore", "EventSourcing", "Recruiting", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "APITests",
            dependencies: [
                "API", "Live", "Commands", "Access", "JSON", "WebSocket", "ReadModels", "EventStore", "EventSourcing", "Recruiting",
                "Postgres",
                "PostgresCluster",
                "Schema", "TestSupport", "Fanout", "Pages", "HTTPClient",
                nio("NIOCore"), nio("NIOPosix"), nio("NIOEmbedded"), nio("NIOHTTP1"), lifecycle, logging, httpTypes, jwt,
                crypto, cryptoExtras,
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "HTTPClientTests", dependencies: ["HTTPClient", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "TablesTests", dependencies: ["Tables", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "ImportsTests", dependencies: ["Imports", "Recruiting", "Tables", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "CommandsTests",
            dependencies: ["Commands", "EventSourcing", "Recruiting", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ProcessesTests",
            dependencies: ["Processes", "Commands", "EventStore", "EventSourcing", "Recruiting", "Postgres", "TestSupport", logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CommandLineTests",
            dependencies: ["EventSourcing", "EventStore", "Postgres", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(name: "WebSocketTests", dependencies: ["WebSocket"], swiftSettings: settings),
        .testTarget(
            name: "FanoutTests",
            dependencies: ["Fanout", "WebSocket", "TestSupport", nio("NIOCore"), nio("NIOPosix"), nio("NIOEmbedded")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SimulatorTests",
            dependencies: ["Simulator", "EventSourcing", "Recruiting", "Wire", "Postgres", "TestSupport", nio("NIOCore"), nio("NIOHTTP1")],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
