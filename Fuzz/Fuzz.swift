// What libFuzzer calls: `Fuzz NAME [flags of libFuzzer] [folders of inputs]` fuzzes a target, and
// `Fuzz NAME --seeds FOLDER` writes the inputs that it begins with.

import Foundation

/// What was asked for on the command line; libFuzzer's calls can carry nothing along.
enum Asked {
    static let arguments = CommandLine.arguments
    static let target = arguments.dropFirst().first.flatMap(Target.init)
}

/// Called once, before anything else. The arguments that are none of libFuzzer's are taken out.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> Int32 {
    guard let target = Asked.target else {
        print("name a target: \(Target.allCases.map(\.rawValue).joined(separator: ", "))")
        exit(2)
    }
    if Asked.arguments.count == 4, Asked.arguments[2] == "--seeds" {
        let folder = URL(fileURLWithPath: Asked.arguments[3])
        for (index, seed) in target.seeds.enumerated() {
            let path = folder.appending(path: "seed-\(index)").path
            guard FileManager.default.createFile(atPath: path, contents: Data(seed)) else {
                print("\(path) cannot be written")
                exit(1)
            }
        }
        exit(0)
    }
    for index in 1..<Int(count.pointee) {
        arguments.pointee[index] = arguments.pointee[index + 1]
    }
    count.pointee -= 1
    // What lasts is made before the first input: libFuzzer measures each.
    target.run([])
    return 0
}

/// Called for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    Asked.target?.run([UInt8](UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}
