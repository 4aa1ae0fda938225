# One Lambda function with its own role, log group and alarms.

locals {
  has_dead_letters = var.dead_letters != null
}

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = "Execution role of the function ${var.name}"
  tags                 = var.tags
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "calls"
  role = aws_iam_role.this.name

  policy = templatefile(var.policy.template, merge(var.policy.values, {
    log_group_arn    = aws_cloudwatch_log_group.this.arn
    dead_letters_arn = local.has_dead_letters ? var.dead_letters.arn : ""
    key_arn          = var.kms_key_arn == null ? "" : var.kms_key_arn
    tracing          = var.tracing
  }))
}

resource "aws_lambda_function_event_invoke_config" "this" {
  count = local.has_dead_letters ? 1 : 0

  function_name                = aws_lambda_function.this.function_name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 21600

  destination_config {
    on_failure {
      destination = var.dead_letters.arn
    }
  }

  depends_on = [aws_iam_role_policy.this]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.logs.retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

resource "aws_lambda_function" "this" {
  function_name                  = var.name
  description                    = var.description
  role                           = aws_iam_role.this.arn
  filename                       = var.package
  source_code_hash               = filebase64sha256(var.package)
  runtime                        = "provided.al2023"
  handler                        = "bootstrap"
  architectures                  = [var.architecture]
  memory_size                    = var.size.memory_mb
  timeout                        = var.size.timeout_seconds
  reserved_concurrent_executions = var.size.reserved_concurrency
  kms_key_arn                    = var.kms_key_arn
  tags                           = var.tags

  environment {
    variables = var.settings
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = var.logs.level
    system_log_level      = "WARN"
    log_group             = aws_cloudwatch_log_group.this.name
  }

  # A function that runs before its role may do its work fails its first records.
  depends_on = [aws_iam_role_policy.this]
}
