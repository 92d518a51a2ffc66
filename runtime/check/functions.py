"""Ignition's ``system`` functions by name: which module, which generation, which scope.

A name that is missing here is no fault of the script: modules of third parties, and of Ignition's
later versions, bring more. Sources: the scripting appendix of the manuals of 7.9, 8.1 and 8.3.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_TABLE: Final = """
alarm acknowledge cancel createRoster getRosters getShelvedPaths listPipelines queryJournal
    queryStatus shelve unshelve
bacnet readRaw synchronizeTime synchronizeTimeUtc writeRaw writeWithPriority
dataset addColumn addRow addRows appendDataset clearDataset dataSetToExcel dataSetToExcelBytes
    dataSetToHTML deleteRow deleteRows exportCSV exportExcel exportHTML filterColumns formatDates
    fromCSV getColumnHeaders setValue sort toCSV toDataSet toExcel toPyDataSet updateRow
date addDays addHours addMillis addMinutes addMonths addSeconds addWeeks addYears daysBetween
    format fromMillis getAMorPM getDate getDayOfMonth getDayOfWeek getDayOfYear getHour12 getHour24
    getMillis getMinute getMonth getQuarter getSecond getTimezone getTimezoneOffset
    getTimezoneRawOffset getYear hoursBetween isAfter isBefore isBetween isDaylightTime midnight
    millisBetween minutesBetween monthsBetween now parse secondsBetween setTime toMillis
    weeksBetween yearsBetween
db addDatasource beginNamedQueryTransaction beginTransaction clearAllNamedQueryCaches
    clearNamedQueryCache closeTransaction commitTransaction createSProcCall dateFormat
    execNonQuery execQuery execSProcCall execScalar execUpdate execUpdateAsync getConnectionInfo
    getConnections refresh removeDatasource rollbackTransaction runDBQuery runNamedQuery
    runPrepQuery runPrepStmt runPrepUpdate runQuery runSFNamedQuery runSFPrepUpdate
    runSFUpdateQuery runScalarPrepQuery runScalarQuery runUpdateQuery setDatasourceConnectURL
    setDatasourceEnabled setDatasourceMaxConnections
device addDevice getDeviceHostname listDevices refreshBrowse removeDevice restart
    setDeviceEnabled setDeviceHostname
dnp3 directOperateAnalog directOperateBinary freezeAnalogs freezeAnalogsAtTime freezeCounters
    freezeCountersAtTime selectOperateAnalog selectOperateBinary
eam getGroups queryAgentHistory queryAgentStatus runTask
file fileExists getTempFile openFile openFiles readFileAsBytes readFileAsString saveFile writeFile
groups loadFromFile removeGroups
gui chooseColor closeDesktop color confirm convertPointToScreen createPopupMenu desktop errorBox
    findWindow getClientId getCurrentDesktop getDesktopHandles getOpenedWindowNames
    getOpenedWindows getParentWindow getQuality getScreenIndex getScreens getSibling
    getSystemFlags getWindow getWindowNames inputBox isTouchscreenModeEnabled messageBox
    openDesktop openDiagnostics passwordBox setScreenIndex setTouchscreenModeEnabled
    showNumericKeypad showTouchscreenKeyboard transform warningBox
math geometricMean kurtosis max mean meanDifference median min mode normalize percentile
    populationVariance product skewness standardDeviation sum sumDifference sumLog sumSquares
    variance
nav centerWindow closeParentWindow closeWindow desktop getCurrentWindow goBack goForward goHome
    openWindow openWindowInstance swapTo swapWindow
net getExternalIpAddress getHostName getIpAddress getRemoteServers httpClient httpDelete httpGet
    httpPost httpPut openURL sendEmail
opc browse browseServer browseSimple getServerState getServers isServerEnabled readValue
    readValues setServerEnabled writeValue writeValues
opchda browse getAggregates getAttributes getServers insert insertReplace isServerAvailable
    readAttributes readProcessed readRaw replace
opcua addConnection callMethod removeConnection
perspective alterDock alterLogging authenticationChallenge closeDock closePage closePopup
    closeSession download getProjectInfo getSessionInfo isAuthorized login logout navigate
    navigateBack navigateForward openDock openPopup print refresh sendMessage setTheme toggleDock
    togglePopup vibrateDevice workstation
print createImage createPrintJob printToImage
project getProjectName getProjectNames requestScan
report executeAndDistribute executeReport getReportNamesAsDataset getReportNamesAsList
roster addUsers createRoster deleteRoster getRosters removeUsers
security getRoles getUserRoles getUsername isScreenLocked lockScreen logout switchUser
    unlockScreen validateUser
serial closeSerialPort configureSerialPort openSerialPort port readBytes readBytesAsString
    readLine readUntil sendBreak write writeBytes
