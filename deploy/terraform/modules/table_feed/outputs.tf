output "table_arn" {
  description = "The source table's ARN."
  value       = local.table_arn
}

output "change_stream_arn" {
  description = "The Kinesis stream's ARN; null: no change feed."
  value       = local.has_changes ? aws_kinesis_stream.changes[0].arn : null
}

output "functions" {
  description = "The feed's functions: what each does, and its name."
  value = merge(
    local.has_export ? { table_export = module.table_export[0].name } : {},
    local.has_forwarder ? { stream_to_kinesis = module.stream_to_kinesis[0].name } : {},
    local.has_lake ? { firehose_transform = module.firehose_transform[0].name } : {},
    local.has_iceberg ? { iceberg_transform = module.iceberg_transform[0].name } : {},
  )
}

output "delivery_streams" {
  description = "Firehose's delivery streams: lake and iceberg, those that there are."
  value = merge(
    local.has_lake ? { lake = aws_kinesis_firehose_delivery_stream.lake[0].name } : {},
    local.has_iceberg ? { iceberg = aws_kinesis_firehose_delivery_stream.iceberg[0].name } : {},
  )
}

output "lake_uri" {
  description = "The table's folder in the lake."
  value       = local.lake_uri
}
