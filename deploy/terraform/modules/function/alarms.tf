# Errors counts invocations; its average would be a share between 0 and 1, and no count above 1 would ever fire.

locals {
  all_alarms = {
    errors = {
      metric = "Errors", statistic = "Sum", threshold = 0, periods = 1
      text   = "Invocations of ${var.name} failed."
    }
    throttles = {
      metric = "Throttles", statistic = "Sum", threshold = 0, periods = 3
      text   = "Invocations of ${var.name} were throttled for 15 minutes: raise the concurrency."
    }
    duration = {
      metric = "Duration", statistic = "p99", threshold = 800 * var.size.timeout_seconds, periods = 3
      text   = "Invocations of ${var.name} take more than 80 % of their timeout."
    }
  }

  alarms = { for name, alarm in local.all_alarms : name => alarm if var.alarm_actions != null }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.text
  namespace           = "AWS/Lambda"
  metric_name         = each.value.metric
  dimensions          = { FunctionName = aws_lambda_function.this.function_name }
  statistic           = each.value.statistic == "Sum" ? each.value.statistic : null
  extended_statistic  = each.value.statistic == "Sum" ? null : each.value.statistic
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = 300
  evaluation_periods  = each.value.periods
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
  tags                = var.tags
}
