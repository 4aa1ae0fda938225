# glue_to_snowflake: Glue's events through a queue, and a schedule that reconciles what no event told.

locals {
  mirror = var.glue_to_snowflake == null ? {} : { this = var.glue_to_snowflake }

  event_patterns = {
    native = {
      source        = ["aws.glue"]
      "detail-type" = ["Glue Data Catalog Database State Change", "Glue Data Catalog Table State Change"]
    }
    cloudtrail = {
      source        = ["aws.glue"]
      "detail-type" = ["AWS API Call via CloudTrail"]
      detail = {
        eventSource = ["glue.amazonaws.com"]
        errorCode   = [{ exists = false }]
        eventName = [
          "CreateTable", "UpdateTable", "DeleteTable", "BatchDeleteTable", "DeleteDatabase",
          "CreatePartition", "UpdatePartition", "DeletePartition", "BatchCreatePartition", "BatchUpdatePartition",
          "BatchDeletePartition",
        ]
      }
    }
  }
}

module "glue_to_snowflake" {
  source   = "./modules/function"
  for_each = local.mirror

  name                     = "${var.name}-glue-to-snowflake"
  description              = "Keeps tables in Snowflake in step with the Glue Data Catalog"
  package                  = "${local.packages}/glue_to_snowflake-${var.architecture}.zip"
  architecture             = var.architecture
  size                     = var.functions.glue_to_snowflake
  dead_letters             = { arn = aws_sqs_queue.schedule_dead_letters.arn }
  logs                     = local.logs
  tracing                  = var.tracing
  kms_key_arn              = var.kms_key_arn
  alarm_actions            = local.alarm_actions
  tags                     = var.tags
  permissions_boundary_arn = var.permissions_boundary_arn

  settings = merge(var.functions.glue_to_snowflake.settings, { SECRET_ARN = each.value.secret_arn })

  policy = {
    template = "${path.module}/policies/glue_to_snowflake.json.tftpl"
    values = {
      snowflake_secret_arn = each.value.secret_arn
      glue_queue_arn       = aws_sqs_queue.glue_events[each.key].arn
      partition            = local.partition
      region               = local.region
      account_id           = local.account
      dns_suffix           = local.dns_suffix
    }
  }
}

resource "aws_cloudwatch_event_rule" "glue" {
  for_each = local.mirror

  name          = "${var.name}-glue"
  description   = "Changes of the Glue Data Catalog"
  event_pattern = jsonencode(local.event_patterns[each.value.events])
  tags          = var.tags
}

# One message group: one call at a time, and a table that several messages of a batch name is brought in step once. A
# message that fails holds the group back for the visibility timeout, so that is short: twice the function's. The body, with
# the event's id in it, tells a repeated delivery.
resource "aws_sqs_queue" "glue_events" {
  for_each = local.mirror

  name                        = "${var.name}-glue-events.fifo"
  fifo_queue                  = true
  content_based_deduplication = true
  message_retention_seconds   = 345600
  visibility_timeout_seconds  = 2 * var.functions.glue_to_snowflake.timeout_seconds
  kms_master_key_id           = var.kms_key_arn
  sqs_managed_sse_enabled     = var.kms_key_arn == null ? true : null
  tags                        = var.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.glue_event_dead_letters[each.key].arn
    maxReceiveCount     = 3
  })
}

resource "aws_sqs_queue" "glue_event_dead_letters" {
  for_each = local.mirror

  name                      = "${var.name}-glue-event-dead-letters.fifo"
  fifo_queue                = true
  message_retention_seconds = 1209600
  kms_master_key_id         = var.kms_key_arn
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null
  tags                      = var.tags
}

resource "aws_sqs_queue_policy" "glue_events" {
  for_each = local.mirror

  queue_url = aws_sqs_queue.glue_events[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Events"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.glue_events[each.key].arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.glue[each.key].arn } }
    }]
  })
}

# Events that EventBridge could not put into the queue go where scheduled calls go that failed.
resource "aws_sqs_queue_policy" "schedule_dead_letters" {
  for_each = local.mirror

  queue_url = aws_sqs_queue.schedule_dead_letters.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "DeadLetters"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.schedule_dead_letters.arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.glue[each.key].arn } }
    }]
  })
}

resource "aws_cloudwatch_event_target" "glue" {
  for_each = local.mirror

  rule = aws_cloudwatch_event_rule.glue[each.key].name
  arn  = aws_sqs_queue.glue_events[each.key].arn

  sqs_target {
    message_group_id = "glue"
  }

  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }

  dead_letter_config {
    arn = aws_sqs_queue.schedule_dead_letters.arn
  }

  depends_on = [aws_sqs_queue_policy.glue_events, aws_sqs_queue_policy.schedule_dead_letters]
}

resource "aws_lambda_event_source_mapping" "glue_to_snowflake" {
  for_each = local.mirror

  event_source_arn        = aws_sqs_queue.glue_events[each.key].arn
  function_name           = module.glue_to_snowflake[each.key].arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]
  tags                    = var.tags
}

module "reconcile_schedule" {
  source   = "./modules/schedule"
  for_each = local.mirror

  name                     = "${var.name}-reconcile"
  group_name               = aws_scheduler_schedule_group.this.name
  group_arn                = aws_scheduler_schedule_group.this.arn
  expression               = each.value.reconcile_schedule
  time_zone                = each.value.reconcile_time_zone
  function_arn             = module.glue_to_snowflake[each.key].arn
  dead_letters_arn         = aws_sqs_queue.schedule_dead_letters.arn
  kms_key_arn              = var.kms_key_arn
  tags                     = var.tags
  permissions_boundary_arn = var.permissions_boundary_arn
  input                    = jsonencode({ action = "reconcile" })
}
