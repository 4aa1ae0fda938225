# Errors counts invocations; its average would be a share between 0 and 1, and no count above 1 would ever fire.

locals {
  all_alarms = {
    errors = {
      text    = "Invocations of ${var.name} failed."
      runbook = "errors"
      metric  = "Errors"
      above   = ["Sum", 0]
      periods = 1
      on      = true
    }
    throttles = {
      text    = "Invocations of ${var.name} were throttled for 15 minutes."
      runbook = "throttles"
      metric  = "Throttles"
      above   = ["Sum", 0]
      periods = 3
      on      = true
    }
    duration = {
      text    = "Invocations of ${var.name} take more than 80 % of their timeout."
      runbook = "duration"
      metric  = "Duration"
      above   = ["p99", 800 * var.size.timeout_seconds]
      periods = 1
      on      = true
    }
    dropped = {
      text    = "Lambda dropped a run of ${var.name} without starting it."
      runbook = "schedules"
      metric  = "AsyncEventsDropped"
      above   = ["Sum", 0]
      periods = 1
      on      = local.has_dead_letters
    }
    not-stored = {
      text    = "A run of ${var.name} failed for good, and was not kept as a dead letter."
      runbook = "schedules"
      metric  = "DestinationDeliveryFailures"
      above   = ["Sum", 0]
      periods = 1
      on      = local.has_dead_letters
    }
  }

  alarms = { for name, alarm in local.all_alarms : name => alarm if alarm.on && var.alarm_actions != null }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.text} deploy/RUNBOOK.md#${each.value.runbook}"
  namespace           = "AWS/Lambda"
  metric_name         = each.value.metric
  dimensions          = { FunctionName = aws_lambda_function.this.function_name }
  statistic           = each.value.above[0] == "Sum" ? "Sum" : null
  extended_statistic  = each.value.above[0] == "Sum" ? null : each.value.above[0]
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.above[1]
  period              = 300
  evaluation_periods  = each.value.periods
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
  tags                = var.tags
}
