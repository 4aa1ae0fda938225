# firehose_transform between the Kinesis stream and the lake: gzipped lines by the day of the change.

module "firehose_transform" {
  source = "../function"
  count  = local.has_lake ? 1 : 0

  name                     = "${local.prefix}-transform"
  description              = "Makes one JSON line of each change of ${var.table_name}"
  package                  = "${var.package_directory}/firehose_transform-${var.architecture}.zip"
  architecture             = var.architecture
  size                     = var.functions["firehose_transform"]
  logs                     = var.logs
  tracing                  = var.tracing
  kms_key_arn              = var.kms_key_arn
  alarm_actions            = var.alarm_actions
  tags                     = var.tags
  permissions_boundary_arn = var.permissions_boundary_arn

  settings = merge(var.functions["firehose_transform"].settings, {
    OUTPUT         = "line"
    PARTITION_KEYS = "dt"
    TABLE_NAME     = var.table_name
  })

  policy = {
    template = "${var.policy_directory}/firehose_transform.json.tftpl"
    values   = local.policy_values
  }
}

resource "aws_cloudwatch_log_group" "lake" {
  count = local.has_lake ? 1 : 0

  name              = "/aws/kinesisfirehose/${local.prefix}-to-lake"
  retention_in_days = var.logs.retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

resource "aws_cloudwatch_log_stream" "lake" {
  count = local.has_lake ? 1 : 0

  name           = "delivery"
  log_group_name = aws_cloudwatch_log_group.lake[0].name
}

resource "aws_kinesis_firehose_delivery_stream" "lake" {
  count = local.has_lake ? 1 : 0

  name        = "${local.prefix}-to-lake"
  destination = "extended_s3"
  tags        = var.tags

  kinesis_source_configuration {
    kinesis_stream_arn = aws_kinesis_stream.changes[0].arn
    role_arn           = aws_iam_role.lake[0].arn
  }

  extended_s3_configuration {
    role_arn            = aws_iam_role.lake[0].arn
    bucket_arn          = var.bucket.arn
    prefix              = "lake/${var.table_name}/dt=!{partitionKeyFromLambda:dt}/"
    error_output_prefix = "firehose-errors/${var.table_name}/!{firehose:error-output-type}/dt=!{timestamp:yyyyMMdd}/"
    file_extension      = ".json.gz"
    compression_format  = "GZIP"
    buffering_size      = var.table.lake_buffer_mb
    buffering_interval  = var.table.lake_buffer_seconds
    kms_key_arn         = var.kms_key_arn

    dynamic_partitioning_configuration {
      enabled        = true
      retry_duration = 7200
    }

    # The other parameters have Firehose's defaults: the provider takes defaults that are spelled out for drift.
    processing_configuration {
      enabled = true

      processors {
        type = "Lambda"

        parameters {
          parameter_name  = "LambdaArn"
          parameter_value = "${module.firehose_transform[0].arn}:$LATEST"
        }

        parameters {
          parameter_name  = "NumberOfRetries"
          parameter_value = "10"
        }
      }
    }

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.lake[0].name
      log_stream_name = aws_cloudwatch_log_stream.lake[0].name
    }
  }

  depends_on = [aws_iam_role_policy.lake]
}
