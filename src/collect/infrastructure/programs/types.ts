/** The classes by which Pulumi and CDK name resources -> the types of Terraform's providers. */
import type { FactData } from '../../../model/facts.js';
import type { Construction } from '../../../parse/constructors.js';

type Resource = Pick<FactData<'cloud-resource'>, 'type' | 'provider' | 'attributes'>;

const PULUMI: Readonly<Record<string, string>> = {
  'apigatewayv2.Api': 'aws_apigatewayv2_api',
  'appautoscaling.Target': 'aws_appautoscaling_target',
  'app.ContainerApp': 'azurerm_container_app',
  'apprunner.Service': 'aws_apprunner_service',
  'autoscaling.Group': 'aws_autoscaling_group',
  'backup.Plan': 'aws_backup_plan',
  'budgets.Budget': 'aws_budgets_budget',
  'cloudrun.Service': 'google_cloud_run_service',
  'cloudrunv2.Service': 'google_cloud_run_v2_service',
  'cloudwatch.Dashboard': 'aws_cloudwatch_dashboard',
  'cloudwatch.MetricAlarm': 'aws_cloudwatch_metric_alarm',
  'compute.Autoscaler': 'google_compute_autoscaler',
  'compute.Network': 'google_compute_network',
  'container.Cluster': 'google_container_cluster',
  'container.NodePool': 'google_container_node_pool',
  'containerservice.KubernetesCluster': 'azurerm_kubernetes_cluster',
  'containerservice.ManagedCluster': 'azurerm_kubernetes_cluster',
  'dynamodb.Table': 'aws_dynamodb_table',
  'ec2.Instance': 'aws_instance',
  'ec2.Subnet': 'aws_subnet',
  'ec2.Vpc': 'aws_vpc',
  'ecs.Cluster': 'aws_ecs_cluster',
  'ecs.FargateService': 'aws_ecs_service',
  'ecs.Service': 'aws_ecs_service',
  'ecs.TaskDefinition': 'aws_ecs_task_definition',
  'eks.Cluster': 'aws_eks_cluster',
  'eks.NodeGroup': 'aws_eks_node_group',
  'elasticache.Cluster': 'aws_elasticache_cluster',
  'elasticache.ReplicationGroup': 'aws_elasticache_replication_group',
  'lambda.CallbackFunction': 'aws_lambda_function',
  'lambda.Function': 'aws_lambda_function',
  'monitoring.AlertPolicy': 'google_monitoring_alert_policy',
  'rds.Cluster': 'aws_rds_cluster',
  'rds.Instance': 'aws_db_instance',
  'secretsmanager.Secret': 'aws_secretsmanager_secret',
  'sns.TopicSubscription': 'aws_sns_topic_subscription',
  'sql.DatabaseInstance': 'google_sql_database_instance',
  'ssm.Parameter': 'aws_ssm_parameter',
  'sqs.Queue': 'aws_sqs_queue',
  'web.WebApp': 'azurerm_linux_web_app',
};

const CDK: Readonly<Record<string, string>> = {
  'autoscaling.AutoScalingGroup': 'aws_autoscaling_group',
  'cloudwatch.Alarm': 'aws_cloudwatch_metric_alarm',
  'dynamodb.Table': 'aws_dynamodb_table',
  'dynamodb.TableV2': 'aws_dynamodb_table',
  'ec2.Instance': 'aws_instance',
  'ec2.Vpc': 'aws_vpc',
  'ecs.Cluster': 'aws_ecs_cluster',
  'ecs.Ec2Service': 'aws_ecs_service',
  'ecs.FargateService': 'aws_ecs_service',
  'ecspatterns.ApplicationLoadBalancedFargateService': 'aws_ecs_service',
  'ecspatterns.QueueProcessingFargateService': 'aws_ecs_service',
  'eks.Cluster': 'aws_eks_cluster',
  'lambda.DockerImageFunction': 'aws_lambda_function',
  'lambda.Function': 'aws_lambda_function',
  'lambdago.GoFunction': 'aws_lambda_function',
  'lambdanodejs.NodejsFunction': 'aws_lambda_function',
  'rds.DatabaseCluster': 'aws_rds_cluster',
  'rds.DatabaseInstance': 'aws_db_instance',
  'secretsmanager.Secret': 'aws_secretsmanager_secret',
  'sqs.Queue': 'aws_sqs_queue',
};

/** Attributes that Terraform knows by another name. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  backup_retention: 'backup_retention_period',
  max_capacity: 'max_size',
  min_capacity: 'min_size',
  point_in_time_recovery: 'point_in_time_recovery.enabled',
};

/** Undefined where the class is none whose name in Terraform is known. */
export function resourceOf(system: 'pulumi' | 'cdk', made: Construction): Resource | undefined {
  const module = (made.module.split('.').at(-1) ?? '')
    .replace(/^aws_?/, '')
    .replace(/_/g, '')
    .toLowerCase();
  const table = system === 'pulumi' ? PULUMI : CDK;
  const type = table[`${module}.${made.type}`] ?? table[`${module}.${made.type.replace(/V\d$/, '')}`];
  if (!type) return undefined;
  const attributes = made.arguments.map((argument) => {
    const name = argument.name
      // Python gives keywords, Go a struct: both lie at the top, as an object's keys do.
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .toLowerCase();
    const shown =
      /(password|secret|token|private_key|api_?key)$/.test(name) && argument.literal ? '***' : argument.value;
    return { ...argument, name: (system === 'cdk' && ATTRIBUTES[name]) || name, value: shown };
  });
  if (made.type === 'FargateService' || made.type.endsWith('FargateService'))
    attributes.push({ name: 'launch_type', value: 'FARGATE', line: made.line, literal: true });
  return { type, provider: type.split('_')[0] ?? '', attributes };
}
