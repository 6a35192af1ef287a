/** Azure's resource types and properties -> those that Terraform's provider gives them. */
import type { FactData } from '../../../model/facts.js';

const TYPES: Readonly<Record<string, string>> = {
  'microsoft.alertsmanagement/prometheusrulegroups': 'azurerm_monitor_alert_prometheus_rule_group',
  'microsoft.app/containerapps': 'azurerm_container_app',
  'microsoft.app/managedenvironments': 'azurerm_container_app_environment',
  'microsoft.cache/redis': 'azurerm_redis_cache',
  'microsoft.consumption/budgets': 'azurerm_consumption_budget_resource_group',
  'microsoft.containerservice/managedclusters': 'azurerm_kubernetes_cluster',
  'microsoft.dbformysql/flexibleservers': 'azurerm_mysql_flexible_server',
  'microsoft.dbforpostgresql/flexibleservers': 'azurerm_postgresql_flexible_server',
  'microsoft.documentdb/databaseaccounts': 'azurerm_cosmosdb_account',
  'microsoft.insights/actiongroups': 'azurerm_monitor_action_group',
  'microsoft.insights/autoscalesettings': 'azurerm_monitor_autoscale_setting',
  'microsoft.insights/datacollectionrules': 'azurerm_monitor_data_collection_rule',
  'microsoft.insights/metricalerts': 'azurerm_monitor_metric_alert',
  'microsoft.keyvault/vaults': 'azurerm_key_vault',
  'microsoft.network/virtualnetworks': 'azurerm_virtual_network',
  'microsoft.recoveryservices/vaults/backuppolicies': 'azurerm_backup_policy_vm',
  'microsoft.sql/servers': 'azurerm_mssql_server',
  'microsoft.sql/servers/databases': 'azurerm_mssql_database',
  'microsoft.web/sites': 'azurerm_linux_web_app',
};

export function azureType(type: string): string {
  return (
    TYPES[type.toLowerCase()] ??
    `azure_${type
      .toLowerCase()
      .replace(/^microsoft\./, '')
      .replace(/\W+/g, '_')}`
  );
}

type Attribute = FactData<'cloud-resource'>['attributes'][number];

/** `properties.backup.backupRetentionDays` -> `backup_retention_days`; the mode of high availability becomes a truth. */
export function azureAttribute(attribute: Attribute): Attribute {
  const path = attribute.name.replace(/^properties\./, '');
  if (path === 'highAvailability.mode' && attribute.literal)
    return { ...attribute, name: 'zone_redundant', value: String(attribute.value === 'ZoneRedundant') };
  const plain = path
    .replace(/^backup\.(?=backup)/, '')
    .replace(/(\w+)Receivers\./, '$1_receiver.')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();
  const secret = /(password|secret|token|_key)$/.test(plain) && attribute.literal && attribute.value !== '';
  return { ...attribute, name: plain, value: secret ? '***' : attribute.value };
}
