# The topic of all alarms, and the alarms of what tables share.

locals {
  mirror_name   = "${var.name}-glue-to-snowflake"
  alarm_actions = var.alarms ? [aws_sns_topic.alarms[0].arn] : null

  queues = merge(
    { schedule = aws_sqs_queue.schedule_dead_letters.name },
    { for queue in aws_sqs_queue.glue_event_dead_letters : "glue-event" => queue.name },
  )
  queue_alarms = { for name, queue in local.queues : name => queue if var.alarms }

  mirror_alarms = { for name, alarm in {
    tables-failed = {
      text       = "Tables could not be brought in step with the Glue Data Catalog: the function's log names them."
      metric     = "TablesFailed"
      statistic  = "Sum"
      threshold  = 0
      dimensions = { service = local.mirror_name }
    }
    sync-lag = {
      text       = "A change of the Glue Data Catalog reached Snowflake too late."
      metric     = "SyncLagMs"
      statistic  = "Maximum"
      threshold  = 3600000 * try(var.glue_to_snowflake.sync_lag_alarm_hours, 0)
      dimensions = { service = local.mirror_name }
    }
  } : name => alarm if var.alarms && var.glue_to_snowflake != null }
}

# Alarms cannot publish to a topic under SNS's own key, so it is yours or none.
resource "aws_sns_topic" "alarms" {
  count = var.alarms ? 1 : 0

  name              = "${var.name}-alarms"
  kms_master_key_id = var.kms_key_arn
  tags              = var.tags
}

resource "aws_sns_topic_policy" "alarms" {
  count = var.alarms ? 1 : 0

  arn = aws_sns_topic.alarms[0].arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Alarms"
      Effect    = "Allow"
      Principal = { Service = "cloudwatch.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.alarms[0].arn
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:${var.name}-*" }
      }
    }]
  })
}

resource "aws_sns_topic_subscription" "alarms" {
  count = var.alarms && var.alarm_email != null ? 1 : 0

  topic_arn = aws_sns_topic.alarms[0].arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  for_each = local.queue_alarms

  alarm_name          = "${var.name}-${each.key}-dead-letters"
  alarm_description   = "Calls failed for good and stand in the queue ${each.value}."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = each.value }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "mirror" {
  for_each = local.mirror_alarms

  alarm_name          = "${var.name}-snowflake-${each.key}"
  alarm_description   = each.value.text
  namespace           = "lakefeed"
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
  tags                = var.tags
}
