# An EventBridge schedule that calls one function, with its own role. The schedule's retries are for calls that Lambda
# did not take; a call that failed is Lambda's to repeat (modules/function).

data "aws_caller_identity" "current" {}

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = "Lets the schedule ${var.name} call its function"
  tags                 = var.tags
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = { StringEquals = {
        "aws:SourceAccount" = data.aws_caller_identity.current.account_id
        "aws:SourceArn"     = var.group_arn
      } }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "calls"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        { Effect = "Allow", Action = "lambda:InvokeFunction", Resource = var.function_arn },
        { Effect = "Allow", Action = "sqs:SendMessage", Resource = var.dead_letters_arn },
      ],
      [for key in var.kms_key_arn[*] :
        { Effect = "Allow", Action = ["kms:GenerateDataKey", "kms:Decrypt"], Resource = key }
      ],
    )
  })
}

resource "aws_scheduler_schedule" "this" {
  name                         = var.name
  group_name                   = var.group_name
  schedule_expression          = var.expression
  schedule_expression_timezone = var.time_zone

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = var.function_arn
    role_arn = aws_iam_role.this.arn
    input    = var.input

    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 20
    }

    dead_letter_config {
      arn = var.dead_letters_arn
    }
  }

  depends_on = [aws_iam_role_policy.this]
}
