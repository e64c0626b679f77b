// What a city on Azure stands on: Event Hubs for the topics, Data Lake Gen2 for the tables, Key Vault for the secrets, Databricks for the job.
// How to use it: docs/container.md#azure

targetScope = 'resourceGroup'

@description('Begins every name; letters and digits')
@minLength(3)
@maxLength(11)
param name string

@description('Where everything is')
param location string = resourceGroup().location

@description('Throughput units of Event Hubs: a MiB or 1,000 messages a second in, twice as much out, each')
@minValue(1)
@maxValue(40)
param throughputUnits int = 2

@description('Event Hubs raises the units by itself up to this')
@minValue(1)
@maxValue(40)
param maxThroughputUnits int = 10

@description('Days that Event Hubs keeps messages: so long may everything behind it stand still')
@minValue(1)
@maxValue(7)
param retentionDays int = 7

@description('Copies of the tables: ZRS in three zones of the region, GZRS in a second region too')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param storageSku string = 'Standard_ZRS'

@description('Object ids of people or programs who may read the secrets')
param secretReaders array = []

var suffix = uniqueString(resourceGroup().id)
var lowerName = toLower(name)

// As the reference platform has them; `lake` is for the tables that Arterial or its Spark job publishes, with a folder for each layer.
var containers = ['bronze', 'silver', 'gold', 'checkpoints', 'lake', 'backup']
var topics = [
  { name: 'traffic-sensors', partitions: 4 }
  { name: 'weather-events', partitions: 2 }
]

// Built-in roles: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var storageBlobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var keyVaultSecretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

resource hubs 'Microsoft.EventHub/namespaces@2024-01-01' = {
  name: '${lowerName}-hubs-${suffix}'
  location: location
  // Kafka is spoken from Standard on.
  sku: { name: 'Standard', tier: 'Standard', capacity: throughputUnits }
  properties: {
    minimumTlsVersion: '1.2'
    isAutoInflateEnabled: maxThroughputUnits > throughputUnits
    maximumThroughputUnits: maxThroughputUnits > throughputUnits ? maxThroughputUnits : 0
    kafkaEnabled: true
  }
}

resource hub 'Microsoft.EventHub/namespaces/eventhubs@2024-01-01' = [
  for topic in topics: {
    parent: hubs
    name: topic.name
    properties: { partitionCount: topic.partitions, messageRetentionInDays: retentionDays }
  }
]

resource mayPublish 'Microsoft.EventHub/namespaces/authorizationRules@2024-01-01' = {
  parent: hubs
  name: 'doors'
  properties: { rights: ['Send'] }
}

resource mayRead 'Microsoft.EventHub/namespaces/authorizationRules@2024-01-01' = {
  parent: hubs
  name: 'readers'
  properties: { rights: ['Listen'] }
}

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: take('${lowerName}${suffix}', 24)
  location: location
  kind: 'StorageV2'
  sku: { name: storageSku }
  properties: {
    // Data Lake Gen2.
    isHnsEnabled: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    allowBlobPublicAccess: false
    accessTier: 'Hot'
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {
  parent: storage
  name: 'default'
  properties: { deleteRetentionPolicy: { enabled: true, days: 7 } }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = [
  for one in containers: {
    parent: blobs
    name: one
    properties: { publicAccess: 'None' }
  }
]

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: take('${lowerName}-${suffix}', 24)
  location: location
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
  }
}

resource publishSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'event-hubs-doors'
  properties: { value: mayPublish.listKeys().primaryConnectionString }
}

resource readSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'event-hubs-readers'
  properties: { value: mayRead.listKeys().primaryConnectionString }
}

resource storageSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'storage-key'
  properties: { value: storage.listKeys().keys[0].value }
}

resource secretReader 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for reader in secretReaders: {
    name: guid(vault.id, reader, keyVaultSecretsUser)
    scope: vault
    properties: {
      principalId: reader
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsUser)
    }
  }
]

resource databricks 'Microsoft.Databricks/workspaces@2024-05-01' = {
  name: '${lowerName}-databricks'
  location: location
  // Unity Catalog is there from premium on.
  sku: { name: 'premium' }
  properties: {
    managedResourceGroupId: subscriptionResourceId('Microsoft.Resources/resourceGroups', '${lowerName}-databricks-${suffix}')
    parameters: { enableNoPublicIp: { value: true } }
  }
}

// By it Databricks reads and writes the storage, without a key.
resource connector 'Microsoft.Databricks/accessConnectors@2024-05-01' = {
  name: '${lowerName}-databricks'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {}
}

resource connectorMayWrite 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, connector.id, storageBlobDataContributor)
  scope: storage
  properties: {
    principalId: connector.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageBlobDataContributor)
  }
}

@description('Where Kafka is spoken: kafka.feeds, kafka.doors, and --brokers of the Spark job')
output brokers string = '${hubs.name}.servicebus.windows.net:9093'

@description('keyId of tables, landing and backup')
output storageAccount string = storage.name

@description('Base of the Spark job')
output base string = 'abfss://lake@${storage.name}.dfs.${environment().suffixes.storage}/'

@description('Checkpoints of the Spark job')
output checkpoints string = 'abfss://checkpoints@${storage.name}.dfs.${environment().suffixes.storage}/arterial'

output vault string = vault.name
output databricksUrl string = 'https://${databricks.properties.workspaceUrl}'
output accessConnector string = connector.id
