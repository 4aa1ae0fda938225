# firehose_transform between the Kinesis stream and a table of the table bucket: Iceberg rows with their operation.

locals {
  # S3 Tables stand in Glue's catalog as a catalog of their own, once the account has turned the integration on.
  table_bucket_catalog = local.has_iceberg ? "s3tablescatalog/${var.table_bucket.name}" : ""
}

resource "aws_s3tables_table" "this" {
  count = local.has_iceberg ? 1 : 0

  name             = var.table.iceberg.table
  namespace        = var.table_bucket.namespace
  table_bucket_arn = var.table_bucket.arn
  format           = "ICEBERG"

  metadata {
    iceberg {
      schema {
        dynamic "field" {
          for_each = var.table.iceberg.columns

          content {
            name     = field.value.name
            type     = field.value.type
            required = field.value.required
          }
        }
      }
    }
  }

  tags = var.tags

  # Its rows go with the table. Columns are given when it is made; later ones come by ALTER TABLE ADD COLUMN, for the
  # provider would make the table anew.
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [metadata]
  }
}

module "iceberg_transform" {
  source = "../function"
  count  = local.has_iceberg ? 1 : 0

  name                     = "${local.prefix}-rows"
  description              = "Makes one Iceberg row of each change of ${var.table_name}"
  package                  = "${var.package_directory}/firehose_transform-${var.architecture}.zip"
  architecture             = var.architecture
  size                     = var.functions["firehose_transform"]
  logs                     = var.logs
  tracing                  = var.tracing
  kms_key_arn              = var.kms_key_arn
  alarm_actions            = var.alarm_actions
  tags                     = var.tags
  permissions_boundary_arn = var.permissions_boundary_arn

  # Iceberg's names are in lower case.
  settings = merge({ LINE_NAMES = "lower" }, var.functions["firehose_transform"].settings, var.table.iceberg.settings, {
    OUTPUT           = "iceberg"
    ICEBERG_DATABASE = var.table_bucket.namespace
    ICEBERG_TABLE    = aws_s3tables_table.this[0].name
    TABLE_NAME       = var.table_name
  })

  policy = {
    template = "${var.policy_directory}/firehose_transform.json.tftpl"
    values   = local.policy_values
  }
}

resource "aws_lakeformation_permissions" "database" {
  count = local.has_iceberg && try(var.table_bucket.lake_formation, false) ? 1 : 0

  principal   = aws_iam_role.iceberg[0].arn
  permissions = ["DESCRIBE"]

  database {
    catalog_id = "${local.account}:${local.table_bucket_catalog}"
    name       = var.table_bucket.namespace
  }
}

resource "aws_lakeformation_permissions" "table" {
  count = local.has_iceberg && try(var.table_bucket.lake_formation, false) ? 1 : 0

  principal   = aws_iam_role.iceberg[0].arn
  permissions = ["ALTER", "DELETE", "DESCRIBE", "INSERT", "SELECT"]

  table {
    catalog_id    = "${local.account}:${local.table_bucket_catalog}"
    database_name = var.table_bucket.namespace
    name          = aws_s3tables_table.this[0].name
  }
}

resource "aws_cloudwatch_log_group" "iceberg" {
  count = local.has_iceberg ? 1 : 0

  name              = "/aws/kinesisfirehose/${local.prefix}-to-iceberg"
  retention_in_days = var.logs.retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

resource "aws_cloudwatch_log_stream" "iceberg" {
  count = local.has_iceberg ? 1 : 0

  name           = "delivery"
  log_group_name = aws_cloudwatch_log_group.iceberg[0].name
}

resource "aws_kinesis_firehose_delivery_stream" "iceberg" {
  count = local.has_iceberg ? 1 : 0

  name        = "${local.prefix}-to-iceberg"
  destination = "iceberg"
  tags        = var.tags

  kinesis_source_configuration {
    kinesis_stream_arn = aws_kinesis_stream.changes[0].arn
    role_arn           = aws_iam_role.iceberg[0].arn
  }

  iceberg_configuration {
    role_arn           = aws_iam_role.iceberg[0].arn
    catalog_arn        = "arn:${local.partition}:glue:${local.region}:${local.account}:catalog/${local.table_bucket_catalog}"
    buffering_size     = var.table.lake_buffer_mb
    buffering_interval = var.table.lake_buffer_seconds
    retry_duration     = 7200
    s3_backup_mode     = "FailedDataOnly"

    # Updates and deletes find their rows by the unique keys.
    destination_table_configuration {
      database_name          = var.table_bucket.namespace
      table_name             = aws_s3tables_table.this[0].name
      unique_keys            = var.table.iceberg.unique_keys
      s3_error_output_prefix = "iceberg-errors/${var.table_name}/table/"
    }

    processing_configuration {
      enabled = true

      processors {
        type = "Lambda"

        parameters {
          parameter_name  = "LambdaArn"
          parameter_value = "${module.iceberg_transform[0].arn}:$LATEST"
        }

        parameters {
          parameter_name  = "NumberOfRetries"
          parameter_value = "10"
        }
      }
    }

    s3_configuration {
      role_arn            = aws_iam_role.iceberg[0].arn
      bucket_arn          = var.bucket.arn
      error_output_prefix = "iceberg-errors/${var.table_name}/"
      compression_format  = "GZIP"
      kms_key_arn         = var.kms_key_arn

      cloudwatch_logging_options {
        enabled         = true
        log_group_name  = aws_cloudwatch_log_group.iceberg[0].name
        log_stream_name = aws_cloudwatch_log_stream.iceberg[0].name
      }
    }

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.iceberg[0].name
      log_stream_name = aws_cloudwatch_log_stream.iceberg[0].name
    }
  }

  depends_on = [aws_iam_role_policy.iceberg, aws_lakeformation_permissions.database, aws_lakeformation_permissions.table]
}
