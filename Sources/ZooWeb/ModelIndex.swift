import CCmark
import GRDB
import Hummingbird
import OCIServer
import ZooRegistry

/// What the web page and the search read: a rebuildable index of a store's models.
package struct ModelIndex {}
