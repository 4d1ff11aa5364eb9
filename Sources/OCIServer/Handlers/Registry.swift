import HTTPTypes
import NIOPosix
import OCI

/// The registry behind the HTTP: what handlers share.
struct Registry: Sendable {
    let store: LayoutStore
    let catalog: CatalogReader
    let writer: IndexWriter
    let uploads: UploadTable
    let settings: AccessSettings
    let threads: NIOThreadPool
    /// For manifests on their way in.
    let budget = MemoryBudget(limit: 128 << 20)
    let isReadOnly: Bool
    let acceptsIncomplete: Bool
    let uploadLifetime: Int

    init(_ index: IndexReader, settings: AccessSettings, configuration: RegistryConfiguration) {
        store = index.store
        self.settings = settings
        threads = .singleton
        catalog = CatalogReader(index)
        writer = IndexWriter(store, threads: threads)
        uploads = UploadTable(limit: configuration.uploadLimit)
        isReadOnly = configuration.isReadOnly
        acceptsIncomplete = configuration.acceptsIncomplete
        uploadLifetime = configuration.uploadLifetime
    }

    /// Runs what waits for the disk on a thread that may wait.
    func onDisk<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await threads.runIfActive(body)
    }

    /// Removes uploads that have expired.
    func expireUploads() throws {
        guard !isReadOnly else { return }
        uploads.update(open: try store.expireUploads(after: uploadLifetime).open)
    }

    /// Makes sure that a repository may grow by some bytes.
    ///
    /// - Throws: ``RegistryFault`` 403 over the quota.
    func checkQuota(_ repository: RepositoryName, adding bytes: Int) throws {
        guard let quota = settings.quota(of: repository) else { return }
        let size = try catalog.size(of: repository)
        guard size.addingReportingOverflow(bytes).overflow == false, size + bytes <= quota else {
            throw RegistryFault(
                .forbidden,
                .denied,
                "quota: \(repository) may hold \(quota) bytes and has \(size); \(bytes) more do not fit"
            )
        }
    }
}
