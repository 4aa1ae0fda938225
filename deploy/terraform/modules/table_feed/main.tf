# All that feeds one DynamoDB table to the lake. Each table has functions of its own: each role then names this table
# alone, and each metric and alarm is of this table.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account    = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
  dns_suffix = data.aws_partition.current.dns_suffix

  # Lambda, IAM and Firehose end a name at 64 characters; a table's may have 255, and dots.
  plain_name = replace(var.table_name, ".", "-")
  short_name = length(local.plain_name) <= 30 ? local.plain_name : "${substr(local.plain_name, 0, 21)}-${substr(sha1(var.table_name), 0, 8)}"
  prefix     = "${var.name}-${local.short_name}"

  creates_table   = var.table.create != null
  has_export      = var.table.export_type != "none"
  has_changes     = var.table.change_feed != "none"
  has_forwarder   = var.table.change_feed == "lambda"
  has_lake        = local.has_changes && var.table.lake_delivery
  has_native_feed = var.table.change_feed == "native"
  is_chain        = contains(["incremental", "auto"], var.table.export_type)
  has_iceberg     = local.has_changes && var.table.iceberg != null

  table_arn         = local.creates_table ? aws_dynamodb_table.source[0].arn : var.table.table_arn
  stream_arn        = local.creates_table ? aws_dynamodb_table.source[0].stream_arn : var.table.stream_arn
  change_stream     = "DYNAMODB-${var.table_name}"
  change_stream_arn = "arn:${local.partition}:kinesis:${local.region}:${local.account}:stream/${local.change_stream}"

  # What policies/README.md lists.
  policy_values = {
    table_arn         = local.table_arn
    table_name        = var.table_name
    stream_arn        = local.stream_arn
    bucket_arn        = var.bucket.arn
    change_stream_arn = local.change_stream_arn
    region            = local.region
    account_id        = local.account
    dns_suffix        = local.dns_suffix
    quarantine        = true
  }
}
