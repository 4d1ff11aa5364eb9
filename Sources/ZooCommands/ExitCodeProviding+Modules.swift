import OCI
import OCIClient
import OCIServer
import Safetensors
import ZooArchive
import ZooFiles
import ZooModel
import ZooRegistry
import ZooTraining
import ZooTraining

extension RegistryError: ExitCodeProviding {}
extension ClientError: ExitCodeProviding {}
extension OCIError: ExitCodeProviding {}
extension ConfigurationFault: ExitCodeProviding {}
extension ListenFault: ExitCodeProviding {}
extension ArchiveError: ExitCodeProviding {}
extension SafetensorsError: ExitCodeProviding {}
extension FileError: ExitCodeProviding {}
extension ZooModelError: ExitCodeProviding {}
extension ZooTrainingError: ExitCodeProviding {}
