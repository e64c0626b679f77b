import { fixed, secretFile, type Family } from './escape.ts'

/** Tell of the server, the session or the user. */
const environment =
  'hostName() hostname() FQDN() fullHostName() version() revision() buildId() uptime() timezone() timeZone() serverTimezone() serverUUID() ' +
  'displayName() tcpPort() currentUser() user() current_user() session_user() authenticatedUser() currentDatabase() DATABASE() SCHEMA() ' +
  'currentSchemas(true) currentRoles() enabledRoles() defaultRoles() currentProfiles() currentQueryID() initialQueryID() queryID() ' +
  "connectionId() transactionID() shardNum() shardCount() getOSKernelVersion() tid() blockNumber() getSetting('max_threads') " +
  "getServerSetting('path') getMergeTreeSetting('index_granularity') getMacro('x') getServerPort('tcp_port') " +
  "getClientHTTPHeader('authorization') globalVariable('max_allowed_packet') filesystemAvailable() filesystemCapacity() " +
  "filesystemUnreserved() showCertificate() zookeeperSessionUptime() hasThreadFuzzer() getMaxTableNameLengthForDatabase('gold')"

/** Read dictionaries, tables or models; run or wait; or take a function by its name. */
const others =
  "dictGet('d','a',1) dictHas('d',1) dictGetString('d','a',1) joinGet('gold.hourly_summary_state','district',1) " +
  "hasColumnInTable('system','one','dummy') hasColumnInTable('system','tables','name') catboostEvaluate('/etc/passwd',1) evalMLMethod(1,2) " +
  "naiveBayesClassifier('m','x') regionToName(1) sleep(0.1) sleepEachRow(0.1) throwIf(0) logTrace('x') addressToLine(1) addressToSymbol(1) " +
  "demangle('x') aiGenerate('x','y') AIClassify('a','b') AITranslate('a','b') arrayReduce('sum',[1]) arrayReduceInRanges('sum',[(1,1)],[1]) " +
  "initializeAggregation('sum',1) finalizeAggregation(1) runningAccumulate(1) formatRow('CSV',1) formatRowNoNewline('CSV',1) " +
  "formatQuery('SELECT 1') normalizeQuery('SELECT 1') tokenizeQuery('SELECT 1') fuzzQuery('SELECT 1') obfuscateQuery('SELECT 1') " +
  "chdb('SELECT 1') encrypt('aes-128-ecb','x','0123456789abcdef') decrypt('aes-128-ecb','x','0123456789abcdef') " +
  "HMAC('sha256','a','b') printf('%9999999999d',1) defaultValueOfTypeName('String') getTypeSerializationStreams(1) dumpColumnStructure(1) " +
  "generateRandomStructure(1) structureToProtobufSchema('a String','M') generateSerialID('x') neighbor(1,1) partitionID(1) " +
  "errorCodeToName(1) isMergeTreePartCoveredBy('a','b') mergeTreePartInfo('all_1_1_0') timeSeriesIdToTags(1) __getScalar('x') " +
  "__actionName('a','b') __scalarSubqueryResult(1) indexHint(1) getSubcolumn((1,2),'1') variantElement(1,'String') " +
  "firstSignificantSubdomainCustom('a.b','l') lowCardinalityKeys(toLowCardinality('a')) byteSize(1) blockSize()"

