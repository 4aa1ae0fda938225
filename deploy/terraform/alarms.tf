# The topic of all alarms, and the alarms of what tables share.

locals {
  mirror_name   = "${var.name}-glue-to-snowflake"
  alarm_actions = var.alarms ? [aws_sns_topic.alarms[0].arn] : null

  mirrors           = var.glue_to_snowflake != null
  mirror_dimensions = { service = local.mirror_name }
  group_dimensions  = { ScheduleGroup = aws_scheduler_schedule_group.this.name }
  event_queue       = one([for queue in aws_sqs_queue.glue_events : queue.name])
  event_letters     = one([for queue in aws_sqs_queue.glue_event_dead_letters : queue.name])

  all_alarms = {
    schedule-target-errors = {
      on         = true
      text       = "Lambda refused scheduled calls."
      runbook    = "schedules"
      metric     = ["AWS/Scheduler", "TargetErrorCount"]
      dimensions = local.group_dimensions
      above      = ["Sum", 0]
    }
    schedule-dropped = {
      on         = true
      text       = "A scheduled call was given up."
      runbook    = "schedules"
      metric     = ["AWS/Scheduler", "InvocationDroppedCount"]
      dimensions = local.group_dimensions
      above      = ["Sum", 0]
    }
    schedule-dead-letters = {
      on         = true
      text       = "Calls failed for good and stand in a queue."
      runbook    = "dead-letters"
      metric     = ["AWS/SQS", "ApproximateNumberOfMessagesVisible"]
      dimensions = { QueueName = aws_sqs_queue.schedule_dead_letters.name }
      above      = ["Maximum", 0]
    }
    glue-event-dead-letters = {
      on         = local.mirrors
      text       = "Changes of the Glue Data Catalog failed for good and stand in a queue."
      runbook    = "dead-letters"
      metric     = ["AWS/SQS", "ApproximateNumberOfMessagesVisible"]
      dimensions = { QueueName = local.event_letters }
      above      = ["Maximum", 0]
    }
    glue-event-age = {
      on         = local.mirrors
      text       = "A change of the Glue Data Catalog has waited for an hour."
      runbook    = "sync-lag"
      metric     = ["AWS/SQS", "ApproximateAgeOfOldestMessage"]
      dimensions = { QueueName = local.event_queue }
      above      = ["Maximum", 3600]
    }
    tables-failed = {
      on         = local.mirrors
      text       = "Tables in Snowflake could not be brought in step."
      runbook    = "tables-failed"
      metric     = ["lakefeed", "TablesFailed"]
      dimensions = local.mirror_dimensions
      above      = ["Sum", 0]
    }
    sync-lag = {
      on         = local.mirrors
      text       = "A change of the Glue Data Catalog came late to Snowflake."
      runbook    = "sync-lag"
      metric     = ["lakefeed", "SyncLagMs"]
      dimensions = local.mirror_dimensions
      above      = ["Maximum", 60000 * try(var.glue_to_snowflake.sync_lag_alarm_minutes, 0)]
    }
    events-without-table = {
      on         = local.mirrors
      text       = "CloudTrail left a table's name out."
      runbook    = "events-without-table"
      metric     = ["lakefeed", "EventsWithoutTable"]
      dimensions = local.mirror_dimensions
      above      = ["Sum", 0]
    }
  }

  alarms = { for name, alarm in local.all_alarms : name => alarm if alarm.on && var.alarms }
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

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.text} deploy/RUNBOOK.md#${each.value.runbook}"
  namespace           = each.value.metric[0]
  metric_name         = each.value.metric[1]
  dimensions          = each.value.dimensions
  statistic           = each.value.above[0]
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.above[1]
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
  tags                = var.tags
}
