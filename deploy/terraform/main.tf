# lakefeed: DynamoDB tables into an S3 data lake, S3 Tables and Snowflake. What all tables share stands here, each table's
# own feed in modules/table_feed.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account    = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
  dns_suffix = data.aws_partition.current.dns_suffix

  packages = var.package_directory == null ? "${path.module}/../../dist" : var.package_directory
  logs     = { retention_days = var.log_retention_days, level = var.log_level }
}

module "table_feed" {
  source   = "./modules/table_feed"
  for_each = var.tables

  name                     = var.name
  table_name               = each.key
  table                    = each.value
  functions                = var.functions
  package_directory        = local.packages
  policy_directory         = "${path.module}/policies"
  architecture             = var.architecture
  bucket                   = { name = aws_s3_bucket.lake.id, arn = aws_s3_bucket.lake.arn }
  glue_database            = aws_glue_catalog_database.lake.name
  logs                     = local.logs
  tracing                  = var.tracing
  kms_key_arn              = var.kms_key_arn
  alarm_actions            = local.alarm_actions
  tags                     = var.tags
  permissions_boundary_arn = var.permissions_boundary_arn

  table_bucket = var.iceberg == null ? null : {
    arn            = aws_s3tables_table_bucket.lake[0].arn
    name           = aws_s3tables_table_bucket.lake[0].name
    namespace      = aws_s3tables_namespace.lake[0].namespace
    lake_formation = var.iceberg.lake_formation
  }

  schedules = {
    group_name       = aws_scheduler_schedule_group.this.name
    group_arn        = aws_scheduler_schedule_group.this.arn
    dead_letters_arn = aws_sqs_queue.schedule_dead_letters.arn
  }
}

resource "aws_scheduler_schedule_group" "this" {
  name = var.name
  tags = var.tags
}

# Calls that EventBridge Scheduler could not make, and scheduled calls that failed three times.
resource "aws_sqs_queue" "schedule_dead_letters" {
  name                      = "${var.name}-schedule-dead-letters"
  message_retention_seconds = 1209600
  kms_master_key_id         = var.kms_key_arn
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null
  tags                      = var.tags
}

resource "aws_glue_catalog_database" "lake" {
  name        = replace(var.name, "-", "_")
  description = "Tables of the lake s3://${aws_s3_bucket.lake.id}/lake/"
  tags        = var.tags
}
