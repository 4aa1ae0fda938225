# table_export: DynamoDB's exports to S3 on a schedule.

module "table_export" {
  source = "../function"
  count  = local.has_export ? 1 : 0

  name                     = "${local.prefix}-export"
  description              = "Starts DynamoDB's exports of ${var.table_name} to S3"
  package                  = "${var.package_directory}/table_export-${var.architecture}.zip"
  architecture             = var.architecture
  size                     = var.functions["table_export"]
  dead_letters             = { arn = var.schedules.dead_letters_arn }
  logs                     = var.logs
  tracing                  = var.tracing
  kms_key_arn              = var.kms_key_arn
  alarm_actions            = var.alarm_actions
  tags                     = var.tags
  permissions_boundary_arn = var.permissions_boundary_arn

  settings = merge(var.functions["table_export"].settings,
    {
      TABLE_ARN     = local.table_arn
      BUCKET_NAME   = var.bucket.name
      BUCKET_PREFIX = "exports"
      BUCKET_OWNER  = local.account
      EXPORT_TYPE   = var.table.export_type
    },
    var.kms_key_arn == null ? {} : { KMS_KEY_ID = var.kms_key_arn },
  )

  policy = {
    template = "${var.policy_directory}/table_export.json.tftpl"
    values   = local.policy_values
  }
}

module "export_schedule" {
  source = "../schedule"
  count  = local.has_export ? 1 : 0

  name                     = "${local.prefix}-schedule"
  group_name               = var.schedules.group_name
  group_arn                = var.schedules.group_arn
  expression               = var.table.export_schedule
  time_zone                = var.table.export_time_zone
  function_arn             = module.table_export[0].arn
  dead_letters_arn         = var.schedules.dead_letters_arn
  kms_key_arn              = var.kms_key_arn
  tags                     = var.tags
  permissions_boundary_arn = var.permissions_boundary_arn

  # The slot is the time that was scheduled, so a late or repeated call asks for the same export. Scheduler fills it in;
  # jsonencode() would write its angle brackets as \u003c.
  input = "{\"time\":\"<aws.scheduler.scheduled-time>\"}"
}
