import Foundation
import ModelSamples
import RegistryPeer
import Testing

/// Several people sign one model at the same time, at a registry without the referrers API.
struct ConcurrentSignersTests {
    @Test func everySignatureIsListed() throws {
        let store = ToyStore()
        let docker = try DockerRegistry(directory: "\(store.models.root)/docker")
        let port = docker.host.dropFirst("127.0.0.1:".count)
        let signers = 6
        try store.models.makeModel("shop")
        try store.zoo(home: "first")("publish shop shop:1").check()
        try store.zoo(home: "first")("push shop:1 \(docker.host)").check()
        for signer in 0..<signers {
            let zoo = store.zoo(home: "home\(signer)")
            try zoo("publish shop shop:1").check()
            try zoo("keygen key\(signer)").check()
            try zoo("sign shop:1 --key key\(signer)").check()
        }
        let pushes = try (0..<signers).map { signer in
            // Under two names of the registry, so that not every pair of them takes turns by the machine's lock.
            let host = signer % 2 == 0 ? docker.host : "localhost:\(port)"
            return try store.zoo(home: "home\(signer)").start(["push", "shop:1", host])
        }
        for push in pushes { try push.finish().check() }

        let reader = store.zoo(home: "reader")
        try reader("pull \(docker.host)/shop:1").check()
        for signer in 0..<signers { try reader("verify shop:1 --key key\(signer).pub").check() }
    }
}