sfc cancelChart getCharts getRunningCharts getVariables pauseChart redundantCheckpoint resumeChart
    setVariable setVariables startChart
tag addTag browse browseConfiguration browseHistoricalTags browseTags browseTagsSimple configure
    copy deleteAnnotations deleteTags editAlarmConfig editTag editTags editTagsAdvanced exists
    exportTags getAlarmStates getConfiguration importTags isOverlaysEnabled loadFromFile move
    query queryAnnotations queryTagCalculations queryTagDensity queryTagHistory read readAll
    readAsync readBlocking removeTag removeTags rename requestGroupExecution setOverlaysEnabled
    storeAnnotations storeTagHistory subscribe unsubscribe write writeAll writeAllSynchronous
    writeAsync writeBlocking writeSynchronous writeToTag
twilio getAccounts getAccountsDataset getActiveCalls getPhoneNumbers getPhoneNumbersDataset
    sendFreeform sendPhoneCall sendSms sendWhatsAppFreeform sendWhatsAppTemplate
user addCompositeSchedule addHoliday addRole addSchedule addUser createScheduleAdjustment
    editHoliday editRole editSchedule editUser getHoliday getHolidayNames getHolidays getNewUser
    getRoles getSchedule getScheduleNames getScheduledUsers getSchedules getUser getUserSources
    getUsers isUserScheduled removeHoliday removeRole removeSchedule removeUser
util audit beep execute exit getAvailableLocales getAvailableTerms getClientId getConnectTimeout
    getConnectionMode getEdition getGatewayAddress getGatewayStatus getGlobals
    getInactivitySeconds getLocale getLogger getModules getProjectName getProperty getReadTimeout
    getSessionInfo getSystemFlags getVersion globals invokeAsynchronous invokeLater jsonDecode
    jsonEncode modifyTranslation playSoundClip queryAuditLog retarget sendMessage sendRequest
    sendRequestAsync setConnectTimeout setConnectionMode setLocale setLoggingLevel setReadTimeout
    threadDump translate
"""

_OPEN: Final = "config dnp eventstream historian iec61850 kafka mongodb secrets secsgem vision"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _read(table: str) -> Mapping[str, frozenset[str]]:
    modules: dict[str, set[str]] = {}
    module = ""
    for line in table.strip().splitlines():
        names = line.split()
        if not line.startswith(" "):
            module, *names = names
        modules.setdefault(module, set()).update(names)
    return MappingProxyType({name: frozenset(found) for name, found in modules.items()})


FUNCTIONS: Final = _read(_TABLE)
"""Module of ``system`` -> its functions, of whatever generation."""

OPEN_MODULES: Final = _words(_OPEN)
"""Modules that exist and whose functions are not listed, so nothing is said about those."""

MODULES: Final = frozenset(FUNCTIONS) | OPEN_MODULES

SINCE_8: Final = _words(
    """
    perspective.* project.* roster.* config.* eventstream.* historian.* iec61850.* kafka.*
    mongodb.* secrets.* vision.* net.httpClient tag.browse tag.configure tag.copy tag.deleteTags
    tag.exportTags tag.getConfiguration tag.importTags tag.move tag.query tag.readAsync
    tag.readBlocking tag.rename tag.requestGroupExecution tag.writeAsync tag.writeBlocking
    util.audit util.getModules util.getVersion util.globals db.execNonQuery db.execQuery
    db.execScalar db.execUpdate db.execUpdateAsync
    """
)
"""What 7.9 does not have, as ``module.function``; ``.*`` is a whole module."""

UNTIL_7_9: Final = _words(
    """
    tag.addTag tag.browseConfiguration tag.editAlarmConfig tag.editTag tag.editTags
    tag.editTagsAdvanced tag.getAlarmStates tag.loadFromFile tag.removeTag tag.removeTags
    tag.subscribe tag.unsubscribe
    """
)
"""What 8.0 took away; ``system.tag.configure`` and ``deleteTags`` took their places."""

CLIENT_ONLY: Final = _words(
    """
    gui.* nav.* print.* vision.* dataset.exportCSV dataset.exportExcel dataset.exportHTML
    db.refresh file.openFile file.openFiles file.saveFile net.openURL security.getRoles
    security.getUsername security.isScreenLocked security.lockScreen security.logout
    security.switchUser security.unlockScreen util.beep util.exit util.getInactivitySeconds
    util.invokeLater util.playSoundClip util.retarget
    """
)
"""What a Vision client (or the Designer) has alone; ``gui.color`` among them runs there too."""

NOT_IN_CLIENT: Final = frozenset(["perspective.*"])
"""What runs on the Gateway, where Perspective sessions live too."""


def listed(module: str, function: str, names: frozenset[str]) -> bool:
    """Whether one of these sets names the function, or its whole module."""
    return f"{module}.{function}" in names or f"{module}.*" in names