const calls = (text: string) => text.split(/ (?=[A-Za-z_]\w*\()/)

/** Nothing can end them on long values. */
const unending = [
  'levenshteinDistance(a, b)',
  'levenshteinDistanceUTF8(a, b)',
  'editDistance(a, b)',
  'editDistanceUTF8(a, b)',
  'damerauLevenshteinDistance(a, b)',
  'jaroSimilarity(a, b)',
  'jaroWinklerSimilarity(a, b)',
  'positionCaseInsensitiveUTF8(a, b)',
  'countSubstringsCaseInsensitiveUTF8(a, b)',
  'multiSearchAnyCaseInsensitiveUTF8(a, [b])',
  'a ILIKE b',
  'a NOT ILIKE b',
  'arrayFold((x, y) -> x + y, range(1000000), toUInt64(0))',
  'seriesDecomposeSTL(range(1000000), 24)',
  "(SELECT kolmogorovSmirnovTest('two-sided', 'exact')(toFloat64(number), number % 2) FROM numbers(100000))",
  "hasAll(splitByChar('a', a), splitByChar('b', b))",
  "hasAny(splitByChar('a', a), splitByChar('b', b))",
  'arrayLevenshteinDistance([a], [b])',
]

export const functionFamilies: readonly Family[] = [
  {
    name: 'functions that tell of the server or the session',
    secondWall: 'they need no grant',
    escapes: calls(environment).map(call => fixed(call, `SELECT ${call}`)),
  },
  {
    name: 'functions that read, run, wait or name another',
    secondWall: 'most need no grant',
    escapes: calls(others).map(call => fixed(call, `SELECT ${call}`)),
  },
  {
    name: 'functions called otherwise',
    secondWall: 'they need no grant',
    escapes: [
      fixed('@@version', 'SELECT @@version'),
      fixed('CURRENT_USER without brackets', 'SELECT CURRENT_USER'),
      fixed('a function’s name as a column', 'SELECT version'),
      fixed('a function’s name as an argument', 'SELECT arrayMap(hostName, [1])'),
      fixed('a function’s name by WITH', 'WITH version AS upper SELECT upper()'),
      fixed('in other letter case', 'SELECT HOSTNAME()'),
      fixed('in an unused column', 'SELECT a FROM (SELECT 1 AS a, hostName() AS b)'),
      fixed('in a default of a lambda', 'SELECT arrayMap(x -> hostName(), [1])'),
      fixed('in FILTER', "SELECT count() FILTER (WHERE hostName() != '') FROM gold.hourly_summary"),
      fixed('under APPLY', 'SELECT * APPLY(x -> hostName()) FROM gold.hourly_summary'),
      fixed('APPLY by name', 'SELECT * APPLY(toString) FROM gold.hourly_summary'),
      fixed('COLUMNS … APPLY', "SELECT COLUMNS('readings') APPLY(max) FROM gold.hourly_summary"),
      fixed(
        'APPLY with parameters',
        "SELECT COLUMNS('readings') APPLY(quantile(0.9)) FROM gold.hourly_summary",
      ),
    ],
  },
  {
    name: 'functions that nothing can end',
    secondWall: 'they need no grant; a reader that does not end is killed',
    escapes: unending.map(call =>
      fixed(
        call,
        `SELECT ignore(${call}) FROM (SELECT materialize(repeat('ab', 15000)) AS a, materialize(repeat('ba', 15000)) AS b)`,
      ),
    ),
  },
  {
    name: 'columns of the engine',
    secondWall: 'whoever may read a table may read them',
    escapes: [
      ...[
        '_part',
        '_part_index',
        '_part_uuid',
        '_partition_id',
        '_partition_value',
        '_sample_factor',
        '_part_offset',
        '_row_exists',
        '_block_number',
        '_disk_name',
        '_table',
        '_database',
      ].map(column => fixed(column, `SELECT ${column} FROM silver.readings LIMIT 1`)),
      fixed('with its table', 'SELECT r._part FROM silver.readings AS r LIMIT 1'),
      fixed('with table and database', 'SELECT silver.readings._part FROM silver.readings LIMIT 1'),
      fixed('quoted', 'SELECT `_part` FROM silver.readings LIMIT 1'),
      fixed('in WHERE', "SELECT count() FROM silver.readings WHERE _part LIKE 'all%'"),
      fixed('in COLUMNS', 'SELECT COLUMNS(_part) FROM silver.readings LIMIT 1'),
      fixed('of a file', 'SELECT _path FROM bronze.lines LIMIT 1'),
      fixed('in GROUP BY', 'SELECT count() FROM silver.readings GROUP BY _partition_id'),
      fixed('in a subquery', 'SELECT p FROM (SELECT _part AS p FROM silver.readings) LIMIT 1'),
    ],
  },
  {
    name: 'values that are read unchecked',
    secondWall: 'they need no grant',
    escapes: [
      fixed(
        'bytes taken for a state',
        "SELECT CAST(unhex('00ff'), 'AggregateFunction(groupBitmap, UInt32)')",
      ),
      fixed(
        'a type put together',
        "SELECT CAST(unhex('00ff'), concat('Aggregate', 'Function(groupBitmap, UInt32)'))",
      ),
      fixed('a type put together with ::', "SELECT unhex('00ff')::AggregateFunction(groupBitmap, UInt32)"),
      fixed(
        'a type with an escape',
        "SELECT CAST(unhex('00ff'), 'Aggregate\\x46unction(groupBitmap, UInt32)')",
      ),
      fixed(
        'a type behind an alias',
        "SELECT accurateCast(unhex('0103616263'), '/* (alias */ AggregateFunction(groupArray, String)' AS a)",
      ),
      fixed('a type from JSON', "SELECT JSONExtract('{}', concat('Aggregate', 'Function(sum, UInt8)'))"),
      fixed(
        'a type in reinterpret',
        "SELECT reinterpret(unhex('00ff'), 'AggregateFunction(groupBitmap, UInt32)')",
      ),
      fixed('a type in a parameter', 'SELECT {x:AggregateFunction(sum, UInt8)}'),
      fixed('a state', 'SELECT sumState(readings) FROM gold.hourly_summary'),
      fixed('a state of a state', 'SELECT sumMergeState(readings) FROM gold.hourly_summary'),
      {
        what: 'a default of a type',
        sql: p =>
          `SELECT CAST('{}', 'Tuple(a String DEFAULT file(${secretFile(p).replaceAll("'", "\\'")}))')`,
      },
    ],
  },
]
