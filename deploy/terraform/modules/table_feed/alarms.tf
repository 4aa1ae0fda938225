# How far behind the feed is, and what of it fails. Errors, throttles and durations of functions are in modules/function.

locals {
  exporter  = one(module.table_export[*].name)
  forwarder = one(module.stream_to_kinesis[*].name)
  mapping   = one(aws_lambda_event_source_mapping.stream_to_kinesis[*].uuid)

  # on: where it applies. above or below: statistic and threshold. periods: how many, of how many seconds.
  all_alarms = {
    export-failed = {
      on         = local.has_export
      text       = "An export of ${var.table_name} could not be started."
      metric     = ["lakefeed", "ExportsFailed"]
      dimensions = { service = local.exporter }
      above      = ["Sum", 0]
      periods    = [1, 300]
    }
    export-missed = {
      on         = local.has_export
      text       = "No export of ${var.table_name} was asked for in ${var.table.export_alarm_hours} hours: look at its schedule."
      metric     = ["AWS/Lambda", "Invocations"]
      dimensions = { FunctionName = local.exporter }
      below      = ["Sum", 1]
      periods    = [var.table.export_alarm_hours, 3600]
      missing    = "breaching"
    }
    export-age = {
      on         = local.has_export
      text       = "Completed exports show ${var.table_name} only as it was ${var.table.export_alarm_hours} hours ago."
      metric     = ["lakefeed", var.table.export_type == "full" ? "NewestCompleteExportAgeMs" : "ChainLagMs"]
      dimensions = { service = local.exporter }
      above      = ["Maximum", 3600000 * var.table.export_alarm_hours]
      periods    = [1, 3600]
      missing    = "ignore" # Each run tells it anew; between two runs the last answer holds.
    }
    iterator-age = {
      on         = local.has_forwarder
      text       = "Changes of ${var.table_name} wait for more than 5 minutes. After 24 hours the stream forgets them."
      metric     = ["AWS/Lambda", "IteratorAge"]
      dimensions = { FunctionName = local.forwarder }
      above      = ["Maximum", 300000]
      periods    = [5, 60]
    }
    iterator-age-hour = {
      on         = local.has_forwarder
      text       = "Changes of ${var.table_name} wait for more than an hour. After 24 hours the stream forgets them: act now."
      metric     = ["AWS/Lambda", "IteratorAge"]
      dimensions = { FunctionName = local.forwarder }
      above      = ["Maximum", 3600000]
      periods    = [5, 60]
    }
    quarantined = {
      on         = local.has_forwarder
      text       = "Changes of ${var.table_name} stand below quarantine/: `lakefeed replay` puts them back."
      metric     = ["lakefeed", "RecordsQuarantined"]
      dimensions = { service = local.forwarder }
      above      = ["Sum", 0]
      periods    = [1, 300]
    }
    given-up = {
      on         = local.has_forwarder
      text       = "Lambda gave batches of ${var.table_name} up: they stand below aws/lambda/ in the bucket: `lakefeed replay --from-failed-batch` sends them."
      metric     = ["AWS/Lambda", "OnFailureDestinationDeliveredEventCount"]
      dimensions = { EventSourceMappingUUID = local.mapping }
      above      = ["Sum", 0]
      periods    = [1, 300]
    }
    dropped = {
      on         = local.has_forwarder
      text       = "Lambda dropped changes of ${var.table_name} that it could not store: read them from the table's stream within 24 hours."
      metric     = ["AWS/Lambda", "DroppedEventCount"]
      dimensions = { EventSourceMappingUUID = local.mapping }
      above      = ["Sum", 0]
      periods    = [1, 300]
    }
    not-replicated = {
      on         = var.table.change_feed == "native"
      text       = "DynamoDB's own feed left changes of ${var.table_name} out: they are too large for the stream."
      metric     = ["AWS/DynamoDB", "FailedToReplicateRecordCount"]
      dimensions = { TableName = var.table_name, DelegatedOperation = "KinesisStreamingDestination" }
      above      = ["Sum", 0]
      periods    = [1, 300]
    }
    kinesis-writes = {
      on         = local.has_changes
      text       = "Writes to ${local.change_stream} are over its limit."
      metric     = ["AWS/Kinesis", "WriteProvisionedThroughputExceeded"]
      dimensions = { StreamName = local.change_stream }
      above      = ["Sum", 0]
      periods    = [3, 60]
    }
    kinesis-reads = {
      on         = local.has_changes
      text       = "Reads of ${local.change_stream} are over its limit."
      metric     = ["AWS/Kinesis", "ReadProvisionedThroughputExceeded"]
      dimensions = { StreamName = local.change_stream }
      above      = ["Sum", 0]
      periods    = [3, 60]
    }
    lake-freshness = {
      on         = local.has_lake
      text       = "Firehose holds changes of ${var.table_name} that should have been in the lake 15 minutes ago."
      metric     = ["AWS/Firehose", "DeliveryToS3.DataFreshness"]
      dimensions = { DeliveryStreamName = "${local.prefix}-to-lake" }
      above      = ["Maximum", 900 + var.table.lake_buffer_seconds]
      periods    = [1, 300]
    }
    lake-transform = {
      on         = local.has_lake
      text       = "Changes of ${var.table_name} could not be transformed: they stand below firehose-errors/."
      metric     = ["lakefeed", "RecordsFailed"]
      dimensions = { service = one(module.firehose_transform[*].name) }
      above      = ["Sum", 0]
      periods    = [1, 300]
    }
    iceberg-freshness = {
      on         = local.has_iceberg
      text       = "Firehose holds changes of ${var.table_name} that should have been in the table bucket 15 minutes ago."
      metric     = ["AWS/Firehose", "DeliveryToIceberg.DataFreshness"]
      dimensions = { DeliveryStreamName = "${local.prefix}-to-iceberg" }
      above      = ["Maximum", 900 + var.table.lake_buffer_seconds]
      periods    = [1, 300]
    }
    iceberg-transform = {
      on         = local.has_iceberg
      text       = "Changes of ${var.table_name} could not be made rows: they stand below iceberg-errors/."
      metric     = ["lakefeed", "RecordsFailed"]
      dimensions = { service = one(module.iceberg_transform[*].name) }
      above      = ["Sum", 0]
      periods    = [1, 300]
    }
    iceberg-rows = {
      on         = local.has_iceberg
      text       = "Rows of ${var.table_name} do not fit their table: they stand below iceberg-errors/."
      metric     = ["AWS/Firehose", "DeliveryToIceberg.FailedRowCount"]
      dimensions = { DeliveryStreamName = "${local.prefix}-to-iceberg" }
      above      = ["Sum", 0]
      periods    = [1, 300]
    }
  }

  alarms = { for name, alarm in local.all_alarms : name => alarm if alarm.on && var.alarm_actions != null }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${local.prefix}-${each.key}"
  alarm_description   = each.value.text
  namespace           = each.value.metric[0]
  metric_name         = each.value.metric[1]
  dimensions          = each.value.dimensions
  statistic           = try(each.value.above[0], each.value.below[0])
  comparison_operator = can(each.value.above) ? "GreaterThanThreshold" : "LessThanThreshold"
  threshold           = try(each.value.above[1], each.value.below[1])
  evaluation_periods  = each.value.periods[0]
  period              = each.value.periods[1]
  treat_missing_data  = lookup(each.value, "missing", "notBreaching")
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
  tags                = var.tags
}
