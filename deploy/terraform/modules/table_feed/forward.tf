# stream_to_kinesis: the table's stream, read by Lambda, into the Kinesis stream.

module "stream_to_kinesis" {
  source = "../function"
  count  = local.has_forwarder ? 1 : 0

  name                     = "${local.prefix}-forward"
  description              = "Forwards each change of ${var.table_name} to Kinesis"
  package                  = "${var.package_directory}/stream_to_kinesis-${var.architecture}.zip"
  architecture             = var.architecture
  size                     = var.functions["stream_to_kinesis"]
  logs                     = var.logs
  tracing                  = var.tracing
  kms_key_arn              = var.kms_key_arn
  alarm_actions            = var.alarm_actions
  tags                     = var.tags
  permissions_boundary_arn = var.permissions_boundary_arn

  settings = merge(var.functions["stream_to_kinesis"].settings, {
    KINESIS_STREAM_NAME = local.change_stream
    QUARANTINE_URI      = "s3://${var.bucket.name}/quarantine/"
  })

  policy = {
    template = "${var.policy_directory}/stream_to_kinesis.json.tftpl"
    values   = local.policy_values
  }
}

resource "aws_lambda_event_source_mapping" "stream_to_kinesis" {
  count = local.has_forwarder ? 1 : 0

  event_source_arn                   = local.stream_arn
  function_name                      = module.stream_to_kinesis[0].arn
  starting_position                  = var.table.starting_position
  batch_size                         = var.table.batch_size
  maximum_batching_window_in_seconds = 1
  parallelization_factor             = var.table.parallelization_factor

  # Without this answer Lambda takes a partial failure for success, and what failed is lost.
  function_response_types        = ["ReportBatchItemFailures"]
  bisect_batch_on_function_error = true
  maximum_retry_attempts         = var.table.retry_attempts
  maximum_record_age_in_seconds  = var.table.record_age_seconds
  tags                           = var.tags

  # S3 is given the records themselves; a queue would get pointers into a stream that forgets after a day.
  destination_config {
    on_failure {
      destination_arn = var.bucket.arn
    }
  }

  metrics_config {
    metrics = ["EventCount"]
  }

  depends_on = [aws_kinesis_stream.changes]
}
