# The source table, where it is made here, and the Kinesis stream of its changes.

resource "aws_dynamodb_table" "source" {
  count = local.creates_table ? 1 : 0

  name                        = var.table_name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = var.table.create.hash_key
  range_key                   = var.table.create.range_key
  stream_enabled              = true
  stream_view_type            = "NEW_AND_OLD_IMAGES"
  deletion_protection_enabled = var.table.create.deletion_protection
  tags                        = var.tags

  attribute {
    name = var.table.create.hash_key
    type = var.table.create.hash_key_type
  }

  dynamic "attribute" {
    for_each = var.table.create.range_key == null ? [] : [var.table.create.range_key]

    content {
      name = attribute.value
      type = var.table.create.range_key_type
    }
  }

  dynamic "ttl" {
    for_each = var.table.create.time_to_live_attribute == null ? [] : [var.table.create.time_to_live_attribute]

    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  # Exports need it.
  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.kms_key_arn
  }
}

resource "aws_kinesis_stream" "changes" {
  count = local.has_changes ? 1 : 0

  name             = local.change_stream
  shard_count      = var.table.kinesis_mode == "PROVISIONED" ? var.table.kinesis_shards : null
  retention_period = var.table.kinesis_retention_hours
  encryption_type  = "KMS"
  kms_key_id       = var.kms_key_arn == null ? "alias/aws/kinesis" : var.kms_key_arn
  tags             = var.tags

  stream_mode_details {
    stream_mode = var.table.kinesis_mode
  }
}

# DynamoDB's own feed: no function to run, and no promise of order.
resource "aws_dynamodb_kinesis_streaming_destination" "native" {
  count = local.has_native_feed ? 1 : 0

  table_name                               = local.creates_table ? aws_dynamodb_table.source[0].name : var.table_name
  stream_arn                               = aws_kinesis_stream.changes[0].arn
  approximate_creation_date_time_precision = "MICROSECOND"
}
