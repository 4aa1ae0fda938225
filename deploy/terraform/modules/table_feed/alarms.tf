# How far behind the feed is, and what of it fails. Errors, throttles and durations of functions are in modules/function.

locals {
  exporter  = one(module.table_export[*].name)
  forwarder = one(module.stream_to_kinesis[*].name)
  mapping   = one(aws_lambda_event_source_mapping.stream_to_kinesis[*].uuid)

  # on: where it applies. above or below: statistic and threshold. periods: how many, of how many seconds. missing: what a
  # period without a value is taken for, if not for a good one.
  all_alarms = {
    export-failed = {
      on         = local.has_export
      text       = "Exports of ${var.table_name} could not be started."
      runbook    = "exports-failed"
      metric     = ["lakefeed", "ExportsFailed"]
      dimensions = { service = local.exporter }
      above      = ["Sum", 0]
      periods    = [1, 300]
    }
    export-missed = {
      on         = local.has_export
      text       = "No export of ${var.table_name} was asked for in ${var.table.export_alarm_hours} hours."
      runbook    = "export-overdue"
      metric     = ["AWS/Lambda", "Invocations"]
      dimensions = { FunctionName = local.exporter }
      below      = ["Sum", 1]
      periods    = [var.table.export_alarm_hours, 3600]
      missing    = "breaching"
    }
    export-age = {
      on         = local.has_export
      text       = "Completed exports show ${var.table_name} only as it was ${var.table.export_alarm_hours} hours ago."
      runbook    = "export-age"
      metric     = ["lakefeed", local.is_chain ? "ChainLagMs" : "NewestCompleteExportAgeMs"]
      dimensions = { service = local.exporter }
      above      = ["Maximum", 3600000 * var.table.export_alarm_hours]
      periods    = [1, 3600]
      missing    = "ignore"
    }
    export-gaps = {
      on         = local.is_chain
      text       = "A stretch of time of ${var.table_name} is in no export."
      runbook    = "export-gaps"
      metric     = ["lakefeed", "Gaps"]
      dimensions = { service = local.exporter }
      above      = ["Sum", 0]
      periods    = [1, 300]
    }
    iterator-age = {
      on         = local.has_forwarder
      text       = "Changes of ${var.table_name} wait for more than 5 minutes. After 24 hours the stream forgets them."
      runbook    = "iterator-age"
      metric     = ["AWS/Lambda", "IteratorAge"]
      dimensions = { FunctionName = local.forwarder }
      above      = ["Maximum", 300000]
      periods    = [5, 60]
      missing    = "ignore"
    }
    iterator-age-hour = {
      on         = local.has_forwarder
      text       = "Changes of ${var.table_name} wait for more than an hour. After 24 hours the stream forgets them."
      runbook    = "iterator-age"
      metric     = ["AWS/Lambda", "IteratorAge"]
      dimensions = { FunctionName = local.forwarder }
      above      = ["Maximum", 3600000]
      periods    = [5, 60]
      missing    = "ignore"
    }
    quarantined = {
      on         = local.has_forwarder
      text       = "Changes of ${var.table_name} were put below quarantine/."
      runbook    = "quarantine"
      metric     = ["lakefeed", "RecordsQuarantined"]
      dimensions = { service = local.forwarder }
      above      = ["Sum", 0]
      periods    = [1, 300]
    }
    given-up = {
      on         = local.has_forwarder
      text       = "Lambda gave batches of ${var.table_name} up: they stand below aws/lambda/ in the bucket."
      runbook    = "failed-batches"
      metric     = ["AWS/Lambda", "OnFailureDestinationDeliveredEventCount"]
      dimensions = { EventSourceMappingUUID = local.mapping }
      above      = ["Sum", 0]
      periods    = [1, 300]
    }
    dropped = {
      on         = local.has_forwarder
      text       = "Lambda gave changes of ${var.table_name} up, and no destination has them: read the stream again within 24 hours."
      runbook    = "dropped-events"
      metric     = ["AWS/Lambda", "DroppedEventCount"]
      dimensions = { EventSourceMappingUUID = local.mapping }
      above      = ["Sum", 0]
      periods    = [1, 300]
    }
    not-stored = {
      on         = local.has_forwarder
      text       = "Lambda could not store batches of ${var.table_name} that it gave up."
      runbook    = "dropped-events"
      metric     = ["AWS/Lambda", "DestinationDeliveryFailures"]
      dimensions = { FunctionName = local.forwarder }
      above      = ["Sum", 0]
      periods    = [1, 300]
    }
    native-age = {
      on      = local.has_native_feed
      text    = "DynamoDB's own feed of ${var.table_name} is 5 minutes behind."
      runbook = "native-feed"
      query   = "SELECT MAX(AgeOfOldestUnreplicatedRecord) FROM SCHEMA(\"AWS/DynamoDB\", DelegatedOperation, TableName) WHERE TableName = '${var.table_name}'"
      above   = ["Maximum", 300000]
      periods = [3, 300]
    }
    native-left-out = {
      on      = local.has_native_feed
      text    = "DynamoDB's own feed left changes of ${var.table_name} out: they are too large for the stream."
      runbook = "native-feed"
      query   = "SELECT SUM(FailedToReplicateRecordCount) FROM SCHEMA(\"AWS/DynamoDB\", DelegatedOperation, TableName) WHERE TableName = '${var.table_name}'"
      above   = ["Sum", 0]
      periods = [1, 300]
    }
    kinesis-writes = {
      on         = local.has_changes
      text       = "Writes to ${local.change_stream} are over its limit."
      runbook    = "kinesis-limits"
      metric     = ["AWS/Kinesis", "WriteProvisionedThroughputExceeded"]
      dimensions = { StreamName = local.change_stream }
      above      = ["Sum", 0]
      periods    = [5, 60]
    }
    kinesis-reads = {
      on         = local.has_changes
      text       = "Reads of ${local.change_stream} are over its limit."
      runbook    = "kinesis-limits"
      metric     = ["AWS/Kinesis", "ReadProvisionedThroughputExceeded"]
      dimensions = { StreamName = local.change_stream }
      above      = ["Sum", 0]
      periods    = [15, 60]
    }
    lake-freshness = {
      on         = local.has_lake
      text       = "Firehose holds changes of ${var.table_name} that should have been in the lake 15 minutes ago."
      runbook    = "delivery-freshness"
      metric     = ["AWS/Firehose", "DeliveryToS3.DataFreshness"]
      dimensions = { DeliveryStreamName = "${local.prefix}-to-lake" }
      above      = ["Maximum", 900 + var.table.lake_buffer_seconds]
      periods    = [3, 300]
    }
    lake-refused = {
      on         = local.has_lake
      text       = "Changes of ${var.table_name} could not be transformed for the lake: they stand below the error prefix."
      runbook    = "records-not-transformed"
      metric     = ["lakefeed", "RecordsFailed"]
      dimensions = { service = one(module.firehose_transform[*].name) }
      above      = ["Sum", 0]
      periods    = [1, 300]
    }
    lake-transform = {
      on         = local.has_lake
      text       = "Firehose could not call the transformation of ${var.table_name} for the lake."
      runbook    = "transform-failed"
      metric     = ["AWS/Firehose", "ExecuteProcessing.Success"]
      dimensions = { DeliveryStreamName = "${local.prefix}-to-lake" }
      below      = ["Average", 1]
      periods    = [1, 300]
    }
    lake-failed = {
      on         = local.has_lake
      text       = "Firehose cannot write changes of ${var.table_name} to the lake."
      runbook    = "delivery-failed"
      metric     = ["AWS/Firehose", "DeliveryToS3.Success"]
      dimensions = { DeliveryStreamName = "${local.prefix}-to-lake" }
      below      = ["Average", 1]
      periods    = [3, 300]
    }
    lake-partitions = {
      on         = local.has_lake
      text       = "Changes of ${var.table_name} are of more days at once than Firehose takes: the rest stands below firehose-errors/."
      runbook    = "partition-count"
      metric     = ["AWS/Firehose", "PartitionCountExceeded"]
      dimensions = { DeliveryStreamName = "${local.prefix}-to-lake" }
      above      = ["Maximum", 0]
      periods    = [1, 300]
    }
    iceberg-freshness = {
      on         = local.has_iceberg
      text       = "Firehose holds changes of ${var.table_name} that should have been in the table bucket 15 minutes ago."
      runbook    = "delivery-freshness"
      metric     = ["AWS/Firehose", "DeliveryToIceberg.DataFreshness"]
      dimensions = { DeliveryStreamName = "${local.prefix}-to-iceberg" }
      above      = ["Maximum", 900 + var.table.lake_buffer_seconds]
      periods    = [3, 300]
    }
    iceberg-refused = {
      on         = local.has_iceberg
      text       = "Changes of ${var.table_name} could not be transformed for the table bucket: they stand below the error prefix."
      runbook    = "records-not-transformed"
      metric     = ["lakefeed", "RecordsFailed"]
      dimensions = { service = one(module.iceberg_transform[*].name) }
      above      = ["Sum", 0]
      periods    = [1, 300]
    }
    iceberg-transform = {
      on         = local.has_iceberg
      text       = "Firehose could not call the transformation of ${var.table_name} for the table bucket."
      runbook    = "transform-failed"
      metric     = ["AWS/Firehose", "ExecuteProcessing.Success"]
      dimensions = { DeliveryStreamName = "${local.prefix}-to-iceberg" }
      below      = ["Average", 1]
      periods    = [1, 300]
    }
    iceberg-failed = {
      on         = local.has_iceberg
      text       = "Rows of ${var.table_name} do not fit their table: they stand below iceberg-errors/."
      runbook    = "delivery-failed"
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
  alarm_description   = "${each.value.text} deploy/RUNBOOK.md#${each.value.runbook}"
  namespace           = try(each.value.metric[0], null)
  metric_name         = try(each.value.metric[1], null)
  dimensions          = try(each.value.dimensions, null)
  statistic           = can(each.value.query) ? null : try(each.value.above[0], each.value.below[0])
  comparison_operator = can(each.value.above) ? "GreaterThanThreshold" : "LessThanThreshold"
  threshold           = try(each.value.above[1], each.value.below[1])
  evaluation_periods  = each.value.periods[0]
  period              = can(each.value.query) ? null : each.value.periods[1]
  treat_missing_data  = try(each.value.missing, "notBreaching")
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
  tags                = var.tags

  # Metrics Insights, where a metric has dimensions whose values AWS does not tell.
  dynamic "metric_query" {
    for_each = can(each.value.query) ? [each.value.query] : []

    content {
      id          = "q"
      expression  = metric_query.value
      period      = each.value.periods[1]
      return_data = true
    }
  }
}
